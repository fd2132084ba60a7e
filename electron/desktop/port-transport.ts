import { LONGEST_UNFINISHED_BYTES, parseCall } from '../console/carrier/frame-bounds.ts';
import type { Transport } from '../console/carrier/transport.ts';
import type { FramePort } from './frame-port.ts';

/** What the other side may have been sent and not yet taken, in characters, before it counts as behind. */
const CONGESTED = 256 * 1024;

/**
 * Frames over a MessagePort: JSON, each a text of its own. A port takes whatever it is given and tells nobody how much waits
 * in it, so both sides answer each text with its length once they have taken it.
 */
export const portTransport = (port: FramePort): Transport => {
  const drained = new Set<() => void>();
  const ended = new Set<() => void>();
  const waiting: string[] = [];
  let waitingLength = 0;
  let untaken = 0;
  let congested = false;
  let paused = false;
  let closed = false;
  let take: ((frame: unknown) => void) | null = null;

  const end = () => {
    if (closed) return;
    closed = true;
    waiting.length = 0;
    for (const listener of ended) listener();
  };
  const close = () => {
    if (closed) return;
    port.close();
    end();
  };
  const taken = (length: number) => {
    untaken -= length;
    if (!congested || untaken > CONGESTED / 2) return;
    congested = false;
    for (const listener of drained) listener();
  };
  const handOut = () => {
    while (take !== null && !paused && !closed) {
      const text = waiting.shift();
      if (text === undefined) return;
      waitingLength -= text.length;
      try {
        take(parseCall(Buffer.from(text)));
      } catch {
        close();
        return;
      }
      port.post(text.length);
    }
  };

  port.onClose(end);
  port.onMessage((message) => {
    if (closed) return;
    if (typeof message === 'number') return taken(message);
    // Whoever goes on sending to a side that takes nothing is not one of ours.
    if (typeof message !== 'string' || waitingLength + message.length > LONGEST_UNFINISHED_BYTES) return close();
    waiting.push(message);
    waitingLength += message.length;
    handOut();
  });
  return {
    send: (frame) => {
      if (closed) return;
      const text = JSON.stringify(frame);
      untaken += text.length;
      if (untaken > CONGESTED) congested = true;
      port.post(text);
    },
    get congested() {
      return congested;
    },
    get closed() {
      return closed;
    },
    onDrain: (listener) => void drained.add(listener),
    onFrame: (listener) => {
      take = listener;
      port.start();
      handOut();
    },
    onClose: (listener) => void ended.add(listener),
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      handOut();
    },
    close,
  };
};

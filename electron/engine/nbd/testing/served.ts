import type { BlockDevice } from '../../snapshot/block-device.ts';
import type { ExportsView } from '../export-info.ts';
import { ServerSession, type SessionProgress } from '../server-session.ts';
import { WireBuffer } from '../wire-buffer.ts';
import { ServerBytes } from './server-bytes.ts';

/** Exports by name, as one connection sees them. */
export const viewOf = (devices: Readonly<Record<string, BlockDevice>>): ExportsView => ({
  list: () => Object.keys(devices).map((name) => ({ name, description: '' })),
  open: (name) => {
    const device = Object.hasOwn(devices, name) ? devices[name] : undefined;
    return device === undefined ? null : { name, description: `about ${name}`, device, close: () => device.close() };
  },
});

/** A server session without a socket: what is sent is answered at once. */
export class Served {
  readonly counters = new Float64Array(4);
  readonly failures: unknown[] = [];
  stopping = false;
  /** How it went on after what was sent last. */
  last: SessionProgress = 'more';
  /** Whether TLS began: what is sent from then on counts as sent within it. */
  upgraded = false;
  /** The most that waited to be sent at a time. */
  mostOut = 0;
  readonly session: ServerSession;
  readonly #received: Buffer[] = [];

  constructor(view: ExportsView, { tls = false } = {}) {
    this.session = new ServerSession(new WireBuffer(1024), new WireBuffer(1024), {
      view,
      tls,
      counters: this.counters,
      stopping: () => this.stopping,
      failed: (error) => this.failures.push(error),
    });
  }

  send(...messages: readonly Uint8Array[]): this {
    for (const bytes of messages) {
      if (this.last === 'end') return this;
      this.session.input.append(bytes);
      this.#run();
    }
    return this;
  }

  /** What was said since this was asked last. */
  said(): ServerBytes {
    const all = Buffer.concat(this.#received);
    this.#received.length = 0;
    return new ServerBytes(all);
  }

  #run(): void {
    do {
      this.last = this.session.advance();
      this.upgraded ||= this.last === 'tls';
      const { out } = this.session;
      this.mostOut = Math.max(this.mostOut, out.length);
      this.#received.push(Buffer.from(out.bytes.subarray(out.start, out.end)));
      out.clear();
    } while (this.last === 'full');
  }
}

import type { MessagePort } from 'node:worker_threads';
import type { FramePort } from '../frame-port.ts';

/** Node's message port as the window's transport takes it; Electron's has other names for the same things. */
export const nodeFramePort = (port: MessagePort): FramePort => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.once('close', listener),
  start: () => port.start(),
  close: () => port.close(),
});

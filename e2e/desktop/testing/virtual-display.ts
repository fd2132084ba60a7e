import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A display of its own that nobody sees. */
export interface VirtualDisplay {
  /** What DISPLAY has to say. */
  readonly name: string;
  close(): Promise<void>;
}

/** Starts a display under a number that the server chooses, and waits until it says that it is ready. */
export const openVirtualDisplay = async (size = '1600x1000'): Promise<VirtualDisplay> => {
  const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ready = server.stdio[3] as Readable;
  const [number] = (await Promise.race([
    once(ready, 'data'),
    once(server, 'exit').then(() => {
      throw new Error('Xvfb ended before it had a display.');
    }),
  ])) as [Buffer];
  return {
    name: `:${number.toString().trim()}`,
    close: async () => {
      if (server.exitCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
  };
};

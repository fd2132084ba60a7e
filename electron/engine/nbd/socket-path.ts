import { lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { cannotListen } from './server-errors.ts';

/** Makes way for a socket: what a server left that is gone is removed, anything else stays. Errors: CANNOT_LISTEN. */
export const claimSocketPath = async (path: string): Promise<void> => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw cannotListen({ kind: 'unix', path }, 'there is something else.');
  if (await answers(path)) throw cannotListen({ kind: 'unix', path }, 'another server listens there.');
  rmSync(path, { force: true });
};

export const releaseSocketPath = (path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path, { force: true });
};

/** Only a refusal says that nobody listens; whatever else is wrong, somebody may. */
const answers = async (path: string): Promise<boolean> =>
  await new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', (error) => resolve(!('code' in error && error.code === 'ECONNREFUSED')));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });

import { closeSync, fsyncSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { secretStore } from '../../platform/secret-store.ts';
import { homeLayout } from '../home/directory.ts';
import { socketPlace } from '../home/socket-place.ts';
import { limited, type Probe, works } from './check.ts';

/** Magic numbers of file systems that lie on another machine or in memory, from statfs(2). */
const REMOTE: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  1702057286: 'FUSE',
  16914839: '9p',
};
const TMPFS = 0x01021994;

/** What the home itself needs. */
export const homeProbes = (home: string, folder: string): readonly Probe[] => {
  const area = 'Home';
  return [
    {
      area,
      name: 'Place',
      remedy: 'Choose another home with --home.',
      look: () => {
        const { type, bavail, bsize } = statfsSync(home);
        const free = `${Math.floor((bavail * bsize) / 1024 ** 3)} GiB free`;
        const remote = REMOTE[type];
        if (remote !== undefined) {
          return limited(
            `on ${remote}, ${free}`,
            'Keep the home on a local disk: the catalog needs working locks and shared memory. A vault may lie there.',
          );
        }
        if (type === TMPFS)
          return limited(`in memory, ${free}`, 'It is gone after a restart. Keep the home on a disk.');
        return works(`on a local disk, ${free}`);
      },
    },
    {
      area,
      name: 'Durable writes',
      remedy: 'Choose another home with --home.',
      look: () => {
        const fd = openSync(join(folder, 'durable'), 'w');
        try {
          const start = performance.now();
          fsyncSync(fd);
          return works(`a flush takes ${(performance.now() - start).toFixed(1)} ms`);
        } finally {
          closeSync(fd);
        }
      },
    },
    {
      area,
      name: 'Secret store',
      remedy: 'Passwords and addresses of notices are kept in a file of the home until it does.',
      look: async () => {
        const store = secretStore();
        if (store === null)
          return limited(
            'none in the session of this console: passwords and addresses of notices are kept in a file of the home, not encrypted',
            'On Linux start the console in a session with a keyring, and install secret-tool (libsecret).',
          );
        await store.get('doctor');
        return works(store.name);
      },
    },
    {
      area,
      name: 'Local socket',
      remedy: 'Choose a home with a shorter path.',
      look: () => {
        const place = socketPlace(home);
        return place === homeLayout(home).socket || process.platform === 'win32'
          ? works('in the home')
          : works(`at ${place}, because the home has a long path`);
      },
    },
  ];
};

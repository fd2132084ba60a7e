import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { randomId } from '../../platform/ids.ts';
import { withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { JobPicture } from '../pictures/job-picture.ts';
import type { JobControl, ProtectedObject } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

/** Holds a file mapped, and changes a byte of it for each line that comes in, without any system call. */
const WRITER = `
import mmap, sys
f = open(sys.argv[1], 'r+b')
m = mmap.mmap(f.fileno(), 0)
m[100] = 65
print('ready', flush=True)
for line in sys.stdin:
    m[100] = (m[100] + 1) % 256
    print('changed', flush=True)
`;

const job: JobControl = {
  signal: new AbortController().signal,
  paused: new Int32Array(new SharedArrayBuffer(4)),
  onPauseChange: () => () => undefined,
  report: () => undefined,
  picture: new JobPicture(),
  writes: () => undefined,
};

describeWithPeers('a file that a program keeps mapped and changes in memory', ['python3', 'mkfs.xfs', 'mount'], () => {
  test('is in the next backup as it is then, though its timestamps may not move', async () => {
    await withLoopFileSystem('xfs', async (folder) => {
      const { spawn } = await import('node:child_process');
      const source = path.join(folder, 'source');
      const [home, vault] = ['home', 'vault'].map((name) =>
        fs.mkdtempSync(path.join('/var/tmp', `coldframe-${name}-`)),
      ) as [string, string];
      fs.mkdirSync(source);
      fs.writeFileSync(path.join(source, 'mapped'), Buffer.alloc(1_000_000, 7));
      execFileSync('sync');
      const writer = spawn('python3', ['-c', WRITER, path.join(source, 'mapped')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const said = (): Promise<unknown> => new Promise((resolve) => writer.stdout.once('data', resolve));
      try {
        await said();
        await useCases.createVault({
          dir: vault,
          name: 'v',
          drives: 1,
          slots: 2,
          tapeBytes: 64 * 1024 * 1024,
          codec: 'zstd',
          passphrase: null,
        });
        const object: ProtectedObject = {
          id: randomId(),
          name: 'mapped',
          kind: 'files',
          volumes: [],
          selection: {
            roots: [{ pathBase64: Buffer.from(source).toString('base64'), crossFileSystems: false }],
            unprotected: [],
            exclude: [],
          },
        };
        const backup = async (): Promise<number> => {
          const session = await useCases.openVaultSession(vault, {}, home);
          try {
            return (await useCases.runBackup(session, object, { level: 'auto', streams: null, resume: null }, job)).set
              .segments;
          } finally {
            await session.close();
          }
        };
        // Past the time in which a file counts as changed only just now, which would have it read again anyway.
        await new Promise((resolve) => setTimeout(resolve, 2500));
        await backup();
        await new Promise((resolve) => setTimeout(resolve, 2500));
        const changed = said();
        writer.stdin.write('change\n');
        await changed;
        expect(await backup()).toBe(16);
      } finally {
        writer.kill();
        for (const place of [home, vault]) fs.rmSync(place, { recursive: true, force: true });
      }
    });
  });
});

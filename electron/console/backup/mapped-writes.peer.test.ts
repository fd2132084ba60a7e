import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { randomId } from '../../platform/ids.ts';
import { withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { quiet } from '../testing/vault-scene.ts';
import type { ProtectedObject } from '../use-cases.ts';
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

const job = quiet();

/** Backs up `root` of a program's mapped file, lets it change a byte in memory, and gives what the next backup stores. */
const storedAfterChange = async (root: string, file: string, crossFileSystems: boolean): Promise<number> => {
  const [home, vault] = ['home', 'vault'].map((name) =>
    fs.mkdtempSync(path.join('/var/tmp', `coldframe-${name}-`)),
  ) as [string, string];
  const writer = spawn('python3', ['-c', WRITER, file], { stdio: ['pipe', 'pipe', 'inherit'] });
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
        roots: [{ pathBase64: Buffer.from(root).toString('base64'), crossFileSystems }],
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
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await backup();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const changed = said();
    writer.stdin.write('change\n');
    await changed;
    return await backup();
  } finally {
    writer.kill();
    for (const place of [home, vault]) fs.rmSync(place, { recursive: true, force: true });
  }
};

const mappedFileIn = (folder: string): string => {
  const source = path.join(folder, 'source');
  fs.mkdirSync(source);
  fs.writeFileSync(path.join(source, 'mapped'), Buffer.alloc(1_000_000, 7));
  execFileSync('sync');
  return path.join(source, 'mapped');
};

const PEERS = ['python3', 'mkfs.xfs', 'mkfs.ext4', 'mount'];

describeWithPeers('a file that a program keeps mapped and changes in memory', PEERS, () => {
  // Beside each other: most of each is waiting.
  test.concurrent('is in the next backup as it is then, though its timestamps may not move', async () => {
    await withLoopFileSystem('xfs', async (folder) => {
      const file = mappedFileIn(folder);
      expect(await storedAfterChange(path.dirname(file), file, false)).toBe(16);
    });
  });

  test.concurrent('is so too on a file system in memory, which stamps no such change', async () => {
    const folder = fs.mkdtempSync(path.join('/var/tmp', 'coldframe-memory-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', folder]);
    try {
      const file = mappedFileIn(folder);
      expect(await storedAfterChange(path.dirname(file), file, false)).toBeGreaterThan(0);
    } finally {
      execFileSync('umount', [folder]);
      fs.rmdirSync(folder);
    }
  });

  test.concurrent('is so too on a file system that is mounted below the root', async () => {
    const root = fs.mkdtempSync(path.join('/var/tmp', 'coldframe-root-'));
    const below = path.join(root, 'below');
    fs.mkdirSync(below);
    await withLoopFileSystem('ext4', async (folder) => {
      execFileSync('mount', ['--bind', folder, below]);
      try {
        mappedFileIn(folder);
        expect(await storedAfterChange(root, path.join(below, 'source/mapped'), true)).toBe(16);
      } finally {
        execFileSync('umount', [below]);
      }
    });
    fs.rmSync(root, { recursive: true });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tryLock } from './lock.ts';

const separate = ['-p', '-f', '--mount-proc'];

test.skipIf(spawnSync('unshare', [...separate, 'true']).status !== 0)(
  'a home is locked for processes of other pid namespaces too, until it is released',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-lock-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'lock');
    const program = `
      const { tryLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
      console.log(tryLock(${JSON.stringify(file)}) === null ? 'held' : 'got');`;
    const ask = () =>
      spawnSync('unshare', [...separate, process.execPath, '--input-type=module', '-e', program], {
        encoding: 'utf8',
      }).stdout.trim();
    const lock = tryLock(file);
    expect(ask()).toBe('held');
    lock?.release();
    expect(ask()).toBe('got');
  },
);

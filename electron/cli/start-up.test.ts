import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The files that a command loads, below node_modules and the sources. */
const loadedBy = (...args: string[]): string[] => {
  const home = mkdtempSync(join(tmpdir(), 'coldframe-start-'));
  try {
    const at = (file: string) => new URL(file, import.meta.url).pathname;
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--import', at('./testing/fixtures/tell-modules.ts'), at('./main.ts'), ...args, '--home', join(home, 'home')],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    return stderr.split('\n').filter((line) => line.startsWith('file:'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

test('a short command starts without schemas, engine and system calls', () => {
  const loaded = loadedBy('vault', 'list');
  expect(loaded.length).toBeGreaterThan(20);
  expect(loaded.filter((file) => /\/(zod|koffi)\/|\/engine\/|\/platform\/linux\//.test(file))).toEqual([]);
});

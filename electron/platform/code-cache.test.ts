import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-code-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
  const { keepCompiledCode } = await import(process.argv[1]);
  const kept = keepCompiledCode(process.argv[2]);
  await import(process.argv[3]);
  process.stdout.write(String(kept));
`;

/** Runs a program in a process of its own: the cache is that of the process. */
const run = (cache: string): string => {
  const source = join(folder, 'module.mjs');
  writeFileSync(source, 'export const answer = 42;');
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const arguments_ = ['--input-type=module', '-e', PROGRAM, import.meta.resolve('./code-cache.ts'), cache, source];
  return spawnSync(process.execPath, arguments_, { env, encoding: 'utf8' }).stdout;
};

describe.skipIf(process.platform === 'win32')('the cache of compiled code', () => {
  test('is filled in a folder of our own, which is made', () => {
    const cache = join(folder, 'coldframe', 'code');
    expect(run(cache)).toBe('true');
    expect(readdirSync(cache)).toHaveLength(1);
  });

  test('is not taken from a folder that others may write to, nor from one within such a folder', () => {
    const shared = join(folder, 'shared');
    mkdirSync(join(shared, 'code'), { recursive: true });
    chmodSync(shared, 0o777);
    expect(run(join(shared, 'code'))).toBe('false');
    expect(run(shared)).toBe('false');
    expect(readdirSync(join(shared, 'code'))).toEqual([]);
  });

  test('is not taken from below a folder in which others may rename, not even through a link', () => {
    const shared = join(folder, 'shared');
    const own = join(shared, 'own', 'coldframe');
    mkdirSync(own, { recursive: true });
    symlinkSync(own, join(folder, 'link'));
    expect(run(join(folder, 'link'))).toBe('true');
    chmodSync(shared, 0o777);
    expect(run(join(folder, 'link'))).toBe('false');
    expect(run(join(own, 'code'))).toBe('false');
    chmodSync(shared, 0o1777);
    expect(run(join(own, 'code'))).toBe('true');
  });

  test('stops nobody when it cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(run(join(folder, 'file', 'code'))).toBe('false');
  });
});

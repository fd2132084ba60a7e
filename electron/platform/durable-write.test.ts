import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durableWrite, removeUnfinished } from './durable-write.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const module = new URL('./durable-write.ts', import.meta.url).href;

/** Writes `new` in a process that is killed at a failpoint. */
const writeAndDie = (path: string, at: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { durableWrite } = await import(${JSON.stringify(module)}); durableWrite(${JSON.stringify(path)}, 'new');`,
    ],
    { env: { ...process.env, COLDFRAME_FAILPOINT: at } },
  ).signal;

describe('a durable write', () => {
  it('makes the file with its content, for its owner alone, and leaves nothing else', () => {
    const path = join(folder, 'state.json');
    durableWrite(path, '{}');
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(readdirSync(folder)).toEqual(['state.json']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces what was there', () => {
    const path = join(folder, 'state.json');
    writeFileSync(path, 'a longer old content');
    durableWrite(path, new Uint8Array([1, 2]));
    expect(readFileSync(path)).toEqual(Buffer.from([1, 2]));
  });

  it('keeps the old content whole when killed before the rename', () => {
    const path = join(folder, 'state.json');
    writeFileSync(path, 'old');
    expect(writeAndDie(path, 'durable-write:before-rename')).toBe('SIGKILL');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('has the new content whole when killed after the rename', () => {
    const path = join(folder, 'state.json');
    writeFileSync(path, 'old');
    expect(writeAndDie(path, 'durable-write:after-rename')).toBe('SIGKILL');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('says which file could not be written, and why', () => {
    expect(() => durableWrite(join(folder, 'missing', 'x'), '')).toThrow(/missing.x.*ENOENT/);
  });

  it('leaves what was killed to be removed, and nothing else is', () => {
    for (const name of [`a.json.${'0'.repeat(32)}.tmp`, 'mine.tmp', 'a.json']) writeFileSync(join(folder, name), '');
    removeUnfinished(folder);
    expect(readdirSync(folder)).toEqual(['a.json', 'mine.tmp']);
  });

  it('leaves no temporary file behind when the rename fails', () => {
    expect(() => durableWrite(folder, 'x')).toThrow(/write failed/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

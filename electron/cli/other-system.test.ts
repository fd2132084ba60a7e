import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The built program: started from its sources it takes twice as long.
const PROGRAM = path.resolve(import.meta.dirname, '../../dist/coldframe.js');
const PRETEND = path.resolve(import.meta.dirname, '../engine/restore/testing/fixtures/pretend-macos.ts');

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-other-system-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs a command in a process that takes this for macOS; gives its answer. Fails when it asks for koffi. */
const run = (...args: string[]): { readonly status: number | null; readonly answer: unknown } => {
  const home = path.join(folder, 'home');
  const argv = ['--import', PRETEND, PROGRAM, '--home', home, '--json', '--yes', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: folder });
  expect(stderr).not.toContain('koffi was asked for');
  return { status, answer: JSON.parse(stdout) };
};

test('a folder is backed up, verified and restored without a call that only Linux has', () => {
  const [source, vault, out] = ['source', 'vault', 'out'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  fs.mkdirSync(path.join(source, 'deeper'), { recursive: true });
  fs.writeFileSync(path.join(source, 'deeper', 'text'), 'what is to be kept', { mode: 0o640 });
  fs.writeFileSync(path.join(source, 'large'), Buffer.alloc(3_000_000, 'abc'));
  fs.symlinkSync('deeper/text', path.join(source, 'link'));
  expect(run('vault', 'create', vault).status).toBe(0);
  expect(run('object', 'add', 'kept', '--vault', vault, '--files', source).status).toBe(0);
  expect(run('backup', 'kept')).toMatchObject({ status: 0, answer: { set: { state: 'complete', elements: 5 } } });
  expect(run('verify', 'kept')).toMatchObject({ status: 0, answer: { damaged: [] } });
  const restored = run('restore', 'kept', '--to', out, '--relative-to', source);
  expect(restored).toMatchObject({ status: 0, answer: { skipped: 0 } });
  expect(fs.readFileSync(path.join(out, 'deeper', 'text'), 'utf8')).toBe('what is to be kept');
  expect(fs.statSync(path.join(out, 'deeper', 'text')).mode & 0o777).toBe(0o640);
  expect(fs.readFileSync(path.join(out, 'large'))).toEqual(fs.readFileSync(path.join(source, 'large')));
  expect(fs.readlinkSync(path.join(out, 'link'))).toBe('deeper/text');
});

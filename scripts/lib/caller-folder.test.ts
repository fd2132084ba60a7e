import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callerFolder } from './caller-folder.mjs';

test('relative paths count from where npm was called', () => {
  const env = { npm_lifecycle_event: 'coldframe', INIT_CWD: '/home/ada' };
  expect(callerFolder(env, 'coldframe', '/checkout')).toBe('/home/ada');
});

test('npm’s word does not count in a script of another package, which is where it wants to be', () => {
  const env = { npm_lifecycle_event: 'nightly', INIT_CWD: '/home/ada' };
  expect(callerFolder(env, 'coldframe', '/srv/scripts')).toBe('/srv/scripts');
  expect(callerFolder({}, 'coldframe', '/srv')).toBe('/srv');
});

test('a vault that is created with a relative path by way of npm lies in the folder that the caller is in', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coldframe-caller-')));
  const script = new URL('../coldframe.mjs', import.meta.url).pathname;
  const checkout = new URL('../..', import.meta.url).pathname;
  const env = {
    ...process.env,
    npm_lifecycle_event: 'coldframe',
    INIT_CWD: folder,
    COLDFRAME_HOME: join(folder, 'home'),
  };
  try {
    const args = [script, 'vault', 'create', 'here', '--tape-size', '64MiB', '--json'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: checkout, env, encoding: 'utf8' });
    expect(JSON.parse(stdout).vault.dir).toBe(join(folder, 'here'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

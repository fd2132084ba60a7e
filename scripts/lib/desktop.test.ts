import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { electronRuntime, isForWindow, whyNoDesktop } from './desktop.mjs';

const runtime = (version: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'electron'), '');
  writeFileSync(join(folder, 'version'), version);
  return folder;
};

test.each([
  ['45.5.0', true],
  ['v40.0.0', true],
  ['33.4.11', false],
  ['unheard of', false],
])('Electron %s holds a home by itself: %s', (version, hosts) => {
  const folder = runtime(version);
  const found = electronRuntime({ ELECTRON_OVERRIDE_DIST_PATH: folder }, 'linux');
  expect(found).toEqual({ folder, program: join(folder, 'electron'), hosts });
});

test('what is missing for a window is said', () => {
  const env = { ELECTRON_OVERRIDE_DIST_PATH: runtime('45.5.0') };
  expect(whyNoDesktop(env, 'linux')).toBe('there is no display here');
  expect(whyNoDesktop({ ...env, DISPLAY: ':1' }, 'linux')).toBeNull();
  expect(whyNoDesktop({ ...env, WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBeNull();
});

test.each([
  [[], true],
  [['--home', '/h'], true],
  [['--home=/h'], true],
  [['--home'], false],
  [['--home', '/h', '--port', '0'], false],
  [['--host', '::1'], false],
])('%j is for a window: %s', (args, forWindow) => {
  expect(isForWindow(args)).toBe(forWindow);
});

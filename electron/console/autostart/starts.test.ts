import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { type StartParts, setStart, startsOf } from './starts.ts';

let folder: string;
const NAMES = ['/opt/cold frame/node', '--home', '/srv/a "b" $HOME `x` 100% c\\d', 'serve'];

const partsOf = (more: Partial<StartParts> = {}): StartParts => ({
  home: join(folder, 'home'),
  shell: {},
  serve: NAMES,
  platform: 'linux',
  env: { XDG_CONFIG_HOME: folder },
  ...more,
});
const states = (parts = partsOf()) => startsOf(parts).map(({ state }) => state);
const pathOf = (what: 'session' | 'service') => startsOf(partsOf()).find((each) => each.what === what)?.path ?? '';
const foreign = expect.objectContaining({ code: 'AUTOSTART_FOREIGN' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-autostart-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(['session', 'service'] as const)('the start as %s', (what) => {
  const index = what === 'session' ? 0 : 1;

  test('is off, is set, and is taken back without leaving anything', () => {
    expect(states()).toEqual(['off', 'off']);
    setStart(partsOf(), what, true);
    expect(states()[index]).toBe('on');
    expect(states()[1 - index]).toBe('off');
    setStart(partsOf(), what, true);
    expect(states()[index]).toBe('on');
    setStart(partsOf(), what, false);
    setStart(partsOf(), what, false);
    expect(states()).toEqual(['off', 'off']);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => !each.isDirectory());
    expect(files).toEqual([]);
  });

  test.each(['a file', 'a changed one', 'a link', 'a folder'])('leaves %s of that name alone', (kind) => {
    setStart(partsOf(), what, true);
    const path = pathOf(what);
    const changed = `${readFileSync(path, 'utf8')}Hidden=true\n`;
    rmSync(path);
    if (kind === 'a file') writeFileSync(path, 'mine');
    else if (kind === 'a changed one') writeFileSync(path, changed);
    else if (kind === 'a link') symlinkSync('/dev/null', path);
    else mkdirSync(path);
    expect(states()[index]).toBe('foreign');
    for (const on of [true, false]) expect(() => setStart(partsOf(), what, on)).toThrow(foreign);
    if (kind === 'a link') expect(lstatSync(path).isSymbolicLink()).toBe(true);
    else if (kind === 'a folder') expect(lstatSync(path).isDirectory()).toBe(true);
    else expect(readFileSync(path, 'utf8')).toBe(kind === 'a file' ? 'mine' : changed);
  });
});

test('each home has a start of its own', () => {
  const other = partsOf({ home: join(folder, 'other') });
  setStart(partsOf(), 'session', true);
  expect(states(other)).toEqual(['off', 'off']);
  setStart(other, 'session', true);
  setStart(other, 'session', false);
  expect(states()).toEqual(['on', 'off']);
});

test('the desktop starts itself, without its window', () => {
  setStart(partsOf({ shell: { launch: ['/opt/coldframe', '--hidden'] } }), 'session', true);
  expect(readFileSync(pathOf('session'), 'utf8')).toContain('\nExec="/opt/coldframe" "--hidden"\n');
});

test('the entry gives a shell of the specification back the arguments that were put in', () => {
  setStart(partsOf(), 'session', true);
  const [, exec = ''] = /^Exec=(.*)$/m.exec(readFileSync(pathOf('session'), 'utf8')) ?? [];
  // First the string of the file, then the field codes, then the quotes, which are those of sh.
  const line = exec.replace(/\\(.)/g, '$1').replaceAll('%%', '%');
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
  expect(stdout.split('\n').slice(0, -1)).toEqual(NAMES);
});

describeWithPeers('systemd', ['systemd-analyze'], () => {
  test('finds nothing wrong with the unit', () => {
    // It looks for the program, too.
    setStart(partsOf({ serve: ['/bin/true', ...NAMES.slice(1)] }), 'service', true);
    const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', pathOf('service')], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test('elsewhere the desktop asks its system, and a console alone cannot', () => {
  const set: boolean[] = [];
  const loginItem = { get: () => set.at(-1) ?? false, set: (on: boolean) => void set.push(on) };
  const desktop = partsOf({ platform: 'darwin', shell: { loginItem } });
  setStart(desktop, 'session', true);
  expect(states(desktop)).toEqual(['on', 'unsupported']);
  expect(() => setStart(partsOf({ platform: 'win32' }), 'session', true)).toThrow(/from here/);
});

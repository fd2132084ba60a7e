import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parsePskKeys, readPskFile } from './psk.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-psk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: string, mode = 0o600): string => {
  const path = join(folder, 'keys');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const KEY = '0123456789abcdef'.repeat(4);

it('reads users and their keys', () => {
  const keys = readPskFile(file(`# psktool\nada:${KEY}\r\n\nbob:${KEY.toUpperCase()}\n`));
  expect([...keys.keys()]).toEqual(['ada', 'bob']);
  expect(Buffer.from(keys.get('bob') ?? []).toString('hex')).toBe(KEY);
});

it('names the line that is no key, and not what it holds', () => {
  for (const line of ['ada', `ada:${KEY}0`, `:${KEY}`, 'ada:abcd', `ada:${KEY.repeat(3)}`, `ada:zz${KEY}`]) {
    expect(parsePskKeys(`ada:${KEY}\n${line}\n`)).toBe(2);
  }
  const bad = file('ada:5ec2e7\n');
  expect(() => readPskFile(bad)).toThrow(expect.objectContaining({ code: 'PSK_FILE_UNSAFE' }));
  expect(() => readPskFile(bad)).not.toThrow('5ec2e7');
  expect(() => readPskFile(file('\n'))).toThrow('no key');
  expect(() => readPskFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'PSK_FILE_UNSAFE' }));
});

it.runIf(process.platform !== 'win32')('refuses a file that others can read', () => {
  expect(() => readPskFile(file(`ada:${KEY}\n`, 0o640))).toThrow('others');
});

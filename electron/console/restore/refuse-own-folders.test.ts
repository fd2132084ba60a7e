import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import { refuseOwnFolders, refuseVaultWithin } from './refuse-own-folders.ts';

let root: string;

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-own-'));
  for (const name of ['vaült/tapes', 'home/jobs', 'beside']) fs.mkdirSync(path.join(root, name), { recursive: true });
  fs.writeFileSync(path.join(root, 'vaült', 'disk.img'), '');
  fs.symlinkSync(path.join(root, 'vaült'), path.join(root, 'elsewhere'));
  return () => fs.rmSync(root, { recursive: true });
});

const refuse = (name: string): void =>
  refuseOwnFolders(byteStringFromText(path.join(root, name)), [path.join(root, 'vaült'), path.join(root, 'home')]);

test.each(['vaült', 'vaült/tapes', 'vaült/new/folder', 'vaült/disk.img', 'home', 'home/jobs/new', 'elsewhere/new'])(
  '%s is no place to restore to',
  (name) => {
    expect(() => refuse(name)).toThrow(expect.objectContaining({ code: 'USAGE', context: expect.anything() }));
  },
);

test.each(['', 'beside', 'beside/new', 'vaült-restored/new', 'home2'])('%s is a place like any other', (name) => {
  expect(() => refuse(name)).not.toThrow();
});

test.each([
  ['home/vault', true],
  ['home', true],
  ['home2/vault', false],
  ['vaült/vault', false],
])('a vault in %s is refused: %s', (name, refused) => {
  const make = () => refuseVaultWithin(path.join(root, name), [path.join(root, 'home')]);
  if (refused)
    expect(make).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('home') }));
  else expect(make).not.toThrow();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { fuses } from './package-app.mjs';
import { root } from './paths.mjs';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const schema = z.fromJSONSchema(JSON.parse(read('scripts/lib/electron-builder.schema.json')));
const config = parse(read('electron-builder.yml'));

test('electron-builder.yml is what electron-builder takes', () => {
  expect(schema.safeParse(config).error?.issues).toBeUndefined();
  expect(config.linux.target).toEqual(['AppImage', 'deb']);
  expect([config.win.target, config.mac.target]).toEqual([['nsis'], ['dmg']]);
});

test.each([
  ['a name that it does not know', { ...config, electronFuse: {} }],
  ['a fuse that it does not know', { ...config, electronFuses: { ...config.electronFuses, runAsNodes: false } }],
  ['a fuse that is no yes or no', { ...config, electronFuses: { ...config.electronFuses, runAsNode: 'off' } }],
])('%s would be found', (_, wrong) => {
  expect(schema.safeParse(wrong).success).toBe(false);
});

test('no fuse is left as the runtime came', () => {
  const { WasmTrapHandlers: _, ...known } = FuseV1Options;
  const numbers = Object.values(known).filter((fuse) => typeof fuse === 'number');
  expect(
    Object.keys(fuses())
      .map(Number)
      .toSorted((a, b) => a - b),
  ).toEqual(numbers);
  const on = Object.entries(fuses()).flatMap(([fuse, state]) => (state ? [FuseV1Options[Number(fuse)]] : []));
  expect(on).toEqual(['EnableCookieEncryption', 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar']);
});

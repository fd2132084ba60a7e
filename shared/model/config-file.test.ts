import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { CONFIG_SCHEMA, configDocument } from '../contract/config.ts';
import { readConfigValue } from './config-file.ts';

const EMPTY = { settings: {}, objects: [], schedules: [], notices: [] };
const head = (schema: unknown) => ({
  kind: 'coldframe-config',
  schema,
  writtenAt: '2026-11-01T00:00:00.000Z',
  version: '1',
});

test('a configuration is read by the number of its schema: old ones as far as they go, newer ones not, whatever they hold', () => {
  const old = {
    name: 'docs',
    vault: { id: 'a'.repeat(32), dir: '/v' },
    kind: 'files',
    roots: [],
    volumes: [],
    sources: [],
    unprotected: [],
    exclude: [],
    keep: { keepLast: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
    automatic: false,
  };
  expect(readConfigValue({ ...head(1), ...EMPTY, objects: [old], notices: [{ name: 'n', rules: [] }] })).toMatchObject({
    document: {
      schema: CONFIG_SCHEMA,
      objects: [{ name: 'docs', noticeMs: null, own: {} }],
      notices: [{ name: 'n', kind: null, target: null }],
    },
  });
  for (const schema of [2, 3, 4, CONFIG_SCHEMA])
    expect(readConfigValue({ ...head(schema), ...EMPTY })).toMatchObject({ document: EMPTY });
  expect(readConfigValue({ ...head(CONFIG_SCHEMA + 1), objects: 'otherwise', more: 1 })).toEqual({
    newer: CONFIG_SCHEMA + 1,
  });
  for (const schema of [0, 1.5, '2', null, undefined])
    expect(readConfigValue({ ...head(schema), ...EMPTY })).toEqual({ field: 'schema' });
  for (const value of [null, 1, 'x', [], {}, { schema: 9 }]) expect(readConfigValue(value)).toHaveProperty('field');
});

test('the keys that a configuration may have are those of the number of its schema', () => {
  const keys = new Set<string>();
  const walk = (at: unknown, way: string): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const [key, value] of Object.entries(at)) {
      if (key === 'properties') for (const name of Object.keys(value as object)) keys.add(`${way}.${name}`);
      walk(value, /^(?:properties|items|anyOf|oneOf|allOf|\d+)$/.test(key) ? way : `${way}.${key}`);
    }
  };
  walk(z.toJSONSchema(configDocument, { io: 'input', unrepresentable: 'any' }), '');
  const digest = createHash('sha256')
    .update([...keys].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
  // An older program refuses a key that it does not know. Where a key is added raise CONFIG_SCHEMA, so that it says why, and put the new digest here.
  expect([CONFIG_SCHEMA, digest]).toEqual([5, 'aa4efd3ff7f666c6']);
});

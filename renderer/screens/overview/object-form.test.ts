import { expect, test } from 'vitest';
import { changedObject, objectForm } from './object-form.ts';

const root = (path: string) => ({ path, crossFileSystems: false });
const object = {
  roots: [root('/srv/www'), { ...root('/srv/caf\ufffd'), pathBase64: 'L3Nydi9jYWbp' }],
  unprotected: ['temp' as const],
  exclude: ['*.iso'],
};

test('what stayed as it was is not asked for again', () => {
  expect(changedObject(object, objectForm(object))).toEqual({});
  expect(changedObject(object, { ...objectForm(object), exclude: ['*.iso', ' '] })).toEqual({});
});

test('all folders are named when one came or went, by their bytes where they are not text', () => {
  const form = objectForm(object);
  expect(changedObject(object, { ...form, roots: [...form.roots, { path: '/etc' }] })).toEqual({
    files: [{ path: '/srv/www' }, { pathBase64: 'L3Nydi9jYWbp' }, { path: '/etc' }],
  });
  expect(changedObject(object, { ...form, unprotect: [], exclude: [] })).toEqual({ unprotect: [], exclude: [] });
});

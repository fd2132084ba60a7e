import { expect, test } from 'vitest';
import { changedObject, noticeTyped, objectForm, typedNotice } from './object-form.ts';

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
    was: { files: [{ path: '/srv/www' }, { pathBase64: 'L3Nydi9jYWbp' }] },
  });
  expect(changedObject(object, { ...form, unprotect: [], exclude: [] })).toEqual({
    unprotect: [],
    exclude: [],
    was: { unprotect: ['temp'], exclude: ['*.iso'] },
  });
});

test('notice is typed in seconds, and nothing is none', () => {
  for (const noticeMs of [null, 1000, 86_400_000]) expect(typedNotice(noticeTyped({ noticeMs }))).toBe(noticeMs);
  for (const typed of ['0', '-1', '1m', '86401']) expect(typedNotice(typed)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { replicaProblems, replicaRequest } from './replica-form.ts';

const form = { volume: 'disk1', name: 'spare', folder: '/mnt/other' };

test('a replica needs a name of its own and a full path', () => {
  expect(replicaProblems(form, ['other'])).toEqual({});
  expect(replicaProblems({ ...form, name: '' }, [])).toEqual({ name: 'name' });
  expect(replicaProblems(form, ['spare'])).toEqual({ name: 'taken' });
  expect(replicaProblems({ ...form, folder: 'other' }, [])).toEqual({ folder: 'path' });
});

test('its file has its name', () => {
  expect(replicaRequest(form)).toEqual({ name: 'spare', volume: 'disk1', file: '/mnt/other/spare.img' });
  expect(replicaRequest({ ...form, folder: '/' }).file).toBe('/spare.img');
});

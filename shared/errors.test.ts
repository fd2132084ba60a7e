import { expect, test } from 'vitest';
import { asColdframeError, ColdframeError } from './errors.ts';

const thrown = (fields: object): Error => Object.assign(new Error('database or disk is full'), fields);

test.each([
  { code: 'ERR_SQLITE_ERROR', errcode: 13 },
  { code: 'ERR_SQLITE_ERROR', errcode: 4874 },
  { code: 'ENOSPC' },
  { code: 'EDQUOT' },
])('%j means that the disk is full', (fields) => {
  const cause = thrown(fields);
  expect(asColdframeError(cause)).toMatchObject({ code: 'DISK_FULL', kind: 'no-space', cause });
  expect(asColdframeError(cause).message).toContain('database or disk is full');
});

test.each([{ code: 'ERR_SQLITE_ERROR', errcode: 10 }, { code: 'ERR_SQLITE_ERROR', errcode: 778 }, { code: 'EIO' }])(
  '%j means that a disk fails',
  (fields) => {
    expect(asColdframeError(thrown(fields))).toMatchObject({ code: 'IO', kind: 'failed' });
  },
);

test.each([{ code: 'ERR_SQLITE_ERROR', errcode: 1 }, { errcode: 13 }, {}])('%j is a defect', (fields) => {
  expect(asColdframeError(thrown(fields))).toMatchObject({ code: 'INTERNAL' });
});

test('an error of ours stays what it is, and anything else is a defect', () => {
  const error = new ColdframeError('USAGE', { message: 'm', guidance: 'g' });
  expect(asColdframeError(error)).toBe(error);
  expect(asColdframeError('text')).toMatchObject({ code: 'INTERNAL', message: 'text' });
});

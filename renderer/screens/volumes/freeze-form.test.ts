import { expect, test } from 'vitest';
import { FIRST_FREEZE, freezeProblems, freezeRequest } from './freeze-form.ts';

const form = { ...FIRST_FREEZE, volumes: ['disk1'] };

test('what is wrong is told of its field', () => {
  expect(freezeProblems(FIRST_FREEZE)).toEqual({ volumes: 'none' });
  expect(freezeProblems({ ...form, quiet: true, quietMs: '0', deadlineMs: 'soon' })).toEqual({
    quietMs: 'ms',
    deadlineMs: 'ms',
  });
  expect(freezeProblems({ ...form, quiet: true, quietMs: '500', deadlineMs: '400' })).toEqual({ deadlineMs: 'sooner' });
  expect(freezeProblems({ ...form, quietMs: '', noticeS: '' })).toEqual({});
  for (const noticeS of ['', '0', '1.5', '86401', '1 h'])
    expect(freezeProblems({ ...form, notice: true, noticeS })).toEqual({ noticeS: 'seconds' });
});

test('only what is asked for is sent', () => {
  expect(freezeRequest(form)).toEqual({ volumes: ['disk1'] });
  expect(freezeRequest({ ...form, notice: true, noticeS: '90' })).toEqual({ volumes: ['disk1'], noticeMs: 90_000 });
  expect(freezeRequest({ ...form, quiet: true, pre: ' ', post: 'fsfreeze -u /mnt' })).toEqual({
    volumes: ['disk1'],
    quietMs: 200,
    deadlineMs: 10_000,
    post: 'fsfreeze -u /mnt',
  });
});

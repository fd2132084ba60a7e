import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ColdframeError } from '../../shared/errors.ts';
import { announce, dismiss, leaveErrors, useAnnouncements } from './announcements.ts';
import { said } from './said.ts';

const shown = () => useAnnouncements.getState().list;

beforeEach(() => {
  vi.useFakeTimers();
  useAnnouncements.setState({ list: [] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('what was done is said for a while', () => {
  announce('Photos is protected.', 'good');
  expect(shown().map(({ text }) => text)).toEqual(['Photos is protected.']);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual([]);
});

test('what went wrong is said with what to do and its code, until it is dismissed', () => {
  said(new ColdframeError('TAPE_IN_USE', { message: 'A000001L6 is in use.', guidance: 'Wait for the job.' }));
  vi.advanceTimersByTime(3_600_000);
  const [note] = shown();
  expect(note).toMatchObject({
    tone: 'bad',
    text: 'A000001L6 is in use.',
    error: { guidance: 'Wait for the job.', code: 'TAPE_IN_USE' },
  });
  dismiss(note?.id ?? 0);
  expect(shown()).toEqual([]);
});

test('what went wrong goes with whoever goes elsewhere, but not before it could be read', () => {
  said(new ColdframeError('TAPE_IN_USE', { message: 'A000001L6 is in use.', guidance: 'Wait for the job.' }));
  leaveErrors();
  expect(shown()).toHaveLength(1);
  vi.advanceTimersByTime(10_000);
  announce('Photos is protected.');
  leaveErrors();
  expect(shown().map(({ text }) => text)).toEqual(['Photos is protected.']);
});

test('what to do about it names no command', () => {
  said(new ColdframeError('JOB_STATE', { message: 'It has ended.', guidance: 'See: coldframe job list' }));
  expect(shown()[0]?.error?.guidance).toBe('What became of it stands under Jobs.');
});

test('the same is not said twice, and of much the newest stays', () => {
  for (const text of ['one', 'two', 'three', 'two', 'four']) announce(text);
  expect(shown().map(({ text }) => text)).toEqual(['three', 'two', 'four']);
});

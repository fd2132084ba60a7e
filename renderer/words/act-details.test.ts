import { expect, test } from 'vitest';
import { detailsOf } from './act-details.ts';

const told = (context: Parameters<typeof detailsOf>[0]): string =>
  detailsOf(context)
    .map(({ name, value }) => `${name}: ${value}`)
    .join('; ');

test('what was told of an act is told in words, without what was not told', () => {
  expect(told({ keepLast: 3, automatic: true, note: null })).toBe(
    'newest backups kept: 3; sets expire by themselves: yes',
  );
  expect(told({ onConflict: 'overwrite', device: false })).toBe(
    'what is there: replace what is there; onto a device: no',
  );
  expect(told({ cron: '30 2 * * *' })).toBe('when: Every day at 02:30');
  expect(told({ cron: '1,2 3 4 5 6' })).toBe('when: 1,2 3 4 5 6');
  expect(told({ set: 'abc', setId: 'abc' })).toBe('set: abc');
  expect(told({ set: 'files', setId: 'abc' })).toBe('set: files; set id: abc');
  expect(told({ changed: 'overdueAfterHours, name' })).toBe('changed: hours until overdue, new name');
  expect(told({ forMs: 3_600_000, below: 30, bytesCopied: 2048 })).toMatch(
    /^for: 1 h; tapes with less kept than: 30 %; copied: 2\.0 KiB$/,
  );
});

test('a name that has no words is its own, apart, and an odd value is told as it is', () => {
  expect(told({ chunksOfSomething: 2, until: 'noon', level: 'odd' })).toBe(
    'chunks of something: 2; until: noon; level: odd',
  );
});

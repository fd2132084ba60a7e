import { expect, test } from 'vitest';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { restoreText } from './restore.ts';

const result: OutputOf<'restore'> = {
  restored: 4803,
  wanted: 4803,
  skipped: 0,
  bytes: 0,
  mounts: [{ tape: 'CF0001', drive: 1, count: 1 }],
  conflicts: [],
  conflictCount: 0,
  tapes: [],
  place: { path: '/back' },
  damaged: [],
  damagedElements: 0,
  others: [],
  warnings: [],
  durationMs: 2800,
  dryRun: false,
};

test('a restore that gave back everything says so', () => {
  expect(restoreText(result)).toMatch(
    /^Restored 4 803 elements \(0 bytes\), skipped 0, in 2\.8 s\.\nTapes: CF0001 in drive 1$/,
  );
});

test('a dry run says what would happen, and takes no time', () => {
  expect(restoreText({ ...result, dryRun: true }).split('\n')).toEqual([
    'Would restore 4 803 elements (0 bytes), skip 0.',
    'Tapes: CF0001 in drive 1',
  ]);
});

test('damage comes first, and then the command that restores what else there is', () => {
  const set = '2e9b3cb5'.padEnd(32, '0');
  const text = restoreText({
    ...result,
    restored: 4797,
    damagedElements: 5,
    damaged: [{ tape: 'CF0001', chunk: 3, set: 'ab'.repeat(16), elements: ['/home/a letter', '/home/b'] }],
    others: [{ path: '/home/a letter', set, backedUpAt: '2026-01-31T10:00:00.000Z' }],
  });
  const [first] = text.split('\n');
  expect(first).toBe(
    'Not everything was restored: 5 damaged, 1 failed. Restored 4 797 of 4 803 elements (0 bytes), skipped 0, in 2.8 s.',
  );
  expect(text).toContain("backed up 2026-01-31 10:00:00 UTC: coldframe restore 2e9b3cb5 '/home/a letter' --to PLACE");
});

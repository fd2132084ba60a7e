import { expect, test } from 'vitest';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { restoreStatus, restoreText, verifyStatus, verifyText } from './restore.ts';

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
  newlyDamaged: 0,
  knownDamage: [],
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
    'Drive 1: CF0001 (0 bytes)',
  ]);
});

test('a dry run says in which order each drive takes its tapes, which are copies, which are not here, and how long it takes', () => {
  const place = { slot: 1, drive: null, pool: 'data', chunks: 1, bytes: 1000, copyOf: null };
  const tapes = ['CF0001', 'CF0002', 'CF0003', 'CF0004'].map((tape) => ({
    ...place,
    tape,
    barcode: `${tape}L8`,
    present: tape !== 'CF0004',
    copyOf: tape === 'CF0003' ? 'CF0009L8' : null,
  }));
  const mounts = [
    { tape: 'CF0001', drive: 1, count: 1 },
    { tape: 'CF0002', drive: 2, count: 1 },
    { tape: 'CF0003', drive: 1, count: 1 },
  ];
  const pace = { durationMs: 4000, restores: 2 };
  expect(
    restoreText({ ...result, dryRun: true, tapes, mounts, pace })
      .split('\n')
      .slice(1),
  ).toEqual([
    expect.stringMatching(/^Drive 1: CF0001L8 \(.*\), then CF0003L8 \(.*, copy of CF0009L8\)$/),
    expect.stringMatching(/^Drive 2: CF0002L8/),
    expect.stringMatching(/^Not here: CF0004L8/),
    'Reading takes about 4.0 s, at the pace of the last 2 restores from this vault.',
  ]);
});

test('a dry run tells what is the same from what was changed since, with both', () => {
  const there = { bytes: 12_288, modifiedAt: '2026-11-29T10:00:00.000Z' };
  const wanted = { bytes: 1024, modifiedAt: '2026-11-28T09:00:00.000Z' };
  const planned = {
    ...result,
    dryRun: true,
    conflicts: [
      { path: '/a', action: 'replace', same: false, there, wanted },
      { path: '/b', action: 'replace', same: true, there: wanted, wanted },
      { path: '/c', action: 'blocked' },
    ],
    conflictCount: 3,
    standings: { same: { count: 1, bytes: 1024 }, changed: { count: 1, bytes: 12_288, newer: 1 } },
  };
  expect(restoreText(planned).split('\n').slice(2)).toEqual([
    'There already, the same by size and time: 1 element (1.0 KiB).',
    'There already, and different: 1 element (12 KiB), 1 of them later than what was backed up.',
    'Conflict: overwrite: /a  (now 12 KiB of 2026-11-29 10:00:00 UTC; in the backup 1.0 KiB of 2026-11-28 09:00:00 UTC)',
    'Conflict: overwrite: /b',
    'Conflict: blocked: /c',
  ]);
  expect(restoreText({ ...planned, overwrites: '/a' })).not.toContain('There already');
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

test('a dry run names what lies where damage was found before, and is not clean', () => {
  const known = [{ tape: 'CF0001', chunk: 3, set: 'ab'.repeat(16), elements: ['/home/a'] }];
  const planned = { ...result, dryRun: true, knownDamage: known };
  expect(restoreText(planned)).toContain(
    'Chunk 3 on tape CF0001 was found damaged before, so this may not come back: /home/a',
  );
  expect(restoreStatus(planned)).not.toBe(0);
});

test('what lies on tapes that are not here is not called damaged', () => {
  const away = {
    ...result,
    restored: 4801,
    damagedElements: 2,
    tapes: [{ ...place, tape: 'CF0002', barcode: 'CF0002L8', chunks: 2, bytes: 9, present: false }],
    damaged: [
      { tape: 'CF0002', chunk: 3, set: 'ab'.repeat(16), elements: ['/home/b', '/home/a'] },
      { tape: 'CF0002', chunk: 5, set: 'ab'.repeat(16), elements: ['/home/b'] },
    ],
  };
  const text = restoreText(away);
  expect(text).toContain('Not everything was restored: 2 on tapes that are not here. ');
  expect(text).toContain('Not restored, on tape CF0002L8 (last in slot 2), which is not here: /home/a, /home/b');
  expect(text).not.toContain('amaged');
  expect(restoreStatus(away)).toBe(3);
  const others = [{ path: '/home/a', set: '2e9b3cb5'.padEnd(32, '0'), backedUpAt: '2026-01-31T10:00:00.000Z' }];
  expect(restoreText({ ...away, others })).toContain('Other versions of what lies on tapes that are not here');
  const here = { tape: 'CF0001', chunk: 9, set: 'ab'.repeat(16), elements: ['/home/c'] };
  const both = restoreText({
    ...away,
    damaged: [...away.damaged, here],
  });
  expect(both).toContain('2 damaged or on tapes that are not here. ');
  expect(both).toContain('Damaged: chunk 9');
  expect(restoreStatus({ ...away, damaged: [...away.damaged, here] })).toBe(13);
  // Of what lies on no tape that is known nobody can say that it is only away.
  expect(restoreStatus({ ...away, damaged: [...away.damaged, { ...here, tape: '' }] })).toBe(13);
});

/** Of a tape that is away. */
const place = { slot: 2, drive: null, pool: 'data', copyOf: null };

const verified: OutputOf<'verify'> = {
  sets: 2,
  chunks: 5,
  bytes: 100,
  damaged: [],
  tapes: [],
  wrongIn: [],
  warnings: [],
  missingTapes: [],
  damagedTapes: [],
  unlisted: [],
  incomplete: [],
  unverified: [],
  durationMs: 10,
};

test('a verification promises no repair of damage that it could not note', () => {
  const damaged = [{ tape: 'CF0001', chunk: 1, set: 'a'.repeat(32), elements: ['/a'], wholeOn: [] }];
  const promise = 'The next backup of each object stores what is damaged anew';
  expect(verifyText({ ...verified, damaged })).toContain(promise);
  const text = verifyText({
    ...verified,
    damaged,
    warnings: [{ code: 'DISK_FULL', path: '/home/x', message: 'no room' }],
  });
  expect(text).not.toContain(promise);
  expect(text).toContain('no room');
});

test('a verification says what another tape has whole, and calls none of that lost', () => {
  const copied = { tape: 'CF0001', chunk: 1, set: 'a'.repeat(32), elements: ['/a'], wholeOn: ['CF0005'] };
  const tapes = ['CF0001', 'CF0005'].map((tape) => ({ tape, barcode: `${tape}L8` }));
  const text = verifyText({ ...verified, damaged: [copied], tapes, wrongIn: [{ object: 'alpha', sets: [] }] });
  expect(text).toContain('Damage in "alpha" on one tape alone: ');
  expect(text).toContain('this ends with status 13');
  expect(text).toContain('Damaged on CF0001L8, whole on CF0005L8: chunk 1 of set aaaaaaaa: /a\nNothing is lost: ');
  expect(text).toContain('keep CF0005L8: ');
  expect(text).not.toMatch(/Damaged: |everything else|is right/);
  expect(verifyStatus({ ...verified, damaged: [copied] })).toBe(13);
  const lost = { ...copied, chunk: 2, elements: ['/b'], wholeOn: [] };
  const both = verifyText({ ...verified, damaged: [copied, lost] });
  expect(both).toContain(
    'Damaged: chunk 2 of set aaaaaaaa on tape CF0001: /b\nWhat is whole on another tape is not lost: ',
  );
  expect(both).toContain('A restore gives everything else.');
});

test('a verification that found everything right says so', () => {
  expect(verifyText(verified)).toContain('Every digest is right.');
  expect(verifyStatus(verified)).toBe(0);
  const nothing = { ...verified, sets: 0, chunks: 0 };
  expect(verifyText(nothing)).toContain('Nothing was verified: ');
  expect(verifyText(nothing)).not.toContain('right');
  expect(verifyStatus(nothing)).toBe(3);
  const behind = { code: 'CATALOG_BEHIND', path: '/vault', message: 'there may be something newer' };
  expect(verifyStatus({ ...verified, warnings: [behind] })).toBe(3);
});

test('a verification without one of its tapes calls nothing damaged, and promises nothing of it', () => {
  const damaged = [{ tape: 'CF0002', chunk: 1, set: 'a'.repeat(32), elements: ['/a'], wholeOn: [] }];
  const missing = { ...place, tape: 'CF0002', barcode: 'CF0002L8', chunks: 1 };
  const text = verifyText({ ...verified, damaged, missingTapes: [{ ...missing, away: true }] });
  expect(text).toContain('Every digest that was read is right.\nNot here: tape CF0002L8 (last in slot 2) with 1 chunk');
  expect(text).not.toMatch(/Damaged|stores what is damaged/);
  const unreadable = verifyText({ ...verified, damaged, missingTapes: [{ ...missing, away: false }] });
  expect(unreadable).toContain('Cannot be read: tape CF0002L8');
  expect(unreadable).not.toContain('is right');
  const status = (more: Partial<OutputOf<'verify'>>) =>
    verifyStatus({ ...verified, damaged, missingTapes: [{ ...missing, away: true }], ...more });
  expect(status({})).toBe(3);
  expect(status({ missingTapes: [{ ...missing, away: false }] })).toBe(13);
  const here = { tape: 'CF0001', chunk: 2, set: 'a'.repeat(32), elements: [], wholeOn: [] };
  expect(status({ damaged: [...damaged, here] })).toBe(13);
  expect(status({ damagedTapes: [{ tape: 'CF0001', barcode: 'CF0001L8', reason: 'torn' }] })).toBe(13);
});

test('a verification names incomplete sets and warns; damage counts for more', () => {
  const incomplete = [{ set: 'ab'.repeat(16), object: 'docs', createdAt: '2026-01-31T10:00:00.000Z' }];
  const text = verifyText({ ...verified, incomplete });
  expect(text).toContain('Every digest that was read is right.');
  expect(text).toContain('Incomplete, not read: block set abababab of "docs", begun 2026-01-31 10:00:00 UTC');
  expect(verifyStatus({ ...verified, incomplete })).toBe(3);
  const damaged = [{ tape: 'CF0001', chunk: 3, set: 'ab'.repeat(16), elements: [], wholeOn: [] }];
  expect(verifyStatus({ ...verified, incomplete, damaged })).toBe(13);
});

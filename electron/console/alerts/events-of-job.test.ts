import { expect, test } from 'vitest';
import { eventOfJob } from './events-of-job.ts';

const job = { vault: '/vault', object: 'docs', error: null, state: 'done', result: {} } as const;

test('a restore test or verification that finds something, finds nothing to test, or fails is told', () => {
  const failures = [
    { path: '/a', message: 'It did not come back.' },
    { path: '/b', message: 'It did not come back.' },
  ];
  const kind = 'restore-test' as const;
  expect(eventOfJob({ ...job, kind, result: { elements: 5, failures: [] } })).toBeNull();
  expect(eventOfJob({ ...job, kind, state: 'done-with-warnings', result: { elements: 5, failures } })).toEqual({
    events: ['check-failed', 'damage-found'],
    text: 'The restore test of docs failed: /a (and 1 more): It did not come back.',
  });
  const failed = [{ path: '/a', code: 'TAPE_AWAY', message: 'Tape CF0002 is not here.' }];
  const tapesAway = [{ tape: 'CF0002', barcode: 'CF0002L8', slot: 2, drive: null, pool: 'vaulted' }];
  expect(eventOfJob({ ...job, kind, result: { elements: 5, failures: failed, outcome: 'away', tapesAway } })).toEqual({
    events: ['check-failed'],
    text: 'The restore test of docs could not get everything back: tape CF0002L8 (taken away to be kept, last in slot 2) is not here. Nothing that came back is damaged.',
  });
  expect(eventOfJob({ ...job, kind, result: { elements: 0, failures: [] } })?.events).toEqual(['check-failed']);
  const error = { code: 'NO_SUCH_VAULT', kind: 'not-found', message: 'gone', guidance: '', context: {} } as const;
  expect(eventOfJob({ ...job, kind, state: 'failed', error })?.events).toEqual(['check-failed']);
  const verified = { sets: 1, chunks: 1, damaged: [], damagedTapes: [], incomplete: [] };
  expect(eventOfJob({ ...job, kind: 'verify', result: verified })).toBeNull();
  expect(
    eventOfJob({ ...job, kind: 'verify', result: { ...verified, damaged: [{ tape: 'CF0001' }] } })?.events,
  ).toEqual(['damage-found', 'check-failed']);
  expect(eventOfJob({ ...job, kind: 'verify', result: { ...verified, incomplete: [{}] } })?.events).toEqual([
    'check-failed',
  ]);
  const [onAway, here] = [{ tape: 'CF0002' }, { tape: 'CF0001' }];
  const missingTapes = [{ ...tapesAway[0], pool: 'data', away: true }];
  expect(eventOfJob({ ...job, kind: 'verify', result: { ...verified, damaged: [onAway], missingTapes } })).toEqual({
    events: ['check-failed'],
    text: 'The verification of docs could not read everything: tape CF0002L8 (last in slot 2) is not here. Nothing that it read is damaged.',
  });
  const both = eventOfJob({ ...job, kind: 'verify', result: { ...verified, damaged: [onAway, here], missingTapes } });
  expect(both?.text).toBe('The verification of docs found damage: 1 place.');
  const wrongIn = [{ object: 'docs', id: 'd0', sets: ['abcdef0123'] }];
  const inDocs = { ...here, set: 'abcdef0123' };
  const ofAll = { ...job, kind: 'verify', object: null, result: { ...verified, damaged: [inDocs], wrongIn } } as const;
  expect(eventOfJob(ofAll)).toMatchObject({
    text: 'The verification of /vault found damage: 1 place, in set abcdef01 of docs.',
    objects: ['d0'],
  });
  const nowhere = { ...verified, damaged: [{ tape: '' }], damagedElements: 1 };
  expect(eventOfJob({ ...job, kind: 'verify', state: 'done-with-warnings', result: nowhere })?.events).toEqual([
    'damage-found',
    'check-failed',
  ]);
  const nothing = { ...verified, chunks: 0, damaged: [onAway], missingTapes, incomplete: [{}] };
  expect(eventOfJob({ ...job, kind: 'verify', result: nothing })?.text).toBe(
    'The verification of docs could not read everything: tape CF0002L8 (last in slot 2) is not here. Nothing could be read. 1 set is incomplete.',
  );
  const unreadable = { ...verified, damaged: [onAway], missingTapes: [{ ...onAway, away: false }] };
  expect(eventOfJob({ ...job, kind: 'verify', result: unreadable })?.events).toEqual(['damage-found', 'check-failed']);
  const restored = { damaged: [onAway], damagedElements: 3, tapes: [{ ...onAway, present: false }] };
  expect(eventOfJob({ ...job, kind: 'restore', result: restored })).toBeNull();
  // A restore tells of what nobody was told of, and of what no record can say that of, once a day.
  const restore = (result: object) => eventOfJob({ ...job, kind: 'restore', result: { damaged: [here], ...result } });
  expect(restore({ newlyDamaged: 0 })).toBeNull();
  expect(restore({ newlyDamaged: 1, damagedElements: 4 })).toEqual({
    events: ['damage-found'],
    text: 'The restore of docs found damage: 4 places.',
  });
  expect(restore({ newlyDamaged: 1, damaged: [] })?.text).toBe(
    'The restore of docs found damage: 1 place, of which another tape had all whole: nothing is lost.',
  );
  const unplaced = restore({ newlyDamaged: null });
  expect([unplaced?.events, unplaced?.daily]).toEqual([['damage-found'], true]);
  expect(restore({ newlyDamaged: null })?.key).toBe(unplaced?.key);
  expect(restore({ newlyDamaged: null, damaged: [here, { tape: '' }] })?.key).not.toBe(unplaced?.key);
  expect(eventOfJob({ ...job, kind: 'verify', state: 'interrupted' })?.events).toEqual(['check-failed']);
});

test('a merge that fails is told as the backup that it was to be', () => {
  const error = { code: 'CHUNK_LOST', kind: 'failed', message: 'No chunk.', guidance: '', context: {} } as const;
  expect(eventOfJob({ ...job, kind: 'merge', state: 'failed', error })).toEqual({
    events: ['backup-failed'],
    text: 'The merge of docs failed: No chunk. (CHUNK_LOST)',
  });
  expect(eventOfJob({ ...job, kind: 'merge', state: 'cancelled' })).toBeNull();
});

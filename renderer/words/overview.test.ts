import { expect, test } from 'vitest';
import { overviewWords, stateWords } from './overview.ts';

const MATTER = { severity: 'look', object: null, vault: null, action: null, context: {} };

const wrong = (context: Record<string, string | number | null>) =>
  overviewWords.attention({
    code: 'CHECK_WRONG',
    urgency: 'lost',
    object: 'files',
    vault: '/v',
    action: null,
    context: { kind: 'verify', job: 'j', failures: 1, ...context },
  } as unknown as Parameters<typeof overviewWords.attention>[0]);

test('the sets that something wrong is in are named as one or several, with how many more there are', () => {
  expect(wrong({ sets: '1a2b3c4d', setCount: 1 }).about).toContain('In the set 1a2b3c4d.');
  expect(wrong({ sets: '1a2b3c4d, 2b3c4d5e', setCount: 7 }).about).toContain(
    'In the sets 1a2b3c4d, 2b3c4d5e and 5 more.',
  );
  expect(wrong({ sets: '1a2b3c4d, 2b3c4d5e' }).about).toContain('In the sets 1a2b3c4d, 2b3c4d5e.');
});

test('what was found damaged is not called failed, and its button says that all of it is read', () => {
  const state = (code: string) => stateWords({ state: 'failed', reason: { code } } as never).text;
  expect([state('CHECK_WRONG'), state('JOB_FAILED')]).toEqual(['Damaged', 'Failed']);
  const act = (input: object) => overviewWords.actOf({ procedure: 'backup', input: { object: 'o', ...input } });
  expect([act({ level: 'full' }), act({})]).toEqual(['Back it up in full', 'Run it now']);
});

test('what makes a vault nearly full is named with what is left, and so is what to do', () => {
  const full = (context: object) =>
    overviewWords.attention({ ...MATTER, code: 'VAULT_NEARLY_FULL', vault: '/srv/v', context } as never);
  const onDisk = full({ bytesFree: 3 * 2 ** 30, bytesCapacity: 100 * 2 ** 30, onDisk: true, fullAt: null });
  expect(onDisk.title).toBe('The disk of vault v is nearly full');
  expect(onDisk.about).toMatch(/^3\.0 GiB are free on it; its tapes hold 100 GiB in all.*More tapes do not help/);
  const tapes = full({ bytesFree: 2 ** 20, bytesCapacity: 2 ** 30, onDisk: false, fullAt: null });
  expect(tapes.title).toBe('The tapes of vault v are nearly full');
  expect(tapes.about).toMatch(/They take 1\.0 MiB more.*Label more tapes/);
});

test('nothing is said to be backed up in time before it is', () => {
  const good = { lastGood: {}, overdueSince: null };
  const told = (...objects: object[]) =>
    overviewWords.nothingNeeded(objects.map((each, at) => ({ name: `o${at}`, ...good, ...each })) as never);
  expect(told({}, {})).toBe('Nothing. Every object has a good backup that is recent enough.');
  expect(told({ lastGood: null }, {})).toBe('Nothing at the moment. o0 has no good backup yet: the first one runs.');
  expect(told({ lastGood: null }, { lastGood: null })).toContain('o0 and o1 have no good backup yet');
  expect(told({}, { overdueSince: '2026-11-01T00:00:00Z' })).toContain('The last good backup of o1 is too old');
});

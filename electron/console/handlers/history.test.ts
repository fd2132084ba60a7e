import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { JobBoard } from '../jobs/board.ts';
import { type JobTable, jobTable, type StoredJob } from '../store/job-table.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { historyHandlers } from './history.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

const DAY = Date.UTC(2026, 10, 1);
const idOf = (number: number): string => number.toString(16).padStart(32, '0');

const stored = (number: number, at: number, more: Partial<StoredJob> = {}): StoredJob => ({
  id: idOf(number),
  kind: 'backup',
  state: 'done',
  object: 'docs',
  vault: '/v',
  set: null,
  createdAt: new Date(at).toISOString(),
  startedAt: new Date(at).toISOString(),
  finishedAt: new Date(at + 5000).toISOString(),
  progress: null,
  error: null,
  result: null,
  resumedBy: null,
  input: {},
  ...more,
});

const history = (fill: (table: JobTable) => void) => {
  const database = new DatabaseSync(':memory:');
  for (const script of MIGRATIONS) database.exec(script);
  const table = jobTable(database);
  fill(table);
  const list = historyHandlers({ board: new JobBoard(table) } as unknown as ConsoleParts)['history.list'];
  return (input: Parameters<typeof list>[0] = {}) => list(input, {} as CallContext);
};

test('pages are whole and never overlap, though many jobs have one time and others are written meanwhile', async () => {
  let table: JobTable | undefined;
  const list = history((made) => {
    table = made;
    for (let number = 0; number < 25; number += 1) made.put(stored(number, DAY + Math.floor(number / 10)));
  });
  const seen: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page: OutputOf<'history.list'> = await list({ limit: 4, ...(after === undefined ? {} : { after }) });
    seen.push(...page.entries.map(({ job }) => job));
    expect(page.total).toBeGreaterThanOrEqual(25);
    after = page.next;
    // A record that is written anew, and one that is new, change nothing for who goes on.
    table?.put(stored(24, DAY + 2, { state: 'failed' }));
    table?.put(stored(100 + seen.length, DAY + 9));
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => idOf(24 - at)));
  await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('each filter leaves out what it says, and all together', async () => {
  const list = history((table) => {
    table.put(stored(1, DAY));
    table.put(stored(2, DAY + 1000, { state: 'failed' }));
    table.put(stored(3, DAY + 2000, { object: 'mail' }));
    table.put(stored(4, DAY + 3000, { kind: 'restore' }));
  });
  const numbers = async (input: Parameters<typeof list>[0]) =>
    (await list(input)).entries.map(({ job }) => Number.parseInt(job, 16));
  expect(await numbers({})).toEqual([4, 3, 2, 1]);
  expect(await numbers({ object: 'docs' })).toEqual([4, 2, 1]);
  expect(await numbers({ kinds: ['restore', 'verify'] })).toEqual([4]);
  expect(await numbers({ outcomes: ['failed'] })).toEqual([2]);
  expect(await numbers({ from: new Date(DAY + 1000).toISOString() })).toEqual([4, 3, 2]);
  expect(await numbers({ until: new Date(DAY + 1000).toISOString() })).toEqual([2, 1]);
  const one = { object: 'docs', kinds: ['backup' as const], from: new Date(DAY + 1).toISOString() };
  await expect(list(one)).resolves.toMatchObject({ total: 1, next: null });
});

test('an entry has the counts of its set, how long it took, and why it failed', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  const [backedUp] = (await scene.call('job.list', { kinds: ['backup'] })).jobs;
  expect(backedUp?.progress?.bytesStored).toBe(set.bytesStored);
  const { picture } = await scene.call('job.picture', { job: backedUp?.id ?? '' });
  expect(picture?.counts.bytesStored).toBe(set.bytesStored);
  await scene.call('restore', { set: set.id, to: { path: `${scene.root}/to` } });
  await expect(
    scene.call('restore', { set: set.id, to: { path: `${scene.root}/to` }, onConflict: 'fail' }),
  ).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
  const named = async (object: string) => await scene.call('history.list', { object, outcomes: ['cancelled'] });
  await expect(named('nothere')).rejects.toMatchObject({ code: 'NO_SUCH_OBJECT' });
  await expect(named('files')).resolves.toMatchObject({ entries: [] });
  scene.write('mail/one', 'letter');
  await scene.call('object.add', { name: 'mail', vault: scene.vault, files: [{ path: `${scene.source}/mail` }] });
  await scene.call('backup', { object: 'mail' });
  await scene.call('verify', { sets: ['files@latest', 'mail@latest'] });
  for (const object of ['files', 'mail'])
    await expect(scene.call('history.list', { object, kinds: ['verify'] })).resolves.toMatchObject({
      entries: [{ object: null, objects: ['files', 'mail'] }],
    });
  const [acted] = (await scene.call('activity.list', { object: 'files' })).entries;
  expect(acted).toMatchObject({ act: 'restore', object: 'files' });
  await scene.call('object.remove', { object: 'files' });
  await expect(named('files')).resolves.toMatchObject({ entries: [] });
  await expect(scene.call('history.list', { object: 'files' })).resolves.toMatchObject({ total: 4 });
  const { entries } = await scene.call('history.list', {});
  expect(entries.slice(2)).toMatchObject([
    { kind: 'restore', outcome: 'failed', object: 'files', error: { code: 'DESTINATION_TAKEN' } },
    { kind: 'restore', outcome: 'done', object: 'files', error: null },
    {
      kind: 'backup',
      outcome: 'done',
      set: set.id,
      elements: set.elements,
      logicalBytes: set.logicalBytes,
      bytesRead: set.bytesRead,
      bytesStored: set.bytesStored,
      durationMs: expect.any(Number),
      warnings: 0,
    },
  ]);
});

test('verifications that found damage are told from those that did not, as each of them says', async () => {
  const damaged = (tape: string, wholeOn: readonly string[]) => ({ tape, chunk: 0, elements: [], wholeOn });
  const results = {
    clean: { damaged: [], missingTapes: [] },
    lost: { damaged: [damaged('t1', [])], missingTapes: [] },
    copied: { damaged: [damaged('t1', ['t2'])], missingTapes: [] },
    away: { damaged: [damaged('t1', [])], missingTapes: [{ tape: 't1', away: true }] },
    unreadable: { damaged: [damaged('t1', [])], missingTapes: [{ tape: 't1', away: false }] },
    failed: null,
  };
  const list = history((table) => {
    Object.entries(results).forEach(([object, result], at) => {
      table.put(stored(at, DAY + at, { kind: 'verify', state: 'done-with-warnings', object, result }));
    });
    table.put(stored(20, DAY, { result: results.lost }));
  });
  const all = (await list()).entries;
  for (const foundDamage of [true, false]) {
    const { entries, total } = await list({ foundDamage });
    expect(entries).toEqual(all.filter((entry) => entry.foundDamage === foundDamage));
    expect(total).toBe(entries.length);
  }
  const { entries } = await list({ foundDamage: true });
  expect(entries.map(({ object }) => object)).toEqual(['unreadable', 'lost']);
});

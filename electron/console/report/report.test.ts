import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reportPage } from '../../../shared/model/report-page.ts';
import { reportSections, reportSummary } from '../../../shared/model/report-sections.ts';
import { openStore } from '../store/store.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { monthReport, type ReportSources } from './month-report.ts';

const FORMAT = {
  bytes: (value: number) => `${value} B`,
  span: (ms: number) => `${ms} ms`,
  count: String,
  momentIn: (zone: string) => (time: string) => `${time} of ${zone}`,
};

test('what is missing is told from what is damaged, with what it is counted in', () => {
  const found = { job: 'a'.repeat(32), vault: '/vault', at: '2026-05-01T00:00:00Z', object: 'files', outcome: 'wrong' };
  const check = { ...found, ofAll: true, ofVault: false } as const;
  const restored = {
    tapes: [{ tape: 'CF0003', present: false }],
    damaged: [{ tape: 'CF0003', chunk: 1, elements: ['/a', '/b'] }],
    damagedElements: 2,
  };
  const report = monthReport({
    month: '2026-05',
    zone: 'UTC',
    host: 'h',
    version: '1',
    from: 0,
    until: 1,
    now: 2,
    audit: [],
    auditTotal: 0,
    vaults: [],
    objects: [],
    lastGood: () => null,
    jobs: [{ job: { ...found, id: found.job, kind: 'restore', createdAt: found.at, result: restored }, entry: {} }],
    checks: [
      { ...check, outcome: 'away', at: 3, kind: 'restore-test', failures: 8, kinds: { away: 8, tapes: 0, sets: 0 } },
      { ...check, at: 2, kind: 'verify', failures: 7, kinds: { away: 2, copied: 1, tapes: 1, sets: 1 } },
      { ...check, at: 1, kind: 'verify', failures: 1, kinds: null },
    ],
  } as unknown as ReportSources);
  const section = reportSections(report, FORMAT).find(({ title }) => title === 'Damaged or missing');
  expect(section?.rows.map((row) => [row[1], row[3], row[4]])).toEqual([
    ['restore', '–', '2 elements'],
    ['restore test', '–', '8 elements'],
    ['verification', '2 chunks, 1 chunk that another tape has whole, 1 beginning of a tape', '2 chunks, 1 set'],
    ['verification', '1 chunk', '–'],
  ]);
  const summary = new Map(reportSummary(report, FORMAT).map(({ name, value }) => [name, value]));
  expect(summary.get('findings of damage')).toBe('2');
  expect(summary.get('findings of something missing')).toBe('3');
});

test('a backup that its window paused and that went on later is one backup, and none that did not finish', () => {
  const at = '2026-05-01T00:00:00Z';
  const windowEnded = { code: 'WINDOW_ENDED', message: 'It is paused.' };
  const part = (state: string, resumedBy: string | null, read: number, error: unknown = null) => ({
    job: { id: state, kind: 'backup', object: 'files', state, createdAt: at, resumedBy, error },
    entry: { outcome: state, createdAt: at, bytesRead: read, bytesStored: 0, durationMs: 1, logicalBytes: 5 },
  });
  const report = (...jobs: readonly ReturnType<typeof part>[]) =>
    monthReport({
      jobs,
      from: 0,
      until: 1,
      now: 2,
      audit: [],
      vaults: [],
      checks: [],
      objects: [],
      lastGood: () => null,
    } as unknown as ReportSources);
  const whole = report(part('done', null, 3), part('interrupted', 'done', 2, windowEnded));
  expect(whole.objects).toMatchObject([{ runs: 1, succeeded: 1, interrupted: 0, bytesRead: 5 }]);
  expect([whole.failures, whole.failuresTotal]).toEqual([[], 0]);
  // Whatever else cut it off is told, and so is what its window paused as long as nothing went on with it.
  for (const cut of [part('interrupted', 'done', 2), part('interrupted', null, 2, windowEnded)]) {
    const { objects, failuresTotal } = report(cut);
    expect([objects[0]?.runs, objects[0]?.interrupted, failuresTotal]).toEqual([1, 1, 1]);
  }
});

test('a month says what was backed up, checked, let go, found wrong and done, and nothing of the months beside it', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  const first = (await scene.call('backup', { object: 'files', level: 'full' })).set;
  scene.write('b.txt', 'more content');
  const last = (await scene.call('backup', { object: 'files', level: 'full' })).set;
  await scene.call('restore.test', { object: 'files' });
  await scene.call('verify', { sets: [first.id] });
  await scene.call('verify', { sets: [first.id, last.id] });
  const { checks } = await scene.call('check.list', { kind: 'verify', object: 'files' });
  expect(checks.map(({ object, set }) => [object, set])).toEqual([
    ['files', null],
    ['files', first.id],
  ]);
  await scene.call('verify', { vault: scene.vault });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const applied = await scene.call('retention.apply', { object: 'files', sets: [first.id] });
  fs.renameSync(scene.source, `${scene.source}-away`);
  await expect(scene.call('backup', { object: 'files' })).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });

  const report = await scene.call('report.month', {});
  const { from, until } = report;
  await expect(scene.call('report.month', { month: '9999-01' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('has not begun'),
  });
  // Jobs at the very edges, on both sides of each.
  const store = openStore(path.join(scene.root, 'home/console.db'));
  onTestFinished(() => store.close());
  const [template] = store.jobs.list(1, { states: ['failed'] });
  if (template === undefined) throw new Error('there is no failed job');
  const edges = [Date.parse(from) - 1, Date.parse(from), Date.parse(until) - 1, Date.parse(until)];
  for (const [number, at] of edges.entries())
    store.jobs.put({
      ...template,
      id: `${number}`.repeat(32),
      object: '<b>gone',
      createdAt: new Date(at).toISOString(),
      error: { code: 'IO', kind: 'failed', message: `"><script>alert('1')</script>\u0007`, guidance: '', context: {} },
    });
  store.checks.put({
    job: 'c'.repeat(32),
    kind: 'verify',
    object: null,
    vault: store.vaults.list()[0]?.id ?? '',
    at: Date.now(),
    outcome: 'wrong',
    set: null,
    elements: 9,
    bytes: 1,
    failures: 2,
    detail: {
      failed: [],
      error: null,
      population: null,
      tooLong: null,
      sourceSame: null,
      sourceChanged: null,
      sets: null,
      objects: null,
      byObject: null,
      after: null,
      proved: null,
      kinds: { away: 1, tapes: 0, sets: 0 },
      tapesAway: [],
    },
  });

  const whole = await scene.call('report.month', { month: report.month });
  expect(whole).toMatchObject({ month: report.month, over: false, failuresTotal: 3 });
  expect(whole.objects).toMatchObject([
    { object: '<b>gone', vault: null, runs: 2, succeeded: 0, failed: 2, lastGood: null, sizes: null },
    {
      object: 'files',
      vault: scene.vault,
      runs: 3,
      succeeded: 2,
      failed: 1,
      lastGood: { at: expect.any(String), logicalBytes: last.logicalBytes },
      sizes: { first: first.logicalBytes, last: last.logicalBytes },
      bytesStored: first.bytesStored + last.bytesStored,
      restoreTests: { right: 1, wrong: 0 },
      verifications: { right: 1, wrong: 0 },
      expiredSets: 1,
      expiredBytes: applied.bytes,
    },
  ]);
  expect(whole.vaults).toMatchObject([{ vault: scene.vault, verifications: { right: 1, wrong: 1 } }]);
  expect(whole.damage).toMatchObject([
    { kind: 'verify', vault: scene.vault, object: null, found: 2, damaged: 1, missing: 1 },
  ]);
  expect(whole.retention).toMatchObject([{ object: 'files', sets: 1, bytes: applied.bytes }]);
  expect(whole.audit.map(({ act, outcome }) => [act, outcome])).toEqual([
    ['retention.set', 'done'],
    ['retention.apply', 'done'],
  ]);

  const rowsOf = (title: string) => reportSections(whole, FORMAT).find((each) => each.title === title)?.rows ?? [];
  expect(rowsOf('Changes that can cost data or make it less safe').map((row) => row.slice(2))).toEqual([
    ['Keep rules changed', 'files', 'done'],
    ['Sets expired', 'files', 'done'],
  ]);
  const failed = rowsOf('Backups and other jobs that did not finish').map((row) => [row[1], row[3], row[4]]);
  expect(failed).toContainEqual(['Backup', 'failed', expect.stringMatching(/ \(NO_SUCH_PATH\)$/)]);
  const cut = {
    ...whole,
    failures: whole.failures.map((each) => ({ ...each, outcome: 'interrupted', error: null, message: null }) as const),
  };
  const [interrupted] = reportSections(cut, FORMAT).find(({ title }) => title.startsWith('Backups and'))?.rows ?? [];
  expect(interrupted?.slice(3, 5)).toEqual(['interrupted', expect.stringMatching(/^It was cut off/)]);

  const page = reportPage(whole, FORMAT);
  expect(page).toContain(`Written ${whole.writtenAt} of ${whole.zone} by`);
  expect(page).toContain('&lt;b&gt;gone');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/<wbr>script&gt;\\x07');
  // The only markup is the page's own: no script, no address, nothing to load.
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name = '']) => name));
  expect([...tags].toSorted()).toEqual(
    'body dd div dl dt h1 h2 head html meta p section style table tbody td th thead title tr wbr'.split(' '),
  );
  expect(page).not.toMatch(/\b(src|href|on[a-z]+)=/);

  const before = await scene.call('report.month', { month: '1999-01' });
  expect(before).toMatchObject({ over: true, failures: [], damage: [], retention: [], audit: [] });
  // It was not there then, so nothing of it is missing.
  expect(before.objects).toEqual([]);
});

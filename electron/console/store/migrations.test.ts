import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { MIGRATIONS } from './migrations.ts';
import { openStore } from './store.ts';

/** The last schema in which schedules did nothing but back objects up. */
const BACKUPS_ONLY = 7;

test('schedules and their runs go on under a schema that knows other tasks, and nothing is told a second time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'console.db');
  const before = new DatabaseSync(file);
  for (const script of MIGRATIONS.slice(0, BACKUPS_ONLY)) before.exec(script);
  before.exec(`PRAGMA user_version = ${BACKUPS_ONLY};
    INSERT INTO vaults VALUES ('v', 'vault', '/vault', 0, NULL, 1);
    INSERT INTO objects VALUES ('o', 'docs', 'files', 'v', '{"roots":[],"unprotected":[],"exclude":[]}', '[]', 1);
    INSERT INTO schedules VALUES ('s', 'o', '0 1 * * *', 'UTC', 'auto', 1, 0, NULL, 5, 6, '{"retries":7}');
    INSERT INTO schedule_runs VALUES ('s', 10, 11, 'failed', 'IO: no', NULL, 2, 'full', 3, NULL);
    INSERT INTO schedule_runs VALUES ('s', 20, 21, 'waiting', NULL, NULL, 0, 'auto', 0, 30);
    DELETE FROM notice_outbox;`);
  before.close();

  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.schedules.list()).toMatchObject([
    { id: 's', task: 'backup', object: 'o', vault: null, cron: '0 1 * * *', seenUntil: 6, terms: { retries: 7 } },
  ]);
  expect(store.schedules.runs('s', 10)).toMatchObject([
    { dueAt: 20, outcome: 'waiting', notBefore: 30 },
    { dueAt: 10, outcome: 'failed', reason: 'IO: no', more: 2, level: 'full', attempts: 3 },
  ]);
  expect(store.notices.ended()).toEqual([]);
  const [run] = store.schedules.runs('s', 1);
  if (run === undefined) throw new Error('the run is gone');
  store.schedules.putRun('s', { ...run, outcome: 'failed' });
  expect(store.notices.ended()).toMatchObject([{ source: 'run', ref: 's', at: 20 }]);
  store.objects.remove('o');
  expect(store.schedules.list()).toEqual([]);
  expect(store.schedules.runs('s', 1)).toEqual([]);
});

test('a file that is no database, or whose pages are damaged, is told as that', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-damaged-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'console.db');
  const damaged = expect.objectContaining({ code: 'HOME_DATABASE_DAMAGED', message: expect.stringContaining(file) });
  writeFileSync(file, 'no database at all'.repeat(1000));
  expect(() => openStore(file)).toThrow(damaged);
  rmSync(file);
  openStore(file).close();
  const bytes = readFileSync(file);
  // The first page alone stays: whatever is asked lies on others.
  writeFileSync(file, bytes.fill(0xa5, 4096));
  expect(() => {
    const store = openStore(file);
    try {
      store.jobs.list(1);
    } finally {
      store.close();
    }
  }).toThrow(damaged);
});

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parseExposition } from '../console/metrics/testing/parse-exposition.ts';
import { workplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

const held = workplaceForSuite({ beside: true });

beforeAll(async () => {
  const place = held.current;
  const source = place.newFolder('source');
  writeFileSync(join(source, 'file'), 'content');
  await place.done('vault.create', ['vault', 'create', place.vault]);
  await place.done('object.add', ['object', 'add', '=docs', '--vault', place.vault, '--files', source]);
  await place.done('backup', ['backup', '=docs']);
});

test('the history is listed by its filters, and exported to a file that is not there yet', async () => {
  const place = held.current;
  const kinds = ['--kind', 'backup', '--kind', 'verify', '--object', '=docs', '--since', '2001-01-01'];
  const listed = await place.done('history.list', ['history', ...kinds, '--outcome', 'done', '--until', '2999-12-31']);
  expect(listed).toMatchObject({ total: 1, entries: [{ kind: 'backup', outcome: 'done' }] });
  const damaged = await place.done('history.list', ['history', ...kinds, '--found-damage']);
  expect(damaged).toMatchObject({ total: 0, entries: [] });
  const file = place.at('history.csv');
  const exporting = ['history', 'export', '--format', 'csv', '--to', file, ...kinds];
  expect(answerOf(await place.run(exporting), 0)).toMatchObject({ file, format: 'csv', jobs: 1 });
  expect(readFileSync(file, 'utf8').split('\r\n')[1]).toContain(`"backup","done","'=docs","${place.vault}"`);
  expect(await place.fails(1, exporting)).toMatchObject({ code: 'DESTINATION_TAKEN' });
});

test('metrics replace a file for a collector, who may read it', async () => {
  const place = held.current;
  const file = place.at('coldframe.prom');
  writeFileSync(file, 'a letter');
  expect(await place.fails(1, ['metrics', '--to', file])).toMatchObject({ code: 'DESTINATION_TAKEN' });
  expect(readFileSync(file, 'utf8')).toBe('a letter');
  writeFileSync(file, '# HELP coldframe_attention of yesterday');
  answerOf(await place.run(['metrics', '--to', file]), 0);
  const found = parseExposition(readFileSync(file, 'utf8'));
  expect(found.find(({ name }) => name === 'coldframe_object_last_run_stored_bytes')).toMatchObject({
    labels: { object: '=docs', vault: place.vault },
  });
  expect(statSync(file).mode & 0o444).toBe(0o444);
});

test('sets expire by hand only once what holds retention back was named', async () => {
  const place = held.current;
  await place.done('retention.set', ['retention', 'set', '=docs', '--keep-last', '1']);
  await place.done('settings.setOfObject', ['settings', 'set', 'verifyAfterBackup', 'on', '--object', '=docs']);
  const applying = ['retention', 'apply', '=docs'];
  const refused = await place.fails(1, applying);
  expect(refused).toMatchObject({ code: 'RETENTION_HELD', message: expect.stringContaining('read back') });
  await place.done('retention.apply', [...applying, '--although-held']);
});

test('the report of a month is one document, and a page', async () => {
  const place = held.current;
  const report = await place.done('report.month', ['report']);
  expect(report.objects).toMatchObject([{ object: '=docs', runs: 1, succeeded: 1 }]);
  const page = place.at('report.html');
  const writing = ['report', '--month', report.month, '--to', page];
  expect(answerOf(await place.run(writing), 0)).toMatchObject({ file: page, format: 'html', month: report.month });
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<td>=docs<\/td>[\s\S]*<\/html>\n$/);
});

test('what somebody chose is written to a file without secrets, and comes back from it, told before it is done', async () => {
  const place = held.current;
  await place.done('retention.set', ['retention', 'set', '=docs', '--keep-last', '3']);
  await place.done('schedule.add', ['schedule', 'add', '=docs', '--cron', '0 3 * * *', '--zone', 'UTC']);
  const file = place.at('config.json');
  expect(answerOf(await place.run(['config', 'export', '--to', file]), 0)).toMatchObject({ objects: 1, schedules: 1 });
  const written = JSON.parse(readFileSync(file, 'utf8'));
  await place.done('object.remove', ['object', 'remove', '=docs']);

  const importing = ['config', 'import', file];
  const told = answerOf<{ changes: unknown[] }>(await place.run([...importing, '--dry-run']), 0).changes;
  expect(told).toMatchObject([
    { what: 'object', name: '=docs', done: false, byHand: false },
    { what: 'keep rules', detail: 'keepLast 0 becomes 3' },
    { what: 'settings', name: '=docs' },
    { what: 'schedule', detail: 'backup at 0 3 * * * (UTC) is added' },
  ]);
  expect(await place.fails(2, importing, { withoutYes: true })).toMatchObject({ code: 'USAGE' });
  const gone = { ...written.objects[0], name: 'gone', roots: [{ path: '/none', crossFileSystems: false }] };
  writeFileSync(file, JSON.stringify({ ...written, objects: [...written.objects, gone] }));
  expect(await place.fails(1, importing)).toMatchObject({ code: 'CONFIG_REFUSED' });
  expect(answerOf<{ objects: unknown[] }>(await place.run(['object', 'list']), 0).objects).toEqual([]);
  const partly = answerOf<{ changes: unknown[] }>(await place.run([...importing, '--partly']), 3).changes;
  expect(partly).toMatchObject([
    { name: '=docs', done: true, error: null },
    { name: 'gone', done: false, error: { code: 'NO_SUCH_PATH' } },
    { done: true },
    { what: 'settings', name: '=docs', done: true },
    { what: 'keep rules', name: 'gone', done: false, error: { code: 'NO_SUCH_OBJECT' } },
    { what: 'settings', name: 'gone', done: false, error: { code: 'NO_SUCH_OBJECT' } },
    { what: 'schedule', done: true },
  ]);
  const again = place.at('again.json');
  answerOf(await place.run(['config', 'export', '--to', again]), 0);
  expect(JSON.parse(readFileSync(again, 'utf8'))).toEqual({ ...written, writtenAt: expect.any(String) });
  writeFileSync(file, JSON.stringify({ ...written, schema: written.schema + 1 }));
  expect(await place.fails(2, importing)).toMatchObject({ code: 'USAGE', message: expect.stringContaining('schema') });
});

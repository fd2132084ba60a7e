import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
  await place.done('verify', ['verify', '--vault', place.vault]);
});

test('the history is listed by its filters, and exported to a file that is not there yet', async () => {
  const place = held.current;
  const listed = await place.done('history.list', ['history', '--object', '=docs', '--outcome', 'done']);
  expect(listed).toMatchObject({ total: 1, entries: [{ kind: 'backup', outcome: 'done' }] });
  const days = ['--since', '2001-01-01', '--until', '2001-12-31'];
  expect(await place.done('history.list', ['history', ...days])).toMatchObject({ total: 0 });
  const kinds = ['--kind', 'backup', '--kind', 'verify'];
  const { stdout } = await place.run(['history', ...kinds]);
  expect(JSON.parse(stdout)).toMatchObject({ total: 2, entries: [{ kind: 'verify' }, { kind: 'backup' }] });

  const csv = place.at('history.csv');
  const exporting = ['history', 'export', '--format', 'csv', '--to', csv, ...kinds, '--object', '=docs'];
  expect(answerOf(await place.run(exporting), 0)).toMatchObject({ file: csv, format: 'csv', jobs: 1 });
  expect(readFileSync(csv, 'utf8').split('\r\n')[1]).toContain(`"backup","done","'=docs","${place.vault}"`);
  expect(await place.fails(1, exporting)).toMatchObject({ code: 'DESTINATION_TAKEN' });
  const json = place.at('history.json');
  answerOf(await place.run(['history', 'export', '--format', 'json', '--to', json]), 0);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ filter: {}, jobs: [{}, {}] });
  expect(await place.fails(2, ['history', 'export', '--to', place.at('x')])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(2, ['history', '--since', 'yesterday'])).toMatchObject({ code: 'USAGE' });
  expect(existsSync(place.at('x'))).toBe(false);
});

test('metrics are printed for a person, and replace a file for a collector', async () => {
  const place = held.current;
  const { text } = await place.done('metrics', ['metrics']);
  const of = (name: string) => parseExposition(text).find((each) => each.name === `coldframe_${name}`);
  expect(of('object_last_run_stored_bytes')).toMatchObject({ labels: { object: '=docs', vault: place.vault } });
  const file = place.at('coldframe.prom');
  writeFileSync(file, 'old');
  answerOf(await place.run(['metrics', '--to', file]), 0);
  expect(parseExposition(readFileSync(file, 'utf8')).length).toBe(parseExposition(text).length);
  expect(statSync(file).mode & 0o444).toBe(0o444);
});

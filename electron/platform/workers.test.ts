import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
// By way of the folder: './workers.ts' stands for the built program's workers in npm test.
import { resolveWorker, workerSources } from '../platform/workers.ts';

const table = { 'front-end': '../engine/mover/front-end.worker.ts' };

test('from a checkout a worker starts from its source', () => {
  const asker = 'file:///home/me/coldframe/electron/platform/workers.ts';
  const entry = resolveWorker('front-end', asker, table);
  expect(entry.href).toBe('file:///home/me/coldframe/electron/engine/mover/front-end.worker.ts');
});

test('from a bundle a worker starts from the file beside it', () => {
  const entry = resolveWorker('front-end', 'file:///opt/coldframe/dist/cli.js', table);
  expect(entry.href).toBe('file:///opt/coldframe/dist/front-end.worker.js');
});

test('a worker nobody declared is named in the error', () => {
  const asker = 'file:///coldframe/electron/platform/workers.ts';
  expect(() => resolveWorker('ghost', asker, table)).toThrow('"ghost"');
});

test('the table names every worker source there is, under the name of its bundle', () => {
  const electron = resolve(import.meta.dirname, '..');
  const onDisk = readdirSync(electron, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.worker.ts'))
    .map((path): [string, string] => [basename(path, '.worker.ts'), join(electron, path)]);
  const declared = Object.entries(workerSources).map(([name, path]): [string, string] => [
    name,
    resolve(import.meta.dirname, path),
  ]);
  expect(new Map(declared)).toEqual(new Map(onDisk));
});

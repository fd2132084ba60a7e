import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CatalogWriterClient, find, list, openCatalog, openCopy, sets } from './index.ts';
import { path, place, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const spooled = (folder: { readonly path: string }, n: number, parent: number | null, name: string) => {
  const { stream, summary } = sampleSet(n, parent, {
    elements: [
      ['/d', 'dir', 0],
      [`/d/${name}`, 'file', n],
    ],
  });
  const spools = [...stream()].map((piece, part) => {
    const file = { path: `${folder.path}/spool-${n}-${part}` };
    writeFileSync(file.path, piece);
    return file;
  });
  return { summary, spools };
};

test('the writer in its thread makes durable what it resolves, and readers beside it see it', async () => {
  using folder = scratchFolder();
  const file = `${folder.path}/catalog.db`;
  const writer = await CatalogWriterClient.open(file);
  const set = spooled(folder, 0, null, 'report.txt');
  await writer.begin(set.summary);
  await writer.addChunks([{ place: place(0, 0), index: Uint8Array.of(1) }]);
  const reader = openCatalog(file, { readOnly: true });
  expect(sets(reader)[0]?.state).toBe('writing');
  await writer.commit(set);
  expect([...list(reader, sampleId(0), path('/d'))].map((one) => one.path)).toEqual(['/d/report.txt']);
  await writer.settle();
  expect([...find(reader, 'report')]).toHaveLength(1);
  await writer.copy(`${folder.path}/copy`, null);
  openCopy(`${folder.path}/copy`, `${folder.path}/again.db`, null);
  reader.close();
  await writer.close();
});

test('what goes wrong in the thread comes back as it was thrown, and the thread goes on', async () => {
  using folder = scratchFolder();
  const writer = await CatalogWriterClient.open(`${folder.path}/catalog.db`);
  await expect(writer.commit(spooled(folder, 1, 0, 'x'))).rejects.toMatchObject({ code: 'SET_STATE' });
  await writer.begin(spooled(folder, 0, null, 'x').summary);
  await writer.addChunks([{ place: place(0, 0), index: Uint8Array.of(1) }]);
  await writer.begin(spooled(folder, 2, null, 'y').summary);
  await writer.close();
  await expect(writer.settle()).rejects.toMatchObject({ code: 'INTERNAL' });
  const again = await CatalogWriterClient.open(`${folder.path}/catalog.db`);
  expect(again.interrupted).toEqual([0, 2].map(sampleId));
  // Of the second nothing is on tape.
  await expect(again.discard(sampleId(2))).rejects.toMatchObject({ code: 'NO_SUCH_SET' });
  await again.discard(sampleId(0));
  await again.close();
});

test('a catalog that was left at rest is written to when somebody asks for it', async () => {
  using folder = scratchFolder();
  const file = `${folder.path}/catalog.db`;
  const first = await CatalogWriterClient.open(file);
  await first.settle();
  await first.close();
  const reads = await CatalogWriterClient.open(file);
  await reads.close();
  await expect(reads.settle()).rejects.toMatchObject({ code: 'INTERNAL' });
  const writes = await CatalogWriterClient.open(file);
  const set = spooled(folder, 0, null, 'report.txt');
  await Promise.all([writes.begin(set.summary), writes.commit(set)]);
  await writes.close();
  const spoilt = await CatalogWriterClient.open(file);
  writeFileSync(file, 'this is a letter, not a database, and long enough to be taken for one');
  await expect(spoilt.discard(sampleId(0))).rejects.toMatchObject({ code: 'CATALOG_DAMAGED' });
  await spoilt.close();
});

test('a file that is no catalog is refused', async () => {
  using folder = scratchFolder();
  writeFileSync(`${folder.path}/catalog.db`, 'this is a letter, not a database, and long enough to be taken for one');
  await expect(CatalogWriterClient.open(`${folder.path}/catalog.db`)).rejects.toMatchObject({
    code: 'CATALOG_DAMAGED',
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commitSet, copyCatalog, elements, openCatalog, openCopy } from './index.ts';
import { sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const KEY = Buffer.alloc(32, 7);
const FILES = Array.from({ length: 40 }, (_, n) => [`/secret/plans-${n}`, 'file', n] as const);

const copied = async (folder: { readonly path: string }, key: Uint8Array | null): Promise<Buffer> => {
  const store = openCatalog(`${folder.path}/catalog.db`);
  commitSet(store, sampleSet(0, null, { elements: FILES }));
  await copyCatalog(store, `${folder.path}/copy`, key);
  store.close();
  return readFileSync(`${folder.path}/copy`);
};

test.each([null, KEY])('a copy gives back the whole catalog (key: %s)', async (key) => {
  using folder = scratchFolder();
  await copied(folder, key);
  openCopy(`${folder.path}/copy`, `${folder.path}/again.db`, key);
  const again = openCatalog(`${folder.path}/again.db`);
  const first = openCatalog(`${folder.path}/catalog.db`, { readOnly: true });
  expect([...elements(again, sampleId(0))]).toEqual([...elements(first, sampleId(0))]);
  again.close();
  first.close();
  expect(readdirSync(folder.path).filter((name) => /tmp|\.copy$/.test(name))).toEqual([]);
});

test('a sealed copy shows nothing and needs its key', async () => {
  using folder = scratchFolder();
  const bytes = await copied(folder, KEY);
  for (const text of ['secret', 'plans', 'SQLite', 'documents']) expect(bytes.includes(text)).toBe(false);
  const open = (key: Uint8Array | null) => () => openCopy(`${folder.path}/copy`, `${folder.path}/again.db`, key);
  expect(open(null)).toThrow(expect.objectContaining({ code: 'PASSPHRASE_MISSING' }));
  expect(open(Buffer.alloc(32, 8))).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
});

test.each([null, KEY])('a copy that was cut or changed anywhere is refused (key: %s)', async (key) => {
  using folder = scratchFolder();
  const bytes = await copied(folder, key);
  const damaged = Array.from({ length: 60 }, (_, n) => Math.floor((bytes.length * n) / 60)).flatMap((at) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] as number) ^ 0x10;
    return [changed, bytes.subarray(0, at)];
  });
  for (const [n, content] of damaged.entries()) {
    writeFileSync(`${folder.path}/damaged`, content);
    let code = 'nothing was thrown';
    try {
      openCopy(`${folder.path}/damaged`, `${folder.path}/again.db`, key);
    } catch (error) {
      code = (error as { code: string }).code;
    }
    // Bytes of the head that mean nothing yet are covered by its checksum all the same.
    expect([n, code]).toEqual([n, 'CATALOG_DAMAGED']);
  }
  expect(readdirSync(folder.path).includes('again.db')).toBe(false);
});

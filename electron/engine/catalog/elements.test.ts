import { expect, test } from 'vitest';
import { PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { SetTable } from '../blockset/records.ts';
import { commitSet, elements, type FinishedSet, KnownState, openCatalog, parts, streamOf } from './index.ts';
import {
  attributes,
  element,
  path,
  sampleId,
  sampleSet,
  scratchFolder,
  summary,
  wholeExtent,
} from './testing/sample.ts';

const extentAt = (n: number, offset: number, content: string): StoredExtent => ({
  ...wholeExtent(sampleId(n), 65536, content),
  offset,
});

/** A file of three parts, the second of which is a hole; `last` tells the content of the third. */
const longFile = (n: number, parent: number | null, last: string): FinishedSet => {
  const id = sampleId(n);
  const of = { ...attributes('/long', 'file', n), size: PART_BYTES * 2 + 65536 };
  const table = new SetTable(id, [sampleId(0)]);
  const records = [
    { kind: 'element-part' as const, path: of.path, part: 2, extents: [extentAt(n, PART_BYTES * 2, last)] },
    { kind: 'element' as const, record: { attributes: of, extents: [extentAt(0, 4096, 'first')] } },
    { kind: 'element-part' as const, path: of.path, part: 9, extents: [extentAt(n, PART_BYTES * 9, 'beyond')] },
  ];
  const stream = streamOf(records, table);
  return { summary: summary(id, parent === null ? null : sampleId(parent), n), stream };
};

test('a long file gives its parts one at a time, whatever order they came in', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  commitSet(store, longFile(0, null, 'end'));
  const [found] = elements(store, sampleId(0));
  expect(found).toMatchObject({ partCount: 3, extents: [{ offset: 4096, length: 65536 }] });
  expect([...parts(store, found?.version ?? 0)]).toEqual([
    { part: 2, extents: [{ ...extentAt(0, PART_BYTES * 2, 'end'), digests: expect.anything() }] },
  ]);
  expect(new KnownState(store, sampleId(0)).layout(found?.version ?? 0, 2)).toHaveLength(1);
  store.close();
});

test('a part that did not change is kept once', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const bodies = (): number => store.get<[number]>('SELECT count(*) FROM layout_body')?.[0] ?? -1;
  commitSet(store, sampleSet(0, null, {}));
  commitSet(store, longFile(1, 0, 'end'));
  expect(bodies()).toBe(1);
  const same = longFile(2, 1, 'end');
  const table = new SetTable(sampleId(2), [sampleId(1), sampleId(0)]);
  const of = { ...attributes('/long', 'file', 2), size: PART_BYTES * 2 + 65536 };
  const shared = streamOf(
    [
      { kind: 'element', record: { attributes: of, extents: [] } },
      { kind: 'element-part', path: of.path, part: 2, extents: [extentAt(1, PART_BYTES * 2, 'end')] },
    ],
    table,
  );
  commitSet(store, { ...same, stream: shared });
  expect(bodies()).toBe(1);
  const [found] = elements(store, sampleId(2));
  expect([...parts(store, found?.version ?? 0)][0]?.extents[0]?.set).toBe(sampleId(1));
  store.close();
});

test('every attribute comes back as it went in', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const id = sampleId(0);
  const rich = {
    ...element(id, '/f', 'file', 3),
    attributes: {
      ...attributes('/f', 'file', 3),
      user: 'zoë',
      fileFlags: 0x80000,
      modifiedAt: { seconds: -5, nanos: 1 },
      marks: { racy: true, changedWhileCopied: false, unreadable: true },
      extendedAttributes: [{ name: path('user.x'), value: Buffer.from([0, 255]) }],
    },
  };
  const others = [
    element(id, '/c', 'chardev', 1),
    element(id, '/d', 'dir', 2),
    element(id, '/l', 'symlink', 4),
    element(id, '/p', 'fifo', 5),
    { ...element(id, '/s', 'socket', 6) },
  ];
  const records = [rich, ...others].map((record) => ({ kind: 'element' as const, record }));
  commitSet(store, { summary: summary(id, null, 0), stream: streamOf(records, new SetTable(id)) });
  const found = new Map([...elements(store, id)].map((one) => [one.attributes.path as string, one]));
  for (const one of [rich, ...others]) {
    const { version: _, partCount: __, ...back } = found.get(one.attributes.path) ?? { version: 0, partCount: 0 };
    expect(JSON.stringify(back)).toEqual(JSON.stringify(plain(one)));
  }
  const known = new KnownState(store, id);
  expect(known.children(known.root(path('/'))?.node ?? 0).get(path('/f'.slice(1)))?.racy).toBe(true);
  expect(known.byInode(10_003).map((one) => one.path)).toEqual(['/f']);
  store.close();
});

/** With the order of fields that the catalog gives. */
const plain = (record: ReturnType<typeof element>) => {
  const { type, device, inode, size, modifiedAt, changedAt, path: where, ...rest } = record.attributes;
  const template = { path: where, type, mode: 0, uid: 0, gid: 0, user: '', group: '', size, modifiedAt, changedAt };
  const digests = record.extents.map((extent) => ({ ...extent, digests: Buffer.from(extent.digests) }));
  return { attributes: { ...template, device, inode, ...rest }, extents: digests };
};

test('the elements at and beneath some paths come in order, each once', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const tree = ['/a', '/a/b', '/a/b/c', '/a-', '/b'].map(
    (one) => [one, one.endsWith('c') ? 'file' : 'dir', 1] as const,
  );
  commitSet(store, sampleSet(0, null, { elements: tree }));
  const found = (...roots: string[]) =>
    [...elements(store, sampleId(0), roots.map(path))].map((one) => one.attributes.path);
  expect(found()).toEqual(['/a', '/a/b', '/a/b/c', '/a-', '/b']);
  expect(found('/b', '/a/b', '/a/b/c', '/b')).toEqual(['/a/b', '/a/b/c', '/b']);
  expect(() => found('/none')).toThrow(expect.objectContaining({ code: 'NO_SUCH_PATH' }));
  store.close();
});

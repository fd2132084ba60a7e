import { expect, test } from 'vitest';
import { commitSet, openCatalog } from '../../engine/catalog/index.ts';
import { path, sampleId, sampleSet, scratchFolder } from '../../engine/catalog/testing/sample.ts';
import { FolderDesk } from './folder-desk.ts';

const NAME = { sort: 'name', descending: false, foldersFirst: true } as const;

/** A catalog with a folder of some files and one folder, and a desk to which it is long. */
const scene = () => {
  const folder = scratchFolder();
  const catalog = `${folder.path}/catalog.db`;
  const store = openCatalog(catalog);
  const files = Array.from({ length: 50 }, (_, n): [string, 'file', number] => [`/file-${100 + n}`, 'file', 50 - n]);
  commitSet(store, sampleSet(0, null, { elements: [['/', 'dir', 1], ...files, ['/zoo', 'dir', 1]] }));
  store.close();
  const desk = new FolderDesk({ head: 10, long: 20 });
  const page = async (offset: number, limit: number, sort: 'name' | 'size' = 'name') =>
    await desk.page({ catalog, set: sampleId(0), path: path('/'), page: { ...NAME, sort, offset, limit } });
  return { folder, catalog, desk, page };
};

const namesOf = ({ entries }: { readonly entries: readonly { readonly path: string }[] }): string =>
  entries.map((entry) => entry.path.slice(1).replace('file-', '')).join(' ');

test('the beginning of a long folder comes before the rest is in order, and both are of one order', async () => {
  const { folder, desk, page } = scene();
  using _ = folder;
  const first = await page(0, 4);
  expect([namesOf(first), first.total]).toEqual(['zoo 100 101 102', 51]);
  expect(namesOf(await page(2, 3))).toBe('101 102 103');
  // What is further behind waits for the whole, which was begun with the first page.
  expect(namesOf(await page(9, 4))).toBe('108 109 110 111');
  expect(namesOf(await page(48, 9))).toBe('147 148 149');
  expect(await page(0, 4)).toEqual(first);
  expect(namesOf(await page(0, 3, 'size'))).toBe('zoo 149 148');
  await desk.close();
});

test('what cannot be read is an error for everybody who waits, and is tried again', async () => {
  const { folder, catalog, desk, page } = scene();
  using _ = folder;
  const wish = { catalog, set: sampleId(0), path: path('/nothing'), page: { ...NAME, offset: 30, limit: 1 } };
  const refused = { code: 'NO_SUCH_PATH' };
  await expect(Promise.all([desk.page(wish), desk.page(wish)])).rejects.toMatchObject(refused);
  await expect(desk.page({ ...wish, page: { ...wish.page, offset: 0 } })).rejects.toMatchObject(refused);
  expect((await page(30, 1)).total).toBe(51);
  await desk.close();
});

test('a desk that is closed leaves unfinished what nobody waits for', async () => {
  const { folder, desk, page } = scene();
  using _ = folder;
  await page(0, 4);
  await desk.close();
  expect(namesOf(await page(0, 1))).toBe('zoo');
});

test('pages are answered while it is looked for what is gone, and who left it is not looked for any further', async () => {
  const { folder, catalog, desk, page } = scene();
  using _ = folder;
  const wish = { catalog, set: sampleId(0), path: path('/'), limit: 10 };
  const order: string[] = [];
  const gone = desk.gone(wish, new AbortController().signal).then(({ total }) => order.push(`gone ${total}`));
  await page(0, 4).then(() => order.push('page'));
  const aborter = new AbortController();
  const left = desk.gone(wish, aborter.signal);
  aborter.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
  await gone;
  expect(order).toEqual(['page', 'gone 0']);
  await desk.close();
});

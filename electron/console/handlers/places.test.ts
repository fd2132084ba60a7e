import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

test('the drives of this machine have the place that the console runs in', async () => {
  const scene = new ConsoleScene();
  const { drives, home } = await scene.call('place.roots', {});
  expect(drives.flatMap(({ mountPoints }) => mountPoints.map((each) => each.path))).toContain('/');
  expect(path.isAbsolute(home.path)).toBe(true);
});

test('a folder is listed folders first, page by page, with what is below them', async () => {
  const scene = new ConsoleScene();
  scene.write('b/inner.txt', 'x');
  scene.write('a.txt', 'four');
  scene.write('.hidden', 'x');
  fs.mkdirSync(path.join(scene.source, 'empty'));
  const at = { path: { path: scene.source } };
  const first = await scene.call('place.list', { ...at, limit: 2 });
  expect(first).toMatchObject({ total: 3, whole: true, error: null, writable: true, vault: false });
  expect(first.entries.map(({ name, hasChildren }) => [name, hasChildren])).toEqual([
    ['b', true],
    ['empty', false],
  ]);
  const second = await scene.call('place.list', { ...at, limit: 2, after: first.next ?? '' });
  expect(second).toMatchObject({ next: null, entries: [{ name: 'a.txt', type: 'file', bytes: 4 }] });
  const folders = await scene.call('place.list', { ...at, foldersOnly: true });
  expect(folders.entries.map(({ name, hasChildren }) => [name, hasChildren])).toEqual([
    ['b', false],
    ['empty', false],
  ]);
  expect((await scene.call('place.list', { ...at, hidden: true })).total).toBe(4);
});

test('names that are not UTF-8 can be chosen, and links to folders are folders to a picker', async () => {
  const scene = new ConsoleScene();
  const raw = Buffer.concat([Buffer.from(`${scene.source}/`), Buffer.from([0xff, 0x66])]);
  fs.mkdirSync(raw);
  fs.symlinkSync(scene.root, path.join(scene.source, 'link'));
  const { entries } = await scene.call('place.list', { path: { path: scene.source }, foldersOnly: true });
  expect(entries.map(({ type }) => type).toSorted()).toEqual(['dir', 'symlink']);
  const [odd] = entries.filter(({ pathBase64 }) => pathBase64 !== undefined);
  expect(odd?.pathBase64).toBe(raw.toString('base64'));
  expect(await scene.call('place.list', { path: { pathBase64: odd?.pathBase64 ?? '' } })).toMatchObject({ total: 0 });
});

test('a folder that is not there, and one that is a file, are answers with an error', async () => {
  const scene = new ConsoleScene();
  const file = scene.write('file', 'x');
  for (const place of [file, path.join(scene.source, 'none')]) {
    const { error, entries } = await scene.call('place.list', { path: { path: place } });
    expect([error?.code, entries]).toEqual(['NO_SUCH_PATH', []]);
  }
});

test('what would not be protected is said before anything is made for it', async () => {
  const scene = new ConsoleScene();
  const folder = path.dirname(scene.write('folder/file', 'x'));
  fs.symlinkSync(folder, path.join(scene.root, 'link'));
  const asked = async (at: string, vault?: string) =>
    (await scene.call('place.checkRoot', { path: { path: at }, ...(vault === undefined ? {} : { vault }) })).error
      ?.code;
  expect(await asked(folder, path.join(scene.root, 'vault to be'))).toBeUndefined();
  expect(await asked(path.join(scene.root, 'none'))).toBe('NO_SUCH_PATH');
  expect(await asked(path.join(scene.root, 'link'))).toBe('USAGE');
  expect(await asked(folder, folder)).toBe('USAGE');
  expect((await scene.call('vault.list', {})).vaults).toEqual([]);
});

test('of a folder that is not there the nearest one above it is listed, with what is missing below that', async () => {
  const scene = new ConsoleScene();
  const file = scene.write('folder/file', 'x');
  const folder = path.dirname(file);
  const nearest = async (place: string) => {
    const found = await scene.call('place.list', { path: { path: place }, nearest: true });
    return [found.path, found.missing, found.error, found.total];
  };
  expect(await nearest(path.join(folder, 'new/vault'))).toEqual([folder, 'new/vault', null, 1]);
  expect(await nearest(path.join(file, 'vault'))).toEqual([folder, 'file/vault', null, 1]);
  expect(await nearest(folder)).toEqual([folder, null, null, 1]);
  expect((await nearest('/no-such-folder/vault')).slice(0, 2)).toEqual(['/', 'no-such-folder/vault']);
});

test('of some places those are told that lie on the file system of a folder, which need not be there yet', async () => {
  const scene = new ConsoleScene();
  const file = scene.write('folder/file', 'x');
  const folder = { path: path.join(scene.root, 'vault/new') };
  const of = [file, '/proc/self', scene.source].map((place) => ({ path: place }));
  const { shared } = await scene.call('place.sharedDisk', { folder, of });
  expect(shared).toEqual([file, scene.source].map((place) => ({ path: place, by: 'fileSystem' })));
  const elsewhere = await scene.call('place.sharedDisk', { folder: { path: '/proc' }, of });
  expect(elsewhere.shared.map((each) => each.path)).toEqual(['/proc/self']);
});

test('a folder is made where there is none, and nowhere else', async () => {
  const scene = new ConsoleScene();
  const parent = { path: scene.source };
  const made = await scene.call('place.make', { parent, name: 'new' });
  expect(fs.statSync(made.path).isDirectory()).toBe(true);
  await expect(scene.call('place.make', { parent, name: 'new' })).rejects.toMatchObject({ code: 'IO' });
  await expect(scene.call('place.make', { parent, name: '../new' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a measure counts root by root, and names the largest that each rule leaves out', async () => {
  const scene = new ConsoleScene();
  scene.write('one/a.bin', Buffer.alloc(1000));
  scene.write('one/b.tmp', Buffer.alloc(50));
  scene.write('one/c.tmp', Buffer.alloc(70));
  scene.write('two/d.iso', Buffer.alloc(300));
  scene.write('two/e.bin', Buffer.alloc(20));
  const roots = ['one', 'two'].map((name) => ({ path: path.join(scene.source, name) }));
  const events: ConsoleEvent[] = [];
  const sample = await scene.call(
    'place.measure',
    { roots, unprotect: ['temp'], exclude: ['*.iso'] },
    { onEvent: (event) => void events.push(event) },
  );
  expect(sample).toMatchObject({ elements: 4, bytes: 1020, finished: true });
  expect(sample.roots.map(({ elements, bytes, finished }) => [elements, bytes, finished])).toEqual([
    [2, 1000, true],
    [2, 20, true],
  ]);
  const [temp] = sample.leftOut.filter(({ rule }) => rule === 'temp');
  expect(temp).toMatchObject({ elements: 2, bytes: 120 });
  expect(temp?.largest.map((each) => path.basename(each.path))).toEqual(['c.tmp', 'b.tmp']);
  expect(sample.leftOut.find(({ rule }) => rule === 'glob:*.iso')).toMatchObject({ elements: 1, bytes: 300 });
  expect(events.at(-1)).toEqual({ event: 'measure', sample });
});

test('a measure that is cancelled ends soon, also one that waits for its turn', async () => {
  const scene = new ConsoleScene();
  const aborter = new AbortController();
  const runs = Array.from({ length: 4 }, () =>
    scene.call(
      'place.measure',
      { roots: [{ path: '/proc' }, { path: '/usr' }], crossFileSystems: true },
      {
        signal: aborter.signal,
      },
    ),
  );
  setTimeout(() => aborter.abort(), 100);
  for (const outcome of await Promise.allSettled(runs))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
});

test('a glob is tried while it is typed', async () => {
  const scene = new ConsoleScene();
  scene.write('cache/big.bin', Buffer.alloc(10));
  scene.write('keep.txt', 'x');
  const roots = [{ path: scene.source }];
  const fits = await scene.call('glob.try', { pattern: 'cache/', roots });
  expect(fits).toMatchObject({ error: null, foldersOnly: true, matched: 1, tried: 2, whole: true });
  expect(fits.matches[0]).toMatchObject({ path: path.join(scene.source, 'cache'), type: 'dir' });
  expect(await scene.call('glob.try', { pattern: 'a[b', roots })).toMatchObject({
    error: { code: 'USAGE' },
    matched: 0,
  });
  const typed = await scene.call('glob.try', { pattern: '*.iso', paths: [{ path: '/no/such.iso' }, { path: '/x' }] });
  expect(typed.matches).toEqual([{ path: '/no/such.iso', type: null, bytes: null }]);
});

test('a sample never goes over another', async () => {
  const scene = new ConsoleScene();
  const parent = { path: scene.source };
  const one = await scene.call('sample.create', { parent });
  const other = await scene.call('sample.create', { parent });
  expect(one.path).not.toBe(other.path);
  expect(one.elements).toBe(fs.readdirSync(one.path, { recursive: true }).length + 1);
  const file = { path: scene.write('a', '') };
  await expect(scene.call('sample.create', { parent: file })).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
});

test('without a desktop nothing is shown in a file manager, and that is said before', async () => {
  const scene = new ConsoleScene();
  expect((await scene.call('about', {})).can.reveal).toBe(false);
  await expect(scene.call('place.reveal', { path: { path: '/' } })).rejects.toMatchObject({ code: 'NOT_HERE' });
});

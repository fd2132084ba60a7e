import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

const scene = async (): Promise<ConsoleScene> => {
  const made = new ConsoleScene();
  for (let n = 0; n < 30; n += 1) made.write(`file-${String(n).padStart(2, '0')}`, 'x'.repeat(100 - n));
  fs.mkdirSync(path.join(made.source, 'zz-folder'));
  await made.protect();
  await made.call('backup', { object: 'files' });
  return made;
};

test('a folder can be jumped in, in any order', async () => {
  const made = await scene();
  const at = { set: 'files', path: { path: made.source } };
  const names = async (input: object) =>
    (await made.call('ls', { ...at, ...input })).entries.map((entry) => path.basename(entry.path));
  expect(await made.call('ls', { ...at, offset: 10, limit: 3 })).toMatchObject({ total: 31, next: null });
  expect(await names({ offset: 10, limit: 2 })).toEqual(['file-10', 'file-11']);
  expect(await names({ offset: 0, limit: 2, sort: 'size' })).toEqual(['zz-folder', 'file-29']);
  expect(await names({ offset: 0, limit: 2, sort: 'size', descending: true })).toEqual(['file-00', 'file-01']);
  expect(await names({ offset: 0, limit: 1, foldersFirst: true })).toEqual(['zz-folder']);
  expect(await made.call('ls', { set: 'files', offset: 0 })).toMatchObject({
    total: 1,
    entries: [{ path: made.source }],
  });
  const both = { ...at, offset: 0, recursive: true };
  await expect(made.call('ls', both)).rejects.toMatchObject({ code: 'USAGE' });
  const none = { ...at, path: { path: `${made.source}/none` }, offset: 0 };
  await expect(made.call('ls', none)).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
});

test('a time line counts what each set touched; hits and differences say what a screen shows', async () => {
  const made = await scene();
  made.write(
    'file-00',
    'changed and longer than it was before, which is a hundred bytes: so it goes on for a while yet, here',
  );
  fs.rmSync(path.join(made.source, 'file-01'));
  const { set } = await made.call('backup', { object: 'files' });
  const { sets, total } = await made.call('timeline', { object: 'files' });
  expect(total).toBe(2);
  expect(sets.map(({ level }) => level)).toEqual(['incremental', 'full']);
  // One that is older than those asked for is given when it is named, and none in its place.
  const [youngest, oldest] = sets.map(({ id }) => id);
  const also = async (id: string) =>
    (await made.call('timeline', { object: 'files', limit: 1, also: id })).sets.map((each) => each.id);
  expect(await also(oldest ?? '')).toEqual([youngest, oldest]);
  expect(await also(youngest ?? '')).toEqual([youngest]);
  expect(await also('0'.repeat(32))).toEqual([youngest]);
  // Files that changed just before they were read are copied again, so there may be more than the three.
  expect(sets[0]?.touched).toBeGreaterThanOrEqual(3);
  // Folders above what was selected are in it, too.
  expect(sets[1]?.touched).toBeGreaterThanOrEqual(32);
  const { changes } = await made.call('diff', { from: sets[1]?.id ?? '', to: set.id });
  const [changed] = changes.filter(({ path: each }) => each.endsWith('file-00'));
  expect(changed).toMatchObject({ change: 'changed', before: { bytes: 100 }, after: { set: set.id } });
  const both = { from: sets[1]?.id ?? '', to: set.id };
  // Counted to the end, whatever is listed of it.
  const tally = (kind: string, fits: (name: string) => boolean = () => true) => {
    const of = changes.filter((each) => each.change === kind && fits(path.basename(each.path)));
    return { count: of.length, bytes: of.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
  expect(await made.call('compare', { ...both, change: 'removed' })).toMatchObject({
    totals: { added: { count: 0, bytes: 0 }, removed: { count: 1, bytes: 99 }, changed: tally('changed') },
    changes: [{ path: path.join(made.source, 'file-01'), change: 'removed', before: { bytes: 99 }, after: null }],
    more: false,
  });
  expect(await made.call('compare', { ...both, name: 'FILE-0?', limit: 1 })).toMatchObject({
    totals: { removed: { count: 1 }, changed: tally('changed', (name) => name.startsWith('file-0')) },
    changes: [{ path: path.join(made.source, 'file-00') }],
    more: true,
  });
  const { entries } = await made.call('find', { pattern: 'file-0' });
  const gone = entries.filter((entry) => entry.gone).map((entry) => path.basename(entry.path));
  expect(gone).toEqual(['file-01']);
  const newest = entries.filter((entry) => entry.last === set.id).map((entry) => path.basename(entry.path));
  expect(newest).toEqual([
    'file-00',
    'file-02',
    'file-03',
    'file-04',
    'file-05',
    'file-06',
    'file-07',
    'file-08',
    'file-09',
  ]);
  expect(entries.find((entry) => entry.gone)).toMatchObject({ last: sets[1]?.id, lastAt: sets[1]?.createdAt });
  const lost = await made.call('gone', { set: set.id, path: { path: made.source } });
  expect(lost).toMatchObject({
    set: set.id,
    total: 1,
    entries: [{ path: path.join(made.source, 'file-01'), bytes: 99, last: sets[1]?.id, until: sets[0]?.createdAt }],
  });
  expect(await made.call('gone', { set: sets[1]?.id ?? '', path: { path: made.source } })).toMatchObject({ total: 0 });
  expect(entries.every(({ object }) => object === 'files')).toBe(true);
});

test('a folder says how much a set has in it: what a restore of it counts, and nothing of other sets', async () => {
  const made = await scene();
  const all = { path: { path: made.source } };
  const files = Array.from({ length: 30 }, (_, n) => 100 - n).reduce((sum, bytes) => sum + bytes);
  const { set: first } = await made.call('ls', { set: 'files' });
  made.write('zz-folder/later', 'y'.repeat(1000));
  fs.rmSync(path.join(made.source, 'file-00'));
  const { set } = await made.call('backup', { object: 'files' });
  expect(await made.call('du', { set: first, ...all })).toEqual({ set: first, elements: 32, bytes: files });
  const now = { elements: 32, bytes: files - 100 + 1000 };
  expect(await made.call('du', { set: set.id, ...all })).toEqual({ set: set.id, ...now });
  const to = { to: { path: path.join(made.root, 'back') }, dryRun: true };
  const plan = await made.call('restore', { set: set.id, paths: [all.path], ...to });
  expect(plan).toMatchObject({ wanted: now.elements, bytes: now.bytes });
  const of = (name: string) => ({ set: set.id, path: { path: path.join(made.source, name) } });
  expect(await made.call('du', of('file-29'))).toMatchObject({ elements: 1, bytes: 71 });
  await expect(made.call('du', of('file-00'))).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
});

test('an object of which nothing is whole says so, not that there is nothing', async () => {
  const made = await scene();
  const { sets } = await made.call('sets', {});
  expect(sets).toMatchObject([{ state: 'complete' }]);
  // The tape with the content; the set is described on the other one, too.
  for (const tape of fs.readdirSync(path.join(made.vault, 'tapes')).toSorted().slice(0, 1))
    fs.renameSync(path.join(made.vault, 'tapes', tape), path.join(made.root, tape));
  await made.call('vault.rebuild', { dir: made.vault });
  expect((await made.call('sets', {})).sets).toMatchObject([{ state: 'incomplete' }]);
  await expect(made.call('ls', { set: 'files' })).rejects.toMatchObject({
    code: 'NO_SUCH_SET',
    message: expect.stringContaining('1 is incomplete'),
    context: { object: 'files', incomplete: 1 },
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { homeLayout } from '../home/directory.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

test('settings have defaults, are changed one by one and put back', async () => {
  const scene = new ConsoleScene();
  const { settings, defaults } = await scene.call('settings.get', {});
  expect(settings).toEqual(defaults);
  await scene.call('settings.set', { theme: 'dark', density: 'compact' });
  expect((await scene.call('settings.get', {})).settings).toEqual({ ...defaults, theme: 'dark', density: 'compact' });
  await scene.call('settings.set', { theme: null });
  expect((await scene.call('settings.get', {})).settings.theme).toBe('system');
  const wrong = { overdueAfterHours: -1 };
  await expect(scene.console.call('settings.set', wrong)).rejects.toMatchObject({ code: 'USAGE' });
});

test('the log has what was done and what failed, newest first, and only grows', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'x');
  await scene.protect();
  await scene.call('object.update', { object: 'files', exclude: ['*.iso'] });
  await expect(scene.call('object.remove', { object: 'none' })).rejects.toMatchObject({ code: 'NO_SUCH_OBJECT' });
  await scene.call('backup', { object: 'files' });
  await scene.call('restore', { set: 'files', to: { path: `${scene.root}/back` }, dryRun: true });
  await scene.call('restore', { set: 'files', to: { path: `${scene.root}/back` } });
  const { entries, total } = await scene.call('activity.list', {});
  expect(entries.map(({ act, outcome }) => [act, outcome])).toEqual([
    ['restore', 'done'],
    ['object.remove', 'failed'],
    ['object.update', 'done'],
    ['object.add', 'done'],
    ['vault.create', 'done'],
  ]);
  expect(total).toBe(5);
  expect(entries[0]?.context).toMatchObject({ restored: 2, onConflict: 'fail' });
  const page = await scene.call('activity.list', { limit: 2 });
  const next = await scene.call('activity.list', { limit: 2, after: page.next ?? '' });
  expect([...page.entries, ...next.entries]).toEqual(entries.slice(0, 4));
  expect((await scene.call('activity.list', { object: 'files' })).total).toBe(3);
  const database = new DatabaseSync(homeLayout(scene.console.home).database);
  expect(() => database.exec('DELETE FROM activity')).toThrow('only grows');
  expect(() => database.exec("UPDATE activity SET act = 'x'")).toThrow('only grows');
  database.close();
});

test('a change of one folder leaves the others as they are, away or not, and takes back nothing that somebody else changed', async () => {
  const scene = new ConsoleScene();
  const folder = (name: string): string => path.join(scene.root, name);
  const [disk, more, other] = [folder('disk'), folder('more'), folder('other')];
  for (const each of [disk, more, other]) fs.mkdirSync(each);
  await scene.protect();
  const at = (...folders: string[]) => folders.map((each) => ({ path: each }));
  await scene.call('object.update', { object: 'files', files: at(scene.source, disk), crossFileSystems: true });
  fs.rmdirSync(disk);
  const was = { files: at(scene.source, disk) };
  const changed = await scene.call('object.update', { object: 'files', files: at(scene.source, disk, more), was });
  expect(changed.object.roots).toEqual(
    at(scene.source, disk, more).map((root) => ({ ...root, crossFileSystems: true })),
  );
  // A form that was opened before that.
  const stale = { object: 'files', files: at(scene.source, disk, other), was };
  await expect(scene.call('object.update', stale)).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
  const rules = { object: 'files', exclude: ['*.iso'], was: { exclude: [] } };
  await scene.call('object.update', rules);
  await expect(scene.call('object.update', rules)).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
  expect((await scene.call('object.show', { object: 'files' })).object).toMatchObject({
    roots: at(scene.source, disk, more),
    exclude: ['*.iso'],
  });
});

test('an object keeps what an update does not name', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  await scene.call('object.update', { object: 'files', exclude: ['*.iso'], unprotect: ['temp'] });
  const { object } = await scene.call('object.update', { object: 'files', unprotect: [] });
  expect(object).toMatchObject({ exclude: ['*.iso'], unprotected: [], roots: [{ path: scene.source }] });
  const gone = { object: 'files', files: [{ path: `${scene.root}/none` }] };
  await expect(scene.call('object.update', gone)).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
  expect((await scene.call('object.show', { object: 'files' })).object.roots).toMatchObject([{ path: scene.source }]);
});

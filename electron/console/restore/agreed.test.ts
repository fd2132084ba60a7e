import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

/** A set of `a` and `b`, and a folder in which another `a` stands. */
const backedUp = async () => {
  const scene = new ConsoleScene();
  scene.write('a', 'old a');
  scene.write('b', 'old b');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const place = path.join(scene.root, 'place');
  fs.mkdirSync(place);
  fs.writeFileSync(path.join(place, 'a'), 'new a');
  const over: InputOf<'restore'> = {
    set: 'files',
    to: { path: place },
    relativeTo: { path: scene.source },
    onConflict: 'overwrite',
  };
  const agreedTo = async (input = over): Promise<InputOf<'restore'>> => {
    const {
      overwrites = null,
      loses = null,
      replaces,
      folder,
    } = await scene.call('restore', { ...input, dryRun: true });
    return { ...input, agreed: { overwrites, loses, replaces, folder } };
  };
  return { scene, place, over, agreedTo };
};

const taken = (why: RegExp) => ({ code: 'DESTINATION_TAKEN', message: expect.stringMatching(why) });

test('files are restored over those that were told of, and over no others', async () => {
  const { scene, place, agreedTo } = await backedUp();
  const first = await agreedTo();
  fs.writeFileSync(path.join(place, 'b'), 'an hour of work');
  await expect(scene.call('restore', first)).rejects.toMatchObject(taken(/not what it was.*Nothing was restored/));
  expect(fs.readFileSync(path.join(place, 'a'), 'utf8')).toBe('new a');
  expect(fs.readFileSync(path.join(place, 'b'), 'utf8')).toBe('an hour of work');

  // What is to be lost may go on changing.
  const second = await agreedTo();
  fs.writeFileSync(path.join(place, 'a'), 'newer a');
  expect(await scene.call('restore', second)).toMatchObject({ conflictCount: 2 });

  // What was the same as in the backup, and so no loss, was worked on since.
  const third = await agreedTo();
  fs.writeFileSync(path.join(place, 'a'), 'more work');
  await expect(scene.call('restore', third)).rejects.toMatchObject(taken(/not what it was/));
  expect(fs.readFileSync(path.join(place, 'a'), 'utf8')).toBe('more work');
});

test('nothing is restored into another folder than the one that was there, whatever the policy', async () => {
  const { scene, place, over, agreedTo } = await backedUp();
  const elsewhere = path.join(scene.root, 'elsewhere');
  fs.mkdirSync(elsewhere);
  for (const onConflict of ['overwrite', 'skip'] as const) {
    const agreed = await agreedTo({ ...over, onConflict });
    fs.renameSync(place, `${place}-aside`);
    fs.symlinkSync(elsewhere, place);
    await expect(scene.call('restore', agreed)).rejects.toMatchObject(taken(/not the folder any more/));
    expect(fs.readdirSync(elsewhere)).toEqual([]);
    fs.rmSync(place);
    fs.renameSync(`${place}-aside`, place);
  }
  // One that was not there may have been made meanwhile.
  const later = await agreedTo({ ...over, to: { path: path.join(scene.root, 'later') } });
  fs.mkdirSync(path.join(scene.root, 'later'));
  expect(await scene.call('restore', later)).toMatchObject({ restored: 3 });
});

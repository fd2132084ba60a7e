import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noise } from '../console/testing/vault-scene.ts';
import type { Failpoint } from '../platform/failpoints.ts';
import { answerOf, Workplace } from './testing/workplace.ts';

let place: Workplace;
let set = '';

const contents = (folder: string): string[][] =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'hex')]);

const copyFolder = (from: string, to: string): void => cpSync(from, to, { recursive: true, preserveTimestamps: true });

beforeAll(async () => {
  place = new Workplace();
  const source = place.newFolder('source');
  writeFileSync(join(source, 'letter'), 'dear');
  writeFileSync(join(source, 'noise'), noise(200_000, 1));
  await place.done('vault.create', ['vault', 'create', place.vault, '--slots', '4']);
  await place.done('object.add', ['object', 'add', 'files', '--vault', place.vault, '--files', source]);
  set = (await place.done('backup', ['backup', 'files', '--streams', '1'])).set.id;
  for (const name of ['home', 'vault']) copyFolder(place.at(name), place.at('kept', name));
});

afterAll(() => place.remove());

const reset = (): void => {
  for (const name of ['home', 'vault', 'out']) rmSync(place.at(name), { recursive: true, force: true });
  for (const name of ['home', 'vault']) copyFolder(place.at('kept', name), place.at(name));
};

const restores = async (): Promise<void> => {
  const ending = await place.run(['restore', set, '--to', place.at('out'), '--relative-to', place.folder]);
  expect(answerOf(ending, 0)).toMatchObject({ damaged: [] });
  expect(contents(place.at('out', 'source'))).toEqual(contents(place.at('source')));
};

const tapeFile = (volume: string): string => join(place.vault, 'tapes', `${volume}L8.tap`);

/** Every place is tried where there is time for it. */
const THOROUGH = process.env.COLDFRAME_THOROUGH === '1';
const KILLED: readonly Failpoint[] = [
  'copy:after-note',
  ...(THOROUGH ? (['tape:after-data', 'copy:after-label', 'tape:after-tail', 'copy:after-catalog'] as const) : []),
];
const KILLED_ERASING: readonly Failpoint[] = [
  'catalog:after-loss',
  ...(THOROUGH ? (['catalog:inside-loss', 'label:before-write', 'label:after-write'] as const) : []),
];
const KILLED_IMPORTING: readonly Failpoint[] = [
  'import:after-publish',
  ...(THOROUGH ? (['import:before-publish', 'import:after-note'] as const) : []),
];

test.each(KILLED)('a copy that is killed at %s costs nothing and can be made again, or was made', async (failpoint) => {
  reset();
  const killed = await place.run(['tape', 'copy', 'CF0001', '--to', 'CF0003'], {
    env: { COLDFRAME_FAILPOINT: failpoint },
  });
  expect(killed.signal).toBe('SIGKILL');
  const again = await place.run(['tape', 'copy', 'CF0001', '--to', 'CF0003']);
  // From when the library has noted it, it is a whole one that another home may have made: it is listed, and never written over.
  if (failpoint === 'copy:after-note' || failpoint === 'copy:after-catalog')
    expect(answerOf<{ error: { code: string } }>(again, 1).error.code).toBe('TAPE_NEEDED');
  if (failpoint === 'copy:after-note') await place.done('vault.rebuild', ['vault', 'rebuild', place.vault]);
  if (again.status !== 1) expect(answerOf(again, 0)).toMatchObject({ copy: { copyOf: 'CF0001' } });
  renameSync(tapeFile('CF0001'), place.at('away'));
  await restores();
});

test('a restore that is killed while it waits for a tape asks for it no more, and is completed when it is run again', async () => {
  reset();
  renameSync(tapeFile('CF0001'), place.at('away'));
  const args = ['restore', set, '--to', place.at('out'), '--relative-to', place.folder];
  const killed = await place.run([...args, '--wait'], { env: { COLDFRAME_FAILPOINT: 'restore:waiting' } });
  expect(killed.signal).toBe('SIGKILL');
  expect((await place.done('tape.list', ['tape', 'list', '--vault', place.vault])).requests).toEqual([]);
  const { jobs } = await place.done('job.list', ['job', 'list']);
  expect(jobs[0]).toMatchObject({ kind: 'restore', state: 'interrupted' });
  renameSync(place.at('away'), tapeFile('CF0001'));
  await restores();
});

describe('erasing', () => {
  test.each(KILLED_ERASING)(
    'that is killed at %s leaves a catalog that counts on nothing that is gone',
    async (failpoint) => {
      reset();
      const killed = await place.run(['tape', 'erase', 'CF0001'], { env: { COLDFRAME_FAILPOINT: failpoint } });
      expect(killed.signal).toBe('SIGKILL');
      const { sets } = await place.done('sets', ['sets', 'files']);
      expect(sets.map(({ state }) => state)).toEqual([failpoint === 'catalog:inside-loss' ? 'complete' : 'incomplete']);
      if (failpoint === 'label:after-write') return;
      if (failpoint !== 'catalog:inside-loss') await place.done('vault.rebuild', ['vault', 'rebuild', place.vault]);
      await restores();
    },
  );
});

describe('the file of a tape', () => {
  test('that is killed before it has its name leaves nothing under that name, and nothing at all once it is made', async () => {
    reset();
    const to = place.at('usb', 'one.tap');
    place.newFolder('usb');
    const args = ['tape', 'export', 'CF0001', '--to', to];
    expect((await place.run(args, { env: { COLDFRAME_FAILPOINT: 'export:before-publish' } })).signal).toBe('SIGKILL');
    expect(existsSync(to)).toBe(false);
    expect(await place.done('tape.export', args)).toMatchObject({ file: to, sealed: false, sets: [{ id: set }] });
    expect(readdirSync(place.at('usb'))).toEqual(['one.tap']);
    expect(readFileSync(to).equals(readFileSync(tapeFile('CF0001')))).toBe(true);
  });

  test.each(KILLED_IMPORTING)(
    'that is killed at %s when it is imported is not there, or is there whole',
    async (failpoint) => {
      reset();
      renameSync(tapeFile('CF0001'), place.at('away'));
      const before = readFileSync(join(place.vault, 'library.json'), 'utf8');
      const args = ['tape', 'import', place.vault, '--file', place.at('away')];
      expect((await place.run(args, { env: { COLDFRAME_FAILPOINT: failpoint } })).signal).toBe('SIGKILL');
      const there = failpoint === 'import:after-publish' || failpoint === 'import:after-note';
      expect(existsSync(tapeFile('CF0001'))).toBe(there);
      if (there) expect(readFileSync(tapeFile('CF0001')).equals(readFileSync(place.at('away')))).toBe(true);
      else
        expect(JSON.parse(readFileSync(join(place.vault, 'library.json'), 'utf8')).tapes).toEqual(
          JSON.parse(before).tapes,
        );
      expect(await place.done('tape.import', args)).toMatchObject({ imported: !there, missing: [] });
      expect(readdirSync(join(place.vault, 'tapes'))).toEqual(['CF0001L8.tap']);
      await restores();
    },
  );

  test('that is killed while its sets are taken in is carried on by the same command', async () => {
    reset();
    renameSync(tapeFile('CF0001'), place.at('away'));
    rmSync(join(place.vault, 'catalog'), { recursive: true });
    const home = place.at('bare');
    expect((await place.run(['vault', 'open', place.vault], { home })).status).toBe(3);
    const args = ['tape', 'import', place.vault, '--file', place.at('away')];
    const killed = await place.run(args, { home, env: { COLDFRAME_FAILPOINT: 'rebuild:after-scan' } });
    expect(killed.signal).toBe('SIGKILL');
    expect(await place.done('tape.import', args, { home })).toMatchObject({ imported: false, missing: [] });
    expect((await place.done('sets', ['sets'], { home })).sets).toMatchObject([{ id: set, state: 'complete' }]);
  });
});

test('tapes under other names get their own from a rebuild that was killed while it gave them these', async () => {
  reset();
  renameSync(tapeFile('CF0001'), tapeFile('ZZ0001'));
  writeFileSync(tapeFile('CF0001'), 'none');
  const rebuild = ['vault', 'rebuild', place.vault];
  const killed = await place.run(rebuild, { env: { COLDFRAME_FAILPOINT: 'put-in-place:after-move:2' } });
  expect(killed.signal).toBe('SIGKILL');
  expect(readFileSync(tapeFile('A00000'), 'utf8')).toBe('none');
  expect(answerOf(await place.run(rebuild), 3)).toMatchObject({ sets: 1, incompleteSets: 0 });
  await restores();
});

test('a tape that is missing is named by its barcode, what lies elsewhere comes back, and the rest when it is back', async () => {
  reset();
  writeFileSync(place.at('source', 'more'), noise(100_000, 2));
  await place.done('tape.protect', ['tape', 'protect', 'CF0001']);
  const next = (await place.done('backup', ['backup', 'files', '--streams', '1'])).set;
  expect(next).toMatchObject({ level: 'incremental', tapes: ['CF0002'] });
  renameSync(tapeFile('CF0001'), place.at('away'));
  await place.run(['library', 'inventory', place.vault]).then((ending) => expect(ending.status).toBe(3));
  const to = ['--to', place.at('out'), '--relative-to', place.folder];
  const partly = answerOf<{ restored: number; warnings: { code: string; message: string }[] }>(
    await place.run(['restore', next.id, ...to]),
    3,
  );
  expect(partly.warnings.find(({ code }) => code === 'NO_SUCH_TAPE')?.message).toContain('CF0001L8, last in slot 1');
  expect(answerOf(await place.run(['verify', next.id]), 3)).toMatchObject({ outcome: 'away' });
  expect(answerOf(await place.run(['restore-test', 'files', '--set', next.id]), 3)).toMatchObject({
    outcome: 'away',
    tapesAway: [{ barcode: 'CF0001L8', slot: 1 }],
  });
  renameSync(place.at('away'), tapeFile('CF0001'));
  await place.done('restore', ['restore', next.id, ...to, '--on-conflict', 'skip']);
  expect(contents(place.at('out', 'source'))).toEqual(contents(place.at('source')));
  rmSync(place.at('source', 'more'));
});

test('a drive is cleaned; a kill on the way leaves the use counted, the drive as it was, and room for the next backup', async () => {
  reset();
  const clean = ['library', 'clean', place.vault, '1'];
  expect((await place.fails(14, clean)).guidance).toContain('--add');
  expect((await place.fails(2, ['tape', 'label', place.vault, '--barcode', 'CLN001CU'])).code).toBe('USAGE');
  await place.inTurn(['library', 'cleaning', place.vault, '--after', '10KB']);
  const added = answerOf<object>(await place.inTurn(['library', 'cleaning', place.vault, '--add', '--uses', '2']), 0);
  expect(added).toMatchObject({
    afterBytes: 10_000,
    tapes: [{ barcode: 'CLN001CU', usesLeft: 2, drive: null }],
    drives: [{ number: 1, wanted: 'written' }, { number: 2 }],
  });
  const killed = await place.run(clean, { env: { COLDFRAME_FAILPOINT: 'library:after-write' } });
  expect(killed.signal).toBe('SIGKILL');
  const left = await place.done('library.show', ['library', 'show', place.vault]);
  expect(left.drives[0]).toMatchObject({ tape: null, cleaning: { wanted: 'written', tape: 'CLN001CU' } });
  expect(left.cleaning.tapes).toMatchObject([{ usesLeft: 1, drive: 1 }]);
  expect((await place.done('backup', ['backup', 'files', '--streams', '1'])).set).toMatchObject({ state: 'complete' });
  const { drives, usesLeft } = await place.done('library.clean', [...clean, '--with', 'CLN001CU']);
  expect([usesLeft, drives[0]]).toMatchObject([0, { cleaning: { wanted: null, bytesSince: 0, tape: null } }]);
  expect((await place.fails(14, [...clean, '--with', 'CLN001CU'])).code).toBe('NO_CLEANING_TAPE');
  expect(readdirSync(join(place.vault, 'tapes'))).toEqual(['CF0001L8.tap']);
});

test('each run begins an unused tape where the policy says so; a run that was killed is gone on with on its own', async () => {
  reset();
  const allocation = ['library', 'allocation', place.vault];
  const backup = ['backup', 'files', '--streams', '1'];
  expect((await place.fails(2, [...allocation, '--every', 'week'])).code).toBe('USAGE');
  const set = answerOf<object>(await place.inTurn([...allocation, '--policy', 'new']), 0);
  expect(set).toEqual({ vault: place.vault, policy: 'new', every: null, closed: ['CF0001'] });
  // Killed with content on the tape, and nothing of it noted by the library.
  writeFileSync(join(place.at('source'), 'more'), noise(300_000, 9));
  const killed = await place.run(backup, { env: { COLDFRAME_FAILPOINT: 'tape:after-data' } });
  expect(killed.signal).toBe('SIGKILL');
  expect((await place.done('backup', backup)).set.tapes).toEqual(['CF0002']);
  rmSync(join(place.at('source'), 'more'));
  expect((await place.done('backup', backup)).set.tapes).toEqual(['CF0003']);
  const { tapes } = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
  expect(tapes.map(({ closed }) => closed)).toEqual([true, true, true, false]);
});

test('scripts that do not say --yes erase nothing that is kept, and those that do nothing that is held', async () => {
  reset();
  const without = await place.run(['tape', 'erase', 'CF0001'], { withoutYes: true });
  const refused = answerOf<{ error: { code: string; message: string } }>(without, 1);
  expect(refused.error.code).toBe('TAPE_NEEDED');
  expect(refused.error.message).toContain('1 block set');
  const { sets } = await place.done('sets', ['sets', 'files']);
  await place.done('retention.hold', ['retention', 'hold', sets[0]?.id ?? '', '--note', 'a case']);
  const held = await place.run(['tape', 'erase', 'CF0001']);
  expect(answerOf<typeof refused>(held, 1).error.message).toContain('held or kept by somebody');
  await restores();
});

import fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { flip, noise } from '../testing/vault-scene.ts';
import { engineUseCases } from '../wiring.ts';

test('damage that a verification found marks the tape and the chunk, and a plan names what lies there before it is carried out', async () => {
  let ends: 'done' | 'failed' = 'failed';
  const scene = new ConsoleScene(undefined, {
    ...engineUseCases,
    runRestore: async (...given) => {
      const result = await engineUseCases.runRestore(...given);
      if (ends === 'failed') throw new ColdframeError('IO', { message: 'gone', guidance: '', context: {} });
      return result;
    },
  });
  const content = noise(100_000, 4);
  scene.write('one', content);
  scene.write('elsewhere', '');
  await scene.protect({ codec: 'none' });
  const { set } = await scene.call('backup', { object: 'files' });
  const vault = scene.vault;
  const marks = async () => {
    const { tapes } = await scene.call('library.show', { vault });
    const { tape, chunks } = await scene.call('tape.show', { vault, tape: set.tapes[0] ?? '' });
    return {
      listed: tapes.map(({ damagedChunks }) => damagedChunks).filter((count) => count > 0),
      shown: tape.damagedChunks,
      chunks: chunks.map(({ kind, damaged }) => `${kind} ${damaged}`),
    };
  };
  const sound = { listed: [], shown: 0, chunks: ['data false', 'metadata false'] };
  expect(await marks()).toEqual(sound);
  const { tapes } = await scene.call('tape.list', { vault });
  const written = tapes.find(({ id }) => id === set.tapes[0]);
  const [file] = fs
    .readdirSync(join(vault, 'tapes'))
    .filter((name) => name.includes(written?.barcode ?? '-'))
    .map((name) => join(vault, 'tapes', name));
  flip(file ?? '', fs.readFileSync(file ?? '').indexOf(content.subarray(500, 564)));
  // One that finds it and fails then tells nobody of it. The next one that meets it does, once.
  const lost = scene.call('restore', { set: set.id, to: { path: join(scene.root, 'lost') } });
  await expect(lost).rejects.toMatchObject({ code: 'IO' });
  ends = 'done';
  for (const newly of [1, 0]) {
    const to = { path: join(scene.root, `restored-${newly}`) };
    const { newlyDamaged, damaged } = await scene.call('restore', { set: set.id, to });
    expect([newlyDamaged, damaged.length]).toEqual([newly, 1]);
  }
  await scene.call('verify', { vault });
  expect(await marks()).toEqual({ listed: [1], shown: 1, chunks: ['data true', 'metadata false'] });
  const plan = async (name: string) =>
    await scene.call('restore', {
      set: set.id,
      paths: [{ path: join(scene.source, name) }],
      to: { path: join(scene.root, 'back') },
      dryRun: true,
    });
  const path = join(scene.source, 'one');
  expect(await plan('one')).toMatchObject({
    knownDamage: [{ set: set.id, elements: [path] }],
    others: [],
    damaged: [],
  });
  expect((await plan('elsewhere')).knownDamage).toEqual([]);
  const next = await scene.call('backup', { object: 'files' });
  expect(await plan('one')).toMatchObject({ others: [{ path, set: next.set.id }] });

  // What was made of it since is told by it, wherever sets are listed, until it is right again; and is no good set to retention meanwhile.
  const told = async () => {
    const { sets } = await scene.call('sets', { object: 'files' });
    const { sets: moments } = await scene.call('timeline', { object: 'files' });
    const { objects } = await scene.call('overview', {});
    const { sets: planned } = await scene.call('retention.plan', { object: 'files', rules: { keepLast: 1 } });
    expect(moments.map(({ damaged, damagedBelow }) => ({ damaged, damagedBelow }))).toEqual(
      sets.map(({ damaged, damagedBelow }) => ({ damaged, damagedBelow })),
    );
    return {
      damaged: sets.map((each) => each.damaged),
      below: sets.map(({ damagedBelow }) => damagedBelow?.set ?? null),
      lastGood: [objects[0]?.lastGood?.id, objects[0]?.lastGood?.damagedBelow?.set ?? null],
      good: planned.map(({ good }) => good),
      why: planned.map(({ reasons }) => reasons.map(({ kind }) => kind)),
    };
  };
  const last = await scene.call('backup', { object: 'files', level: 'incremental' });
  const apart = { below: [set.id, set.id, null], lastGood: [last.set.id, set.id], good: [false, false, false] };
  expect(await told()).toMatchObject({ ...apart, damaged: [false, false, true] });
  expect((await told()).why[2]).toContain('none-good');
  flip(file ?? '', fs.readFileSync(file ?? '').indexOf(content.subarray(501, 564)) - 1);
  await scene.call('verify', { vault });
  expect(await told()).toMatchObject({
    damaged: [false, false, false],
    below: [null, null, null],
    lastGood: [last.set.id, null],
    good: [true, true, true],
    why: [['last', 'last-good'], ['needed'], ['needed']],
  });
});

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { MountedTape } from '../../engine/mover/back-end-protocol.ts';
import type { MountAccess } from '../../engine/tape/mount-to-write.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { VaultScene } from '../testing/vault-scene.ts';

type Step = 'append' | 'flush' | 'finish';

/** Which steps, counted from 1 over all drives, fail with the drive, or with the tape in it. */
const faults = vi.hoisted(() => ({
  steps: [] as string[],
  fails: (_step: Step, _count: number): 'DEVICE_FAILED' | 'TAPE_DAMAGED' | null => null,
}));

vi.mock(import('./library-tapes.ts'), async (original) => {
  const { libraryTapes } = await original();
  return {
    libraryTapes: (opened) => ({
      ...libraryTapes(opened),
      canGoOn: true,
      troubled: (_, { code }, tape, durable) => {
        const { library } = opened.vault;
        const volume = library.tape(tape).volume;
        if (durable !== null) library.noteWithoutTail(volume, durable);
        library.spare([volume]);
        return code === 'DEVICE_FAILED' ? 'drive' : 'tape';
      },
    }),
  };
});

/** The drives of this thread, each of which fails as it is told to. */
vi.mock(import('./start-back-end.ts'), async () => {
  const { BackEnd } = await import('../../engine/mover/back-end.ts');
  const { mountToWrite } = await import('../../engine/tape/mount-to-write.ts');
  const happen = (step: Step): void => {
    faults.steps.push(step);
    const code = faults.fails(step, faults.steps.filter((each) => each === step).length);
    if (code !== null) throw new ColdframeError(code, { message: 'It was to fail.', guidance: 'None.' });
  };
  const open = (id: string, access: MountAccess): MountedTape => {
    const tape = mountToWrite(id, access);
    return {
      ...tape,
      append: (chunk) => {
        happen('append');
        return tape.append(chunk);
      },
      flush: () => {
        happen('flush');
        tape.flush();
      },
      finish: (full, sets) => {
        happen('finish');
        return tape.finish(full, sets);
      },
    };
  };
  return {
    startBackEnd: (setup, hear) => {
      const backEnd = new BackEnd<MountAccess>(setup, open, hear);
      const running = backEnd.run();
      return { send: (request) => backEnd.request(request as never), close: async () => await running };
    },
  };
});

let scene: VaultScene;

const content = (from: number): void => {
  for (let file = from; file < from + 4; file += 1) scene.write(`file-${file}`, randomBytes(6_000_000));
};

/** That everything of the source comes back, and is right on tape. */
const expectWhole = async (set: { readonly id: string }): Promise<void> => {
  const back = await scene.restore(set as never);
  const names = readdirSync(scene.source);
  expect(readdirSync(back)).toEqual(names);
  for (const name of names)
    expect(readFileSync(join(back, name)).equals(readFileSync(scene.at(name))), name).toBe(true);
  expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], incomplete: [] });
};

beforeEach(async () => {
  scene = await VaultScene.make({ drives: 3, codec: 'none' });
  faults.fails = () => null;
  faults.steps.length = 0;
  content(0);
});

describe('a drive, or a tape, that fails while it is written to', () => {
  test.each(
    everySecond([
      ['append', 2, 'DEVICE_FAILED'],
      ['append', 3, 'TAPE_DAMAGED'],
      ['flush', 1, 'DEVICE_FAILED'],
      ['finish', 1, 'DEVICE_FAILED'],
    ] as const),
  )('costs a backup nothing: %s %i, %s', async (step, count, code) => {
    faults.fails = (each, at) => (each === step && at === count ? code : null);
    const set = await scene.backup({ streams: 1 });
    expect(set.warnings.filter(({ path }) => path === 'CF0001').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^drive 1 failed with tape CF0001/),
    );
    await expectWhole(set);
    if (step !== 'append') return;
    // What was durable there is not written over, though the tape never got its tail.
    scene.write('one more', randomBytes(1_000_000));
    faults.fails = () => null;
    await expectWhole(await scene.backup());
  });

  test('costs a merge nothing, and a reclaim nothing', async () => {
    await scene.backup({ streams: 1 });
    content(3);
    await scene.backup({ streams: 1 });
    faults.steps.length = 0;
    faults.fails = (step, count) => (step === 'append' && count === 3 ? 'DEVICE_FAILED' : null);
    const merged = await scene.merge();
    expect([merged.level, merged.warnings.map(({ message }) => message)]).toEqual([
      'synthetic',
      [expect.stringMatching(/^drive \d failed with tape/)],
    ]);
    await expectWhole(merged);
    await scene.retain({ keepLast: 1 });
    faults.steps.length = 0;
    faults.fails = (step, count) => (step === 'flush' && count === 1 ? 'DEVICE_FAILED' : null);
    const tape = merged.tapes[0] ?? '';
    const { freed, left, warnings } = await scene.reclaim({ tapes: [tape] });
    expect([freed.map(({ id }) => id), left]).toEqual([[tape], []]);
    expect(warnings.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^drive \d failed with tape/));
    await expectWhole(merged);
  });

  test('as often as it is tried ends the backup with what the drive said, and the next one goes on', async () => {
    faults.fails = (step) => (step === 'flush' ? 'DEVICE_FAILED' : null);
    await expect(scene.backup()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    faults.fails = () => null;
    await expectWhole(await scene.backup());
  });
});

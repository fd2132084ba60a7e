import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { millis } from '../../../shared/units.ts';
import { periodAt } from './allocation.ts';
import { readLibrary } from './library-state.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, temporaryFolder } from './testing/tapes.ts';
import { createVault, Vault } from './vault.ts';
import { isClosed } from './writable-tapes.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

/** Noon, so that it is the same day in every time zone where a test may run. */
const noon = (date: string): number => Date.parse(`${date}T12:00:00`);

/** A vault with a clock that is set by hand. */
const clocked = async (slots: number) => {
  const dir = join(temporaryFolder(), 'vault');
  let at = noon('2026-11-26');
  const options = { now: () => millis(at) };
  const made = await createVault({ dir, name: 'test', tapeBytes: 32 * 1024 * 1024, slots }, options);
  onTestFinished(() => made.vault.close());
  const set = (date: string): void => {
    at = noon(date);
  };
  const reopened = async (vault: Vault): Promise<Vault> => {
    await vault.close();
    const again = Vault.open(dir, options);
    onTestFinished(() => again.close());
    return again;
  };
  return { dir, vault: made.vault, library: made.vault.library, set, reopened, now: () => at };
};

let chunks = 0;

/** As a run writes: a chunk, on the tape that it gives. `fills`: up to its end. */
const write = ({ library }: Vault, fills = false, use = {}): string => {
  const { volume, chunks: expectChunks } = library.nextWritableTape('data', undefined, use);
  library.mount(1, volume);
  const writer = TapeWriter.open(access(library, volume), { expectChunks });
  writer.appendChunk(chunkOf(chunks++, 1000));
  library.noteWritten(volume, writer.finish({ full: fills, catalogSets: [] }));
  writer.close();
  library.unmount(1);
  return volume;
};
const access = (library: Vault['library'], volume: ReturnType<Vault['library']['tape']>['volume']) => {
  const { vault, settings } = library.state;
  const keys = { vaultKey: null, envelopes: [], envelopesGeneration: 0 };
  return {
    path: library.pathOf(volume),
    vault: vault.id,
    volume,
    capacity: settings.tapeBytes,
    codec: settings.codec,
    ...keys,
  };
};
const run = (vault: Vault, complete = true): string => {
  const tape = write(vault);
  if (complete) vault.library.noteComplete();
  vault.library.endRun();
  return tape;
};

test('each run begins a tape that nothing was written to, spans onto further ones, and leaves none that is closed to who goes on with it', async () => {
  const { vault, library, now } = await clocked(7);
  expect(run(vault)).toBe('CF0001');
  library.setAllocation({ policy: 'new' });
  expect(run(vault)).toBe('CF0002');
  // Two backups that run together, of which one is done before the other.
  expect(write(vault)).toBe('CF0003');
  library.noteComplete();
  expect(write(vault, true)).toBe('CF0003');
  expect(write(vault)).toBe('CF0004');
  library.endRun();
  expect(
    library.state.tapes.filter((tape) => isClosed(library.state, tape, now())).map(({ volume }) => volume),
  ).toEqual(['CF0001', 'CF0002', 'CF0004']);
  // What is consolidated goes wherever there is room, and opens none of it.
  expect(write(vault, false, { consolidates: true })).toBe('CF0001');
  library.endRun();
  expect(run(vault)).toBe('CF0005');
  library.setAllocation(null);
  expect(readLibrary(vault.dir)).not.toHaveProperty('allocation');
  expect(run(vault)).toBe('CF0001');
  expect(library.state.tapes.some((tape) => isClosed(library.state, tape, now()))).toBe(false);
});

test('runs that wrote nothing, failed, or were killed leave their tape to the next, and one that was killed after a set was whole does not', async () => {
  const { vault, library, reopened } = await clocked(8);
  library.setAllocation({ policy: 'new' });
  for (const _ of [1, 2, 3]) {
    expect(library.nextWritableTape().volume).toBe('CF0001');
    library.endRun();
  }
  for (const _ of [1, 2, 3]) expect(run(vault, false)).toBe('CF0001');
  expect(run(vault)).toBe('CF0001');
  expect(run(vault, false)).toBe('CF0002');
  const after = await reopened(vault);
  expect(write(after)).toBe('CF0002');
  after.library.noteComplete();
  const killed = await reopened(after);
  expect(run(killed)).toBe('CF0003');
});

test('a tape that was written to by a run whose process ended before it noted that is not taken for an unused one', async () => {
  const { dir, vault, library, reopened } = await clocked(4);
  library.setAllocation({ policy: 'new' });
  const { volume } = library.nextWritableTape();
  library.noteComplete();
  library.endRun();
  const before = readFileSync(join(dir, 'library.json'));
  const writer = TapeWriter.open(access(library, volume));
  writer.appendChunk(chunkOf(0, 1000));
  writer.flush();
  writer.close();
  writeFileSync(join(dir, 'library.json'), before);
  const again = await reopened(vault);
  expect(again.library.tape(volume).state).toBe('labelled');
  expect(run(again)).toBe('CF0002');
  expect(again.library.tape(volume).state).toBe('filling');
});

test('the first backup of each period begins a tape, later ones continue it, and a clock that jumps takes no further ones', async () => {
  const { vault, library, set, now } = await clocked(8);
  library.setAllocation({ policy: 'calendar', every: 'day' });
  expect([run(vault), run(vault, false), run(vault)]).toEqual(['CF0001', 'CF0001', 'CF0001']);
  set('2026-11-27');
  // Reclaiming shares the tapes of periods without closing them.
  expect([run(vault), write(vault, false, { consolidates: true }), run(vault)]).toEqual(['CF0002', 'CF0001', 'CF0002']);
  for (const _ of [1, 2, 3]) {
    set('2026-11-26');
    expect(run(vault)).toBe('CF0001');
    set('2026-11-27');
    expect(run(vault)).toBe('CF0002');
  }
  expect(isClosed(library.state, library.tape('CF0001'), now())).toBe(true);
  expect(isClosed(library.state, library.tape('CF0002'), now())).toBe(false);
  set('1970-01-05');
  expect([run(vault), run(vault)]).toEqual(['CF0003', 'CF0003']);
  // Friday to Sunday are one week, Monday begins the next.
  library.setAllocation({ policy: 'calendar', every: 'week' });
  set('2026-11-27');
  const friday = run(vault);
  set('2026-11-29');
  expect([friday, run(vault)]).toEqual(['CF0004', 'CF0004']);
  set('2026-11-30');
  expect(write(vault, true)).toBe('CF0005');
  expect(run(vault)).toBe('CF0006');
  library.setAllocation({ policy: 'calendar', every: 'month' });
  const november = run(vault);
  set('2026-12-01');
  expect([november, run(vault)]).toEqual(['CF0007', 'CF0008']);
});

test('without an unused tape a run fails and says that the policy wants one, unless what is on one expired', async () => {
  const { vault, library } = await clocked(2);
  library.setAllocation({ policy: 'new' });
  run(vault);
  run(vault);
  for (const _ of [1, 2]) {
    expect(() => library.nextWritableTape()).toThrow(code('OUT_OF_TAPES'));
    library.endRun();
  }
  expect(() => library.nextWritableTape()).toThrow(/allocation policy begins each backup run on one/);
  const first = library.tape('CF0001').volume;
  library.noteExpired([first]);
  expect(library.nextWritableTape('data', () => true)).toMatchObject({ volume: 'CF0001', chunks: 0, sequence: 3 });
  run(vault);
  library.setAllocation({ policy: 'calendar', every: 'month' });
  expect(() => library.nextWritableTape()).toThrow(/the first backup of each month/);
  for (const name of ['CF0001', 'CF0002']) library.protect(library.tape(name).volume, true);
  expect(() => library.nextWritableTape()).toThrow(code('OUT_OF_TAPES'));
  expect(() => library.nextWritableTape()).not.toThrow(/policy/);
});

test('periods are those of the clock on the wall', () => {
  const [evening, night] = [Date.parse('2026-11-29T22:30:00Z'), Date.parse('2026-11-29T23:30:00Z')];
  const at = (moment: number) =>
    (['day', 'week', 'month'] as const).map((every) => periodAt(every, moment, 'Europe/Berlin'));
  expect(at(evening)).toEqual(['2026-11-29', '2026-W48', '2026-11']);
  expect(at(night)).toEqual(['2026-11-30', '2026-W49', '2026-11']);
  // The hour that comes twice is of one day.
  expect(
    ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((moment) =>
      periodAt('day', Date.parse(moment), 'Europe/Berlin'),
    ),
  ).toEqual(['2026-10-25', '2026-10-25']);
});

import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { bytes, millis, objectId, setId, tapeId } from '../../../shared/units.ts';
import { BackEnd } from './back-end.ts';
import type { BackEndAnswer, ChunkToWrite, MountedTape, TapeSetEntry } from './back-end-protocol.ts';
import { createStaging, type SlotContent, Staging } from './staging.ts';

const set: TapeSetEntry = {
  id: setId('ab'.repeat(16)),
  object: { id: objectId('cd'.repeat(16)), name: 'documents' },
  level: 'full',
  parent: null,
  createdAt: millis(1),
  complete: false,
};

/** A tape in memory that takes `capacity` chunks. */
const tapeOf = (
  id: string,
  capacity: number,
  written: ChunkToWrite[],
  tails: string[][],
  flush: () => void,
  beforeTail: (tape: string) => void,
  warns: boolean,
): MountedTape => ({
  id,
  append: (chunk) => {
    if (capacity === 0) throw new ColdframeError('TAPE_FULL', { message: 'full', guidance: 'next tape' });
    capacity -= 1;
    written.push(chunk);
    const { set: of, sequence, kind } = chunk;
    return {
      place: {
        set: of,
        sequence,
        kind,
        tape: tapeId(id),
        tapeSequence: 0,
        block: 0,
        offset: 0,
        payloadBytes: bytes(1),
      },
      earlyWarning: capacity === 0 && warns,
      // The last chunks are those that another tape is to be brought for.
      roomBytes: capacity * 50_000_000,
    };
  },
  flush,
  finish: (full, sets) => {
    beforeTail(id);
    tails.push(sets.map(({ id: of, complete }) => `${of} ${complete}`));
    return { chunks: 1, payloadBytes: 1, usedBytes: 1, bytesToTail: 1, full };
  },
  abandon: () => undefined,
});

const start = (
  capacities: Record<string, number> = { CF0001: 100 },
  unusable: string | null = null,
  flush: () => void = () => undefined,
  beforeTail: (tape: string) => void = () => undefined,
  warns = false,
  keeps = false,
) => {
  const shared = createStaging(4);
  const staging = new Staging(shared);
  const written: ChunkToWrite[] = [];
  const answers: BackEndAnswer[] = [];
  const tails: string[][] = [];
  const open = (tape: string): MountedTape => {
    if (tape === unusable) throw new ColdframeError('TAPE_DAMAGED', { message: 'damaged', guidance: 'next tape' });
    return tapeOf(tape, capacities[tape] ?? 0, written, tails, flush, beforeTail, warns);
  };
  const backEnd = new BackEnd<null>({ staging: shared, drive: 0, keeps }, open, (answer) => answers.push(answer));
  const running = backEnd.run();
  const stop = async (): Promise<void> => {
    backEnd.request({ kind: 'stop' });
    await running;
  };
  return { staging, written, answers, tails, backEnd, stop };
};

const content: SlotContent = {
  job: 1,
  kind: 'data',
  sequence: 0,
  unitCount: 2,
  part: 0,
  lastPart: false,
  dataBytes: 10,
  indexBytes: 4,
  plainBytes: 20,
  pieces: 1,
  drive: null,
  streams: 1,
};

const publish = (staging: Staging, sequence = 0): void => {
  const slot = staging.tryAcquire(1);
  if (slot === null) throw new Error('staging is full');
  staging.memory(slot).fill(sequence + 1, 0, 14);
  staging.publish(slot, { ...content, sequence });
};

const states = (answers: readonly BackEndAnswer[]): string[] =>
  answers.flatMap((answer) => (answer.kind === 'state' ? [answer.state] : []));

const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; !condition() && tries < 500; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

describe('a back end', () => {
  test('keeps a chunk that is in staging before its job has joined', async () => {
    const { staging, written, answers, backEnd, stop } = start();
    publish(staging);
    await until(() => staging.gauge().draining === 1);
    backEnd.request({ kind: 'join', job: 1, set });
    await until(() => answers.some(({ kind }) => kind === 'tape-wanted'));
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    await until(() => written.length === 1);
    await stop();
    expect(written[0]?.payload.map((part) => part.length)).toEqual([4, 10]);
    expect(staging.gauge().free).toBe(4);
  });

  test('drops what comes late of a job that has left', async () => {
    const { staging, written, backEnd, stop } = start();
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'leave', job: 1 });
    publish(staging);
    await until(() => staging.gauge().free === 4);
    await stop();
    expect(written).toEqual([]);
  });

  test('writes a chunk that the full tape refused anew on the next one', async () => {
    const { staging, written, answers, backEnd, stop } = start({ CF0001: 1, CF0002: 5 });
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging, 0);
    publish(staging, 1);
    await until(() => answers.some((answer) => answer.kind === 'tape-wanted' && answer.full === 'CF0001'));
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await until(() => written.length === 2);
    await stop();
    expect(written.map(({ sequence }) => sequence)).toEqual([0, 1]);
    const places = answers.flatMap((answer) => (answer.kind === 'written' ? [answer.place.tape] : []));
    expect(places).toEqual(['CF0001', 'CF0002']);
  });

  test('asks for no tape behind one that the last chunk of all has filled', async () => {
    const { staging, written, answers, backEnd, stop } = start(
      { CF0001: 1, CF0002: 5 },
      null,
      undefined,
      undefined,
      true,
    );
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging, 0);
    await until(() => answers.some(({ kind }) => kind === 'ended'));
    backEnd.request({ kind: 'flush', id: 5 });
    await until(() => answers.some((answer) => answer.kind === 'durable' && answer.id === 5));
    expect(answers.some(({ kind }) => kind === 'tape-wanted')).toBe(false);
    publish(staging, 1);
    await until(() => answers.some((answer) => answer.kind === 'tape-wanted' && answer.full === 'CF0001'));
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await until(() => written.length === 2);
    await stop();
  });

  test('tells each state of its channel, over the end of a tape to the end of the session, and begins a new one', async () => {
    const { staging, written, answers, backEnd, stop } = start({ CF0001: 1, CF0002: 5 });
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging, 0);
    publish(staging, 1);
    await until(() => answers.some(({ kind }) => kind === 'tape-wanted'));
    expect(states(answers)).toEqual(['open', 'at-beginning', 'writing', 'at-end']);
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await until(() => written.length === 2);
    backEnd.request({ kind: 'unmount', id: 1 });
    expect(states(answers).slice(4)).toEqual(['writing', 'at-end', 'closed']);
    backEnd.request({ kind: 'join', job: 2, set });
    await stop();
    expect(states(answers).slice(7)).toEqual(['requested', 'open', 'closed']);
  });

  test('takes a tape that is put in beside another for the defect that it is', async () => {
    const { answers, backEnd, stop } = start({ CF0001: 5, CF0002: 5 });
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await stop();
    expect(answers.find(({ kind }) => kind === 'failed')).toMatchObject({ error: { code: 'INTERNAL' } });
  });

  test('whose tail fails fails as the tape does: the drive, the tape and the error are named, and it lives on', async () => {
    const { staging, answers, backEnd, stop } = start(
      { CF0001: 1 },
      null,
      () => undefined,
      (tape) => {
        throw new ColdframeError('IO', { message: `no tail on ${tape}`, guidance: 'look at the disk' });
      },
    );
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging, 0);
    publish(staging, 1);
    await until(() => answers.some(({ kind }) => kind === 'failed'));
    const context = { drive: 1, tape: 'CF0001' };
    expect(answers.at(-1)).toMatchObject({
      kind: 'failed',
      error: { code: 'IO', message: 'no tail on CF0001', context },
    });
    expect(states(answers).slice(-3)).toEqual(['at-end', 'error', 'closed']);
    backEnd.request({ kind: 'leave', job: 1 });
    await until(() => staging.gauge().free === 4);
    await stop();
  });

  test('names the sets of jobs that have left in the tail of the tape they were written to, as complete as they are', async () => {
    const { staging, written, answers, tails, backEnd, stop } = start();
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging);
    await until(() => written.length === 1);
    backEnd.request({ kind: 'join', job: 1, set: { ...set, complete: true } });
    backEnd.request({ kind: 'leave', job: 1 });
    backEnd.request({ kind: 'unmount', id: 1 });
    await until(() => answers.some(({ kind }) => kind === 'unmounted'));
    await stop();
    expect(tails).toEqual([[`${set.id} true`]]);
  });

  test('says that a tape could not be used, and goes on with the next one', async () => {
    const { staging, written, answers, backEnd, stop } = start({ CF0002: 5 }, 'CF0001');
    backEnd.request({ kind: 'join', job: 1, set });
    publish(staging);
    await until(() => answers.some(({ kind }) => kind === 'tape-wanted'));
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    await until(() => answers.some((answer) => answer.kind === 'refused' && answer.tape === 'CF0001'));
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await until(() => written.length === 1);
    await stop();
  });

  test('a tape that fails while it is flushed is lost for every job, and nothing on it is called durable', async () => {
    const { staging, written, answers, backEnd, stop } = start({ CF0001: 5 }, null, () => {
      throw new ColdframeError('IO', { message: 'flush failed', guidance: 'look at the disk' });
    });
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    publish(staging);
    await until(() => written.length === 1);
    backEnd.request({ kind: 'flush', id: 7 });
    await until(() => answers.some((answer) => answer.kind === 'failed' && answer.tape === 'CF0001'));
    await stop();
    expect(answers.some(({ kind }) => kind === 'durable')).toBe(false);
    expect(states(answers).slice(-3)).toEqual(['writing', 'error', 'closed']);
  });

  test('says once of a tape that another one can be brought, when little is left of it', async () => {
    const { staging, answers, backEnd, stop } = start({ CF0001: 5, CF0002: 9 });
    const announced = () => answers.flatMap((answer) => (answer.kind === 'near-end' ? [answer.tape] : []));
    const wanted = () => answers.filter(({ kind }) => kind === 'tape-wanted').length;
    const written = () => answers.filter(({ kind }) => kind === 'written').length;
    backEnd.request({ kind: 'join', job: 1, set });
    backEnd.request({ kind: 'mount', tape: 'CF0001', access: null });
    for (let sequence = 0; sequence < 6; sequence += 1) {
      publish(staging, sequence);
      await until(() => written() === sequence + 1 || wanted() > 0);
      expect(announced()).toEqual(sequence < 3 ? [] : ['CF0001']);
    }
    backEnd.request({ kind: 'mount', tape: 'CF0002', access: null });
    await until(() => written() === 6);
    expect(announced()).toEqual(['CF0001']);
    await stop();
  });

  test('passes its chunk on when there is no tape for it', async () => {
    const { staging, answers, backEnd, stop } = start();
    backEnd.request({ kind: 'join', job: 1, set });
    publish(staging);
    await until(() => answers.some(({ kind }) => kind === 'tape-wanted'));
    backEnd.request({ kind: 'yield', to: 1 });
    await until(() => staging.gauge().ready === 1);
    expect(staging.tryTake(1)?.content.sequence).toBe(0);
    await stop();
  });
});

import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BackEndAnswer, BackEndRequest, MountedTapeSummary } from '../../engine/mover/back-end-protocol.ts';
import { ChunkLedger } from './chunk-ledger.ts';
import { DrivePool } from './drive-pool.ts';
import type { TapeSource } from './drives.ts';

test('a drive that asks for a tape again while one is on its way, since a job joined, is given that one alone', () => {
  const drives: ((answer: BackEndAnswer) => void)[] = [];
  const mounted: string[] = [];
  const given: string[] = [];
  const source: TapeSource<null> = {
    next: () => {
      const tape = `CF000${given.length + 1}`;
      given.push(tape);
      return { tape, access: null, bytesCapacity: 1, bytesUsed: 0 };
    },
    refused: () => undefined,
    ended: () => undefined,
    mayWrite: () => true,
    canGoOn: false,
    troubled: () => null,
    isOfDrive: () => false,
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
    moved: () => null,
    bring: () => null,
  };
  const send = (request: BackEndRequest<null>) => {
    if (request.kind === 'mount') mounted.push(request.tape);
  };
  const pool = new DrivePool<null>(1, source, (_, hear) => {
    drives.push(hear);
    return { send, close: async () => undefined };
  });
  const failures: string[] = [];
  const job = (number: number) => ({
    number,
    set: { id: `${number}`, object: { name: 'documents' } } as never,
    streams: 1,
    written: () => undefined,
    durable: () => undefined,
    lost: () => undefined,
    failed: ({ message }: Error) => void failures.push(message),
  });
  pool.join(job(1));
  const [hear] = drives;
  hear?.({ kind: 'tape-wanted', full: null });
  pool.join(job(2));
  hear?.({ kind: 'tape-wanted', full: null });
  expect([given, mounted]).toEqual([['CF0001'], ['CF0001']]);

  hear?.({ kind: 'ended', tape: 'CF0001', summary: {} as MountedTapeSummary });
  hear?.({ kind: 'tape-wanted', full: 'CF0001' });
  expect(mounted).toEqual(['CF0001', 'CF0002']);
  expect(failures).toEqual([]);
});

test('what was written and not flushed when its drive failed is never called durable, whatever is flushed later', async () => {
  const recorded: number[] = [];
  const ledger = new ChunkLedger(
    async (chunks) => void recorded.push(...chunks.map(({ place }) => place.sequence)),
    () => undefined,
  );
  const drives: ((answer: BackEndAnswer) => void)[] = [];
  const troubles: string[] = [];
  const source: TapeSource<null> = {
    next: () => ({ tape: 'CF0001', access: null, bytesCapacity: 1, bytesUsed: 0 }),
    refused: () => undefined,
    ended: () => undefined,
    mayWrite: () => true,
    canGoOn: false,
    troubled: (drive, { code }) => {
      troubles.push(`${drive} ${code}`);
      return null;
    },
    isOfDrive: () => false,
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
    moved: () => null,
    bring: () => null,
  };
  const pool = new DrivePool<null>(1, source, (_, hear) => {
    drives.push(hear);
    return { send: () => undefined, close: async () => undefined };
  });
  const set = { id: '1', object: { name: 'documents' } } as never;
  const failed: string[] = [];
  pool.join({
    number: 1,
    set,
    streams: 1,
    written: (place, index) => ledger.written(place, index),
    durable: (tape) => ledger.durable(tape),
    lost: (tape) => ledger.lost(tape),
    failed: ({ code }) => void failed.push(code),
  });
  const [hear] = drives;
  const chunk = (sequence: number): BackEndAnswer => ({
    kind: 'written',
    job: 1,
    place: { set: '1', sequence, kind: 'data', tape: 'CF0001', offset: sequence, payloadBytes: 1 } as never,
    plainBytes: 1,
    index: new Uint8Array(),
  });
  const flushed: BackEndAnswer = { kind: 'durable', id: null, tape: 'CF0001' };
  hear?.({ kind: 'tape-wanted', full: null });
  hear?.(chunk(0));
  hear?.(flushed);
  hear?.(chunk(1));
  const error = new ColdframeError('IO', { message: 'no flush', guidance: 'none' }).toData();
  hear?.({ kind: 'failed', tape: 'CF0001', error });
  hear?.({ kind: 'tape-wanted', full: null });
  hear?.(flushed);
  await ledger.settled();
  expect([recorded, failed, troubles]).toEqual([[0], ['IO'], ['0 IO']]);
});

test('a drive that cannot be used is not asked again while another one is left, which has what was lost with it, and no job fails', async () => {
  const sent: string[] = [];
  const drives = new Map<number, (answer: BackEndAnswer) => void>();
  const source: TapeSource<null> = {
    next: (drive) => ({ tape: `CF000${drive + 1}`, access: null, bytesCapacity: 1, bytesUsed: 0 }),
    refused: (tape, error) => {
      throw new Error(`${tape} was refused: ${error.message}`);
    },
    ended: () => undefined,
    mayWrite: () => true,
    canGoOn: true,
    troubled: (_, { code }) => (code === 'DRIVE_RESET' ? 'drive' : null),
    isOfDrive: (_, { code }) => code === 'DEVICE_FAILED',
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
    moved: () => null,
    bring: () => null,
  };
  const pool = new DrivePool<null>(3, source, ({ drive }, hear) => {
    drives.set(drive, hear);
    const send = ({ kind }: BackEndRequest<null>): void => {
      sent.push(`${drive} ${kind}`);
      if (kind === 'go-on') hear({ kind: 'handed-back' });
    };
    return { send, close: async () => undefined };
  });
  const failures: string[] = [];
  const job = (number: number, streams: number) => ({
    number,
    set: { id: `${number}`, object: { name: 'documents' } } as never,
    streams,
    written: () => undefined,
    durable: () => undefined,
    lost: () => undefined,
    failed: ({ code }: ColdframeError) => void failures.push(code),
  });
  const error = (code: 'DEVICE_FAILED' | 'DRIVE_RESET' | 'IO') =>
    new ColdframeError(code, { message: code, guidance: '' }).toData();
  pool.join(job(1, 1));
  drives.get(0)?.({ kind: 'tape-wanted', full: null });
  drives.get(0)?.({ kind: 'refused', tape: 'CF0001', error: error('DEVICE_FAILED') });
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual(['0 join', '0 mount', '0 yield', '0 go-on', '1 join', '0 stop']);
  expect([failures, pool.setbacks.map(({ drive, tape }) => [drive, tape])]).toEqual([[], [[1, 'CF0001']]]);
  pool.join(job(2, 2));
  pool.need(job(2, 2), 9);
  expect([...drives.keys()]).toEqual([0, 1]);
  // What was written may be lost, and is written anew elsewhere.
  drives.get(1)?.({ kind: 'tape-wanted', full: null });
  drives.get(1)?.({ kind: 'failed', tape: 'CF0002', error: error('DRIVE_RESET') });
  expect([failures, pool.setbacks.length, pool.mountedDrive()]).toEqual([[], 2, 2]);
  // Nothing is written where another job reads.
  const unreserve = pool.reserve(3);
  expect(pool.mountedDrive()).toBe(0);
  unreserve();
  // The last one is all there is.
  drives.get(2)?.({ kind: 'tape-wanted', full: null });
  drives.get(2)?.({ kind: 'failed', tape: 'CF0003', error: error('DRIVE_RESET') });
  expect([failures, pool.setbacks.length, pool.mountedDrive()]).toEqual([['DRIVE_RESET', 'DRIVE_RESET'], 2, 2]);
});

describe('the next tape', () => {
  /** Two jobs on one drive of three, whose tapes a robot brings when it is told to. */
  const scene = (streams = 1) => {
    const told: string[] = [];
    const brought: PromiseWithResolvers<void>[] = [];
    const drives = new Map<number, (answer: BackEndAnswer) => void>();
    const state = { kept: true, tapes: 0 };
    const source: TapeSource<null> = {
      next: (drive) => {
        state.tapes += 1;
        told.push(`next in ${drive}`);
        return { tape: `CF000${state.tapes}`, access: null, bytesCapacity: 1, bytesUsed: 0 };
      },
      bring: (drive) => {
        const settling = Promise.withResolvers<void>();
        brought.push(settling);
        const tape = `CF000${state.tapes + 1}`;
        told.push(`bring ${tape} to ${drive}`);
        return {
          tape,
          settled: settling.promise,
          get kept() {
            return state.kept;
          },
          letGo: () => void told.push(`let go of ${tape}`),
        };
      },
      refused: () => undefined,
      ended: () => undefined,
      mayWrite: () => true,
      canGoOn: true,
      troubled: () => null,
      isOfDrive: () => false,
      released: (drive, tape) => void told.push(`${tape} out of ${drive}`),
      complete: () => undefined,
      idle: () => undefined,
      moved: () => null,
    };
    const pool = new DrivePool<null>(3, source, ({ drive }, hear) => {
      drives.set(drive, hear);
      const send = (request: BackEndRequest<null>): void => {
        if (request.kind === 'flush') hear({ kind: 'durable', id: request.id, tape: null });
        if (request.kind === 'unmount') hear({ kind: 'unmounted', id: request.id });
      };
      return { send, close: async () => undefined };
    });
    const job = {
      number: 1,
      set: { id: '1', object: { name: 'documents' } } as never,
      streams,
      written: () => undefined,
      durable: () => undefined,
      lost: () => undefined,
      failed: ({ message }: Error) => void told.push(message),
    };
    pool.lanes.onNews(({ code, context }) => {
      if (code === 'BROUGHT_AHEAD' || code === 'SPANNED') told.push(`${code} ${Object.values(context).join(' ')}`);
    });
    pool.join(job);
    drives.get(0)?.({ kind: 'tape-wanted', full: null });
    told.length = 0;
    const full = (tape: string): void => {
      drives.get(0)?.({ kind: 'ended', tape, summary: {} as MountedTapeSummary });
      drives.get(0)?.({ kind: 'tape-wanted', full: tape });
    };
    return { pool, job, told, brought, drives, state, full };
  };
  const soon = async () => await new Promise((resolve) => setImmediate(resolve));

  test('is brought to a drive that no job wants when one is full soon, and the set goes on there', async () => {
    const { pool, told, brought, drives, full } = scene();
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    brought[0]?.resolve();
    await soon();
    expect(pool.lanes.lanes.map(({ drive, ahead }) => [drive, ahead])).toEqual([
      [1, null],
      [2, 'CF0002'],
    ]);
    full('CF0001');
    expect(pool.channels()).toMatchObject([{ channel: 0, drive: 2, tape: 'CF0002' }]);
    // And back again.
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0002' });
    brought[1]?.resolve();
    await soon();
    full('CF0002');
    expect(told).toEqual([
      'bring CF0002 to 1',
      'BROUGHT_AHEAD 2 CF0002',
      'CF0001 out of 0',
      'next in 1',
      'SPANNED 2 CF0001 CF0002',
      'bring CF0003 to 0',
      'BROUGHT_AHEAD 1 CF0003',
      'CF0002 out of 1',
      'next in 0',
      'SPANNED 1 CF0002 CF0003',
    ]);
    expect(pool.lanes.lanes.map(({ ahead }) => ahead)).toEqual([null, null]);
  });

  test('is waited for while it is on its way, and mounted as ever where somebody else took it or its drive', async () => {
    const { told, brought, drives, state, full } = scene();
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    full('CF0001');
    // A job that joins has it asked for again.
    drives.get(0)?.({ kind: 'tape-wanted', full: 'CF0001' });
    expect(told).toEqual(['bring CF0002 to 1', 'CF0001 out of 0']);
    state.kept = false;
    brought[0]?.resolve();
    await soon();
    expect(told.slice(2)).toEqual(['next in 0']);
  });

  test('goes to the thread that begins with its drive, which then needs no other', async () => {
    const { pool, job, told, brought, drives } = scene();
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    brought[0]?.resolve();
    await soon();
    pool.join({ ...job, number: 2, streams: 2 });
    pool.need({ ...job, number: 2, streams: 2 }, 9);
    drives.get(1)?.({ kind: 'tape-wanted', full: null });
    expect(told.slice(2)).toEqual(['next in 1']);
    expect(pool.channels().map(({ drive, tape }) => [drive, tape])).toEqual([
      [1, 'CF0001'],
      [2, 'CF0002'],
    ]);
  });

  test('is brought to the drive of a stream that has nothing to write, which gets it where it begins after all', async () => {
    const { pool, job, told, brought, drives } = scene(3);
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    brought[0]?.resolve();
    await soon();
    expect(told).toEqual(['bring CF0002 to 1', 'BROUGHT_AHEAD 2 CF0002']);
    pool.need(job, 2);
    drives.get(1)?.({ kind: 'tape-wanted', full: null });
    expect(pool.channels().map(({ drive, tape }) => [drive, tape])).toEqual([
      [1, 'CF0001'],
      [2, 'CF0002'],
    ]);
  });

  test('is not brought where all drives are wanted, or what is read is put together, and goes back when the last job has left', async () => {
    const all = scene(3);
    all.pool.need(all.job, 9);
    for (const drive of [1, 2]) all.drives.get(drive)?.({ kind: 'tape-wanted', full: null });
    all.told.length = 0;
    all.drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    expect(all.told).toEqual([]);
    const beside = scene();
    beside.pool.join({ ...beside.job, number: 2, consolidates: true });
    beside.drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    expect(beside.told).toEqual([]);
    const { pool, job, told, brought, drives } = scene();
    drives.get(0)?.({ kind: 'near-end', tape: 'CF0001' });
    await pool.leave(job);
    expect(told).toEqual(['bring CF0002 to 1', 'CF0001 out of 0']);
    const closed = pool.close();
    brought[0]?.resolve();
    await closed;
    expect(told.at(-1)).toBe('let go of CF0002');
  });
});

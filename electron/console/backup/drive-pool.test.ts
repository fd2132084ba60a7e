import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BackEndAnswer, BackEndRequest, MountedTapeSummary } from '../../engine/mover/back-end-protocol.ts';
import { ChunkLedger } from './chunk-ledger.ts';
import { DrivePool, type TapeSource } from './drive-pool.ts';

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
    troubled: () => null,
    isOfDrive: () => false,
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
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
    troubled: (drive, { code }) => {
      troubles.push(`${drive} ${code}`);
      return null;
    },
    isOfDrive: () => false,
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
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

test('a drive that cannot be used is not asked again while another one is left, and no job fails of what was not written', () => {
  const sent: string[] = [];
  const drives = new Map<number, (answer: BackEndAnswer) => void>();
  const source: TapeSource<null> = {
    next: (drive) => ({ tape: `CF000${drive + 1}`, access: null, bytesCapacity: 1, bytesUsed: 0 }),
    refused: (tape, error) => {
      throw new Error(`${tape} was refused: ${error.message}`);
    },
    ended: () => undefined,
    mayWrite: () => true,
    troubled: (_, { code }) => (code === 'DRIVE_RESET' ? 'drive' : null),
    isOfDrive: (_, { code }) => code === 'DEVICE_FAILED',
    released: () => undefined,
    complete: () => undefined,
    idle: () => undefined,
  };
  const pool = new DrivePool<null>(3, source, ({ drive }, hear) => {
    drives.set(drive, hear);
    return { send: ({ kind }) => void sent.push(`${drive} ${kind}`), close: async () => undefined };
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
  expect(sent).toEqual(['0 join', '0 mount', '0 yield', '0 stop', '1 join']);
  expect([failures, pool.setbacks.map(({ drive, tape }) => [drive, tape])]).toEqual([[], [[1, 'CF0001']]]);
  pool.join(job(2, 2));
  pool.need(job(2, 2), 9);
  expect([...drives.keys()]).toEqual([0, 1]);
  // What was written may be lost: the jobs hear of it, and are gone on with elsewhere.
  drives.get(1)?.({ kind: 'tape-wanted', full: null });
  drives.get(1)?.({ kind: 'failed', tape: 'CF0002', error: error('DRIVE_RESET') });
  expect([failures, pool.setbacks.length, pool.mountedDrive()]).toEqual([['DRIVE_RESET', 'DRIVE_RESET'], 2, 2]);
  // The last one is all there is.
  drives.get(2)?.({ kind: 'tape-wanted', full: null });
  drives.get(2)?.({ kind: 'failed', tape: 'CF0003', error: error('DRIVE_RESET') });
  expect([pool.setbacks.length, pool.mountedDrive()]).toEqual([2, 2]);
});

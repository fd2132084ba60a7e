import { expect, test } from 'vitest';
import type { BackEndAnswer, BackEndRequest, MountedTapeSummary } from '../../engine/mover/back-end-protocol.ts';
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
    released: () => undefined,
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

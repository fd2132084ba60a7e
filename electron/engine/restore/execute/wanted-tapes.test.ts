import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../../shared/errors.ts';
import { WantedTapes } from './wanted-tapes.ts';

const failure = (code: 'DEVICE_FAILED' | 'TAPE_DAMAGED' | 'INTERNAL') =>
  new ColdframeError(code, { message: code, guidance: 'none' });

/** Two tapes of three rows each, read in drives of which `step` says what happens at each mount and read, counted from 0. */
const scene = (drives: number, step: (count: number, drive: number, tape: string) => ColdframeError | null) => {
  const read: string[] = [];
  const told: string[] = [];
  let count = 0;
  const happen = (drive: number, tape: string): void => {
    const error = step(count, drive, tape);
    count += 1;
    if (error) throw error;
  };
  const channel = {
    drive: null as number | null,
    tape: '',
    mount: async (tape: string, _: AbortSignal, failed: ReadonlySet<number> = new Set()) => {
      const numbers = Array.from({ length: drives }, (__, at) => at + 1);
      channel.drive = numbers.find((number) => !failed.has(number)) ?? 1;
      channel.tape = tape;
      happen(channel.drive, tape);
      return channel.drive;
    },
    read: async () => {
      throw new Error('rows are read by the reading');
    },
    unmount: async () => {
      channel.drive = null;
    },
    abandon: async () => {
      channel.drive = null;
    },
  };
  const restoreDrives = {
    count: drives,
    mount: async () => {
      throw new Error('channels mount');
    },
    failedDrive: ({ code }: ColdframeError, used: number) => (code === 'DEVICE_FAILED' ? used : null),
  };
  const wanted = new WantedTapes<number>(restoreDrives, new AbortController().signal, {
    rowsOn: () => [1, 2, 3],
    mounted: () => undefined,
    read: async (_, row) => {
      happen(channel.drive ?? 0, channel.tape);
      read.push(`${channel.tape} ${row} in ${channel.drive}`);
    },
    unusable: async (tape, { code }, rows) => void told.push(`${tape} ${code} ${[...rows].join('')}`),
    unread: async (tape, { code }, rows) => void told.push(`${tape} unread ${code} ${[...rows].join('')}`),
    readThrough: (tape) => void told.push(`${tape} through`),
    demandGoingOn: () => undefined,
  });
  wanted.add(['A', 'B']);
  return { wanted, channel, read, told };
};

describe('tapes that are wanted', () => {
  test('are read through, each row once, wherever one of two drives fails, also while a tape is mounted', async () => {
    for (let at = 0; at < 8; at += 1) {
      const { wanted, channel, read, told } = scene(2, (count) => (count === at ? failure('DEVICE_FAILED') : null));
      await wanted.readOn(channel);
      expect([at, read.map((row) => row.slice(0, 3)).sort()]).toEqual([at, ['A 1', 'A 2', 'A 3', 'B 1', 'B 2', 'B 3']]);
      expect(told).toEqual(['A through', 'B through']);
      expect(wanted.failed.failures).toMatchObject([{ drive: 1, tape: at < 4 ? 'A' : 'B', readIn: 2 }]);
    }
  });

  test('of which one fails in two drives are read but for the rest of that one, which is told as unread', async () => {
    const { wanted, channel, told } = scene(3, (count, _, tape) =>
      tape === 'A' && count > 1 ? failure('DEVICE_FAILED') : null,
    );
    await wanted.readOn(channel);
    expect(told).toEqual(['A unread DEVICE_FAILED 23', 'B through']);
    expect(wanted.failed.failures.map(({ drive, readIn }) => [drive, readIn])).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  test('are no more mounted once all drives failed in a row, and what ends all is thrown', async () => {
    const { wanted, channel, told, read } = scene(1, () => failure('DEVICE_FAILED'));
    wanted.add(['C', 'D']);
    await wanted.readOn(channel);
    expect([told, read, wanted.failed.failure?.code]).toEqual([
      [
        'A unread DEVICE_FAILED 123',
        'B unread DEVICE_FAILED 123',
        'C unread DEVICE_FAILED 123',
        'D unread DEVICE_FAILED 123',
      ],
      [],
      'DEVICE_FAILED',
    ]);
    const ended = scene(2, (count) => (count === 2 ? failure('INTERNAL') : null));
    await expect(ended.wanted.readOn(ended.channel)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('that cannot be read are none of which a drive failed', async () => {
    const { wanted, channel, told } = scene(2, (count) => (count === 0 ? failure('TAPE_DAMAGED') : null));
    await wanted.readOn(channel);
    expect([told, wanted.failed.failures]).toEqual([['A TAPE_DAMAGED 123', 'B through'], []]);
  });
});

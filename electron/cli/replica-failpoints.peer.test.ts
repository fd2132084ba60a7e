import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILPOINTS } from '../platform/failpoints.ts';
import { everySecond } from '../platform/testing/every-second.ts';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { Workplace } from './testing/workplace.ts';

/** Those that come before an update counts; behind them the replica is in the state that it was to get. */
const UNCOMMITTED = ['replica:after-copy', 'replica:after-journal'];
const PLACES = FAILPOINTS.filter((name) => name.startsWith('replica:'));
const SEGMENT = 65_536;

// No program but this one takes part; what is written past it while no console runs counts as a change like any other.
describeWithPeers('an update of a replica, killed', [], () => {
  let place: Workplace;
  let disk: string;
  /** What the volume held when the replica was last like it. */
  let before: Buffer;
  let written = 0;
  const file = () => place.at('spare.img');
  /** Any command on volumes takes up what was left; this one also ends the use of the volume cleanly. */
  const takeUp = async (): Promise<unknown> => await place.done('volume.maps', ['volume', 'maps', 'disk']);
  /** Writes to some segments, and gives what the volume holds then. */
  const change = (): Buffer => {
    written += 1;
    const fd = openSync(disk, 'r+');
    for (const segment of [0, 3, 40]) writeSync(fd, Buffer.alloc(SEGMENT, written), 0, SEGMENT, segment * SEGMENT);
    writeSync(fd, Buffer.alloc(SEGMENT, written % 2), 0, SEGMENT, 7 * SEGMENT);
    closeSync(fd);
    return readFileSync(disk);
  };
  const killed = async (failpoint: string, ...args: string[]): Promise<void> => {
    const ended = await place.run(['replica', ...args], { env: { COLDFRAME_FAILPOINT: failpoint } });
    expect(ended).toMatchObject({ signal: 'SIGKILL' });
  };

  beforeAll(async () => {
    place = new Workplace();
    const { volume } = await place.done('volume.create', ['volume', 'create', 'disk', '--size', '4MiB']);
    disk = volume.path;
    before = change();
  });

  afterAll(() => place.remove());

  test('a first copy shows nothing, and the next update goes on with it', async () => {
    await killed('replica:after-copy:2', 'create', 'spare', '--of', 'disk', '--file', file());
    expect(existsSync(file())).toBe(false);
    const { update } = await place.done('replica.update', ['replica', 'update', 'spare']);
    expect(update.whole).toBe('first');
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  test.each(everySecond(PLACES))(
    'at %s, the replica is in one of both states, and its file shows it or is not there',
    async (failpoint) => {
      const now = change();
      await killed(failpoint, 'update', 'spare');
      if (existsSync(file())) {
        const shown = readFileSync(file());
        expect([before, now].some((state) => state.equals(shown))).toBe(true);
      }
      await takeUp();
      before = UNCOMMITTED.includes(failpoint) ? before : now;
      expect(readFileSync(file()).equals(before)).toBe(true);
    },
  );

  test('the next update is as good as any', async () => {
    const now = change();
    const { replica, warnings } = await place.done('replica.update', ['replica', 'update', 'spare']);
    expect([replica.state, warnings]).toEqual(['current', []]);
    expect(readFileSync(file()).equals(now)).toBe(true);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../platform/failpoints.ts';
import { HOSTILE_TREE_PEERS } from '../../platform/testing/hostile-tree.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { FailpointScene, type KilledCommand } from './failpoint-scene.ts';
import { REACHED } from './reached.ts';

/** How many deaths in a row a command has to survive; what was made for good before the first is not made again. */
const DEATHS: Readonly<Record<KilledCommand, number>> = {
  create: 1,
  add: 1,
  backup: 2,
  restore: 2,
  rebuild: 2,
  open: 2,
};

/**
 * Kills a command at each of its failpoints, one after the other on what the death before has left; looks after each
 * whether something is lost, and after the last whether the command then simply works.
 */
export function describeFailpoints(command: KilledCommand, stations: RegExp = /./): void {
  const deaths = FAILPOINTS.filter((name) => stations.test(name)).flatMap((name) => passages(name, command));
  const inRow = DEATHS[command];
  const rows = Array.from({ length: Math.ceil(deaths.length / inRow) }, (_, at) =>
    deaths.slice(at * inRow, (at + 1) * inRow),
  );
  const cases = rows.map((row): [string, Death[]] => [
    row.map(({ failpoint, hit }) => `${failpoint} (passage ${hit})`).join(', then '),
    row,
  ]);
  describeWithPeers(`${command}, killed`, HOSTILE_TREE_PEERS, () => {
    const scene = new FailpointScene();
    beforeAll(() => scene.prepare());
    afterAll(() => scene.place.remove());

    test.each(cases)('at %s, loses nothing and needs no repair', async (_, row) => {
      scene.reset();
      for (const { failpoint, hit } of row) {
        const killed = await scene.kill(command, failpoint, hit);
        expect(killed).toMatchObject({ signal: 'SIGKILL' });
        await scene.nothingIsLost(command, killed);
      }
      await scene.worksAgain(command);
    });
  });
}

interface Death {
  readonly failpoint: Failpoint;
  readonly hit: number;
}

function passages(failpoint: Failpoint, command: KilledCommand): Death[] {
  return Array.from({ length: REACHED[failpoint][command] ?? 0 }, (_, at) => ({ failpoint, hit: at + 1 }));
}

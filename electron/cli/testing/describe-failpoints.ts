import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../platform/failpoints.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { HOSTILE_TREE_PEERS } from '../../platform/testing/hostile-tree.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { FailpointScene, type KilledCommand, LONG_BACKUP, SHORT_BACKUP } from './failpoint-scene.ts';
import { REACHED } from './reached.ts';

/** How many deaths in a row a command has to survive; what was made for good before the first is not made again. */
const DEATHS: Readonly<Record<KilledCommand, number>> = {
  create: 1,
  add: 1,
  backup: 9,
  restore: 10,
  rebuild: 10,
  open: 9,
};

/**
 * Kills commands at each of their failpoints, one after the other on what the death before has left; looks after each
 * whether something is lost, and after the last of a row whether the command then simply works.
 */
export function describeFailpoints(commands: readonly KilledCommand[], stations: RegExp = /./): void {
  describeWithPeers('a command that is killed', HOSTILE_TREE_PEERS, () => {
    const scene = new FailpointScene(commands.includes('backup') ? LONG_BACKUP : SHORT_BACKUP);
    beforeAll(() => scene.prepare());
    afterAll(() => scene.place.remove());

    describe.each([...commands])('%s', (command) => {
      test.each(casesOf(command, stations))('at %s, loses nothing and needs no repair', async (_, row) => {
        scene.reset();
        for (const { failpoint, hit } of row) {
          // What a death left durable is not copied again: a run that has less to write might pass its stations only once.
          if (hit > 1 && failpoint.startsWith('tape:')) scene.changeContent();
          const killed = await scene.kill(command, failpoint, hit);
          expect(killed).toMatchObject({ signal: 'SIGKILL' });
          await scene.nothingIsLost(command, killed);
        }
        await scene.worksAgain(command);
      });
    });
  });
}

interface Death {
  readonly failpoint: Failpoint;
  readonly hit: number;
}

function casesOf(command: KilledCommand, stations: RegExp): [title: string, row: Death[]][] {
  const all = FAILPOINTS.filter((name) => stations.test(name)).flatMap((name) => passages(name, command));
  const deaths = everySecond(all);
  const inRow = DEATHS[command];
  return Array.from({ length: Math.ceil(deaths.length / inRow) }, (_, at) => {
    const row = deaths.slice(at * inRow, (at + 1) * inRow);
    return [row.map(({ failpoint, hit }) => `${failpoint} (passage ${hit})`).join(', then '), row];
  });
}

/**
 * Each station once, at the last passage that is known of: most is durable by then; and only behind what is done there, where both sides are
 * stations, since before it there is what the station before it left. Of stations that a backup passes too, which is
 * killed at each of them, other commands try one of the two sides of what is done to the catalog. A run takes every second of
 * these. With COLDFRAME_THOROUGH=1 all at every passage.
 */
function passages(failpoint: Failpoint, command: KilledCommand): Death[] {
  const reach = REACHED[failpoint][command] ?? 0;
  const hits = Array.from({ length: reach }, (_, at) => ({ failpoint, hit: at + 1 }));
  if (process.env.COLDFRAME_THOROUGH === '1') return hits;
  const behind = failpoint.replace(':before-', ':after-') as Failpoint;
  if (command === 'backup' && behind !== failpoint && (REACHED[behind]?.backup ?? 0) > 0) return [];
  const isElsewhere = command !== 'backup' && (REACHED[failpoint].backup ?? 0) > 0;
  const isTried = (command === 'create' || failpoint.startsWith('catalog:')) && failpoint.includes(SIDES[command]);
  return isElsewhere && !isTried ? [] : hits.slice(-1);
}

/** Which side of a station that others pass as well: those that write the same things next to each other take different ones. */
const SIDES: Readonly<Record<KilledCommand, ':before-' | ':after-'>> = {
  create: ':after-',
  add: ':before-',
  backup: ':before-',
  restore: ':before-',
  rebuild: ':after-',
  open: ':before-',
};

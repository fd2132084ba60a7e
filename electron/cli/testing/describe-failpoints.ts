import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../platform/failpoints.ts';
import { HOSTILE_TREE_PEERS } from '../../platform/testing/hostile-tree.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { FailpointScene, type KilledCommand } from './failpoint-scene.ts';
import { REACHED } from './reached.ts';

/** Kills a command at each of its failpoints, and looks at what is left each time. */
export function describeFailpoints(command: KilledCommand, stations: RegExp = /./): void {
  const cases = FAILPOINTS.filter((name) => stations.test(name)).flatMap((name) => passages(name, command));
  describeWithPeers(`${command}, killed`, HOSTILE_TREE_PEERS, () => {
    const scene = new FailpointScene();
    beforeAll(() => scene.prepare());
    afterAll(() => scene.place.remove());

    test.each(cases)('at %s, passage %i, loses nothing and needs no repair', async (name, hit) => {
      scene.reset();
      const killed = await scene.kill(command, name, hit);
      expect(killed).toMatchObject({ signal: 'SIGKILL' });
      await scene.check(command, killed);
    });
  });
}

function passages(name: Failpoint, command: KilledCommand): [name: Failpoint, hit: number][] {
  return Array.from({ length: REACHED[name][command] ?? 0 }, (_, at) => [name, at + 1]);
}

import { afterAll, beforeAll, describe } from 'vitest';
import { canMountLoopFileSystems } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { canInjectFaults } from '../../platform/testing/system-call-fault.ts';
import { FaultScene } from './fault-scene.ts';

/** Describes what commands do when disks fail or are full; only root can make them so. */
export function describeFaults(title: string, body: (scene: () => FaultScene) => void): void {
  if (!canMountLoopFileSystems()) {
    describe.skip(`${title} (needs root on Linux)`, () => body(() => new FaultScene()));
    return;
  }
  describeWithPeers(title, ['strace', 'mount'], () => {
    describe.skipIf(!canInjectFaults())('while they are traced', () => {
      let scene: FaultScene;
      beforeAll(async () => {
        scene = new FaultScene();
        await scene.prepare();
      });
      afterAll(() => scene?.remove());
      body(() => scene);
    });
  });
}

/** Of two ways in which the same call fails, the first; both with COLDFRAME_THOROUGH=1. */
export const waysOf = <T>(...both: readonly [T, T]): readonly T[] =>
  process.env.COLDFRAME_THOROUGH === '1' ? both : both.slice(0, 1);

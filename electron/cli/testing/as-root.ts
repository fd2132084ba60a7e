import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  buildHostileTree,
  compareTrees,
  HOSTILE_TREE_PEERS,
  type HostileTreeOptions,
  removeHostileTree,
} from '../../platform/testing/hostile-tree.ts';
import {
  canMountLoopFileSystems,
  type LoopFileSystem,
  withLoopFileSystem,
} from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { Workplace } from './workplace.ts';

/** Describes tests on hostile trees: root on Linux makes them, with the peers that build and compare them. */
export function describeAsRoot(title: string, peers: readonly string[], body: () => void): void {
  if (canMountLoopFileSystems()) describeWithPeers(title, [...HOSTILE_TREE_PEERS, ...peers], body);
  else describe.skip(`${title} (needs root on Linux)`, body);
}

/** Mounts a file system of its own for the tests of a suite; the mount point is known when the first test runs. */
export function mountForSuite(kind: LoopFileSystem, bytes: number): { readonly mountPoint: () => string } {
  let mountPoint = '';
  let unmount = (): void => undefined;
  let unmounted: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    const mounted = Promise.withResolvers<void>();
    unmounted = withLoopFileSystem(kind, bytes, (place) => {
      mountPoint = place;
      mounted.resolve();
      return new Promise<void>((done) => {
        unmount = done;
      });
    });
    await Promise.race([mounted.promise, unmounted]);
  });
  afterAll(async () => {
    unmount();
    await unmounted;
  });
  return { mountPoint: () => mountPoint };
}

/** A workplace for the tests of a suite. With `beside` a console holds its home meanwhile, and commands attach to it. */
export function workplaceForSuite({ beside = false } = {}): { readonly current: Workplace } {
  const held: { current: Workplace } = { current: undefined as unknown as Workplace };
  let close = async (): Promise<void> => undefined;
  beforeAll(async () => {
    held.current = new Workplace();
    if (beside) ({ close } = await held.current.startConsole());
  });
  afterAll(async () => {
    await close();
    held.current?.remove();
  });
  return held;
}

/** A workplace whose folder `source` holds a small hostile tree: enough of everything for a few seconds of work. */
export function hostileWorkplaceForSuite(
  options: HostileTreeOptions = {},
  workplace: Parameters<typeof workplaceForSuite>[0] = {},
): {
  readonly current: Workplace;
  readonly tree: () => string;
} {
  const held = workplaceForSuite(workplace);
  const tree = (): string => held.current.at('source');
  beforeAll(async () => {
    await buildHostileTree(tree(), { ...SMALL, ...options });
  });
  afterAll(() => removeHostileTree(tree()));
  return {
    get current() {
      return held.current;
    },
    tree,
  };
}

let restores = 0;

/**
 * Expects that a restore brings `tree` back exactly, or as `expected` is now. `restore` is given a place of its own, and puts
 * the tree at that place and its own path. That rsync judges the same is seen by the round trips.
 */
export async function expectRestored(
  place: Pick<Workplace, 'newFolder'>,
  tree: string,
  restore: (out: string) => Promise<unknown>,
  expected = tree,
  { rsync = false } = {},
): Promise<void> {
  restores += 1;
  const out = place.newFolder(`restored-${restores}`);
  try {
    await restore(out);
    expect(await compareTrees(expected, join(out, tree), { rsync })).toEqual([]);
  } finally {
    if (existsSync(out)) await removeHostileTree(out);
  }
}

/** Each kind of odd thing, few of the large and many ones: whether every name comes back, the round trips see. */
export const SMALL: HostileTreeOptions = {
  parts: ['some-names', 'sizes', 'symlinks', 'hardlinks', 'special', 'modes', 'owners', 'times', 'xattrs', 'acls'],
  smallFiles: 100,
};

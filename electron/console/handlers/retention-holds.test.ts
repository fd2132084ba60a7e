import { expect, onTestFinished, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { openStore } from '../store/store.ts';
import type { CatalogReader } from '../use-cases.ts';
import type { ConsoleParts } from './parts.ts';
import { holdsOf } from './retention-holds.ts';

const VAULT = 'c'.repeat(32);
const OBJECT = { id: 'b'.repeat(32), name: 'files', vault: VAULT };
const LOOKED_AT = 5000;

const idOf = (age: number): string => age.toString(16).padStart(32, '0');

/** A set that is as many sets old, and one of those that lose most of what the object has. */
const setOf = (age: number, lost: ReadonlySet<number>): BlockSetSummary =>
  ({
    id: idOf(age),
    state: 'complete',
    level: 'incremental',
    createdAt: 1_000_000 - age,
    elements: 10,
    logicalBytes: lost.has(age) ? 10 : 1000,
    bytesRead: 0,
    bytesStored: 0,
    warnings: [],
  }) as unknown as BlockSetSummary;

/** The sets that hold retention back, by their ages, of an object with so many sets that were never looked at. */
const heldAfterLook = async (count: number, lost: ReadonlySet<number>): Promise<number[]> => {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  store.vaults.put({ id: VAULT, name: 'vault', dir: '/vault', sealed: false, createdAt: null });
  const sets = Array.from({ length: count }, (_, age) => setOf(age, lost));
  const catalog = {
    sets: () => sets,
    differences: () => [],
    growth: () => ({ sets: count }),
    close: () => undefined,
  } as unknown as CatalogReader;
  const parts = { home: '/home', store, useCases: { openCatalog: async () => catalog } } as unknown as ConsoleParts;
  const holds = await holdsOf(parts, OBJECT as never, ['unusual'], new AbortController().signal);
  return holds.map(({ set }) => Number.parseInt(set ?? '', 16));
};

test.each([
  [LOOKED_AT - 1, [LOOKED_AT - 1, 0]],
  [LOOKED_AT, [0]],
])(
  'of sets that were never looked at the 5,000 newest are, and none behind them: of what is %i sets old',
  async (age, held) => {
    expect(await heldAfterLook(LOOKED_AT + 10, new Set([0, age]))).toEqual(held);
  },
);

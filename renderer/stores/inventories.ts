import { create } from 'zustand';
import type { InventoryFindingView } from '../../shared/contract/tapes.ts';

/** What the last inventory of each vault found that was taken from this page, by the vault's folder. */
export const useInventories = create<{ readonly found: Readonly<Record<string, readonly InventoryFindingView[]>> }>(
  () => ({ found: {} }),
);

export const inventoryTaken = (vault: string, findings: readonly InventoryFindingView[]): void =>
  useInventories.setState(({ found }) => ({ found: { ...found, [vault]: findings } }));

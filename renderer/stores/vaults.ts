import type { OutputOf } from '../../shared/contract/contract.ts';
import { type Loaded, useQuery } from './calls.ts';
import { usePreferences } from './preferences.ts';

export type ListedVault = OutputOf<'vault.list'>['vaults'][number];

/** The vaults of the home. */
export const useVaults = (): Loaded<OutputOf<'vault.list'>> => useQuery('vault.list', {});

/** The vault that is looked at: the one chosen, else the first. */
export const useVault = (): ListedVault | null => {
  const chosen = usePreferences(({ vault }) => vault);
  const { data } = useVaults();
  return data?.vaults.find(({ dir }) => dir === chosen) ?? data?.vaults[0] ?? null;
};

import type { LibraryView } from '../../../shared/contract/tapes.ts';

/** What a person has to see to of the drives and of what they are cleaned with. */
export type CleaningAlert =
  | { readonly kind: 'drive'; readonly drive: number; readonly wanted: string; readonly inUse: boolean }
  | { readonly kind: 'used-up'; readonly barcode: string };

type Cleaned = Pick<LibraryView, 'drives' | 'cleaning'>;

/** Whether there is something to clean a drive with. */
export const canClean = ({ cleaning }: Pick<Cleaned, 'cleaning'>): boolean =>
  cleaning.tapes.some(({ usesLeft, away }) => usesLeft > 0 && !away);

/** Drives that want cleaning, then cleaning tapes that are used up. */
export const cleaningAlerts = ({ drives, cleaning }: Cleaned): readonly CleaningAlert[] => [
  ...drives.flatMap(({ number, inUse, cleaning: { wanted } }) =>
    wanted === null ? [] : [{ kind: 'drive' as const, drive: number, wanted, inUse }],
  ),
  ...cleaning.tapes
    .filter(({ usesLeft }) => usesLeft === 0)
    .map(({ barcode }) => ({ kind: 'used-up' as const, barcode })),
];

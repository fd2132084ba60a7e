import type { OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import type { Listing } from '../../stores/branches.ts';
import { wholePath } from '../../stores/paths.ts';
import { protectWords as words } from '../../words/protect.ts';

type Found = Pick<OutputOf<'place.list'>, 'entries' | 'total' | 'whole' | 'error'>;

const lackOf = ({ entries, total, whole, error }: Found): string | null => {
  if (error) return error.message;
  if (!whole) return words.moreThanListed;
  return total > entries.length ? words.moreFolders(total - entries.length) : null;
};

/** What the tree shows of a folder of the machine: hidden folders last, and what may not be looked into with the reason. */
export const placeListing = (found: Found): Listing => {
  const hidden = found.entries.filter(({ name }) => name.startsWith('.'));
  const others = found.entries.filter(({ name }) => !name.startsWith('.'));
  return {
    branches: [...others, ...hidden].map((entry) => ({
      path: wholePath(entry),
      name: printable(entry.name),
      leaf: entry.hasChildren === false || entry.denied !== null,
      denied: entry.denied === null ? null : words.denied(entry.denied),
    })),
    lacks: lackOf(found),
  };
};

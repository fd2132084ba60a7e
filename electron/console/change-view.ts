import type { OutputOf } from '../../shared/contract/contract.ts';
import type { Difference } from '../engine/catalog/index.ts';
import { entryView, type FoundElement } from './entry-view.ts';

type Change = OutputOf<'diff'>['changes'][number];

/** A difference as the contract has it: as it is later, or was where it is gone. */
export const changeView = ({ change, path, before, after }: Difference): Change => {
  const entry = after ?? before;
  if (entry === null) throw new RangeError(`${path} differs, and is in neither set`);
  const { set: _, ...shown } = entryView(entry);
  return { change, ...shown, before: before && sideOf(before), after: after && sideOf(after) };
};

const sideOf = (found: FoundElement): NonNullable<Change['before']> => {
  const { type, bytes, modifiedAt, set } = entryView(found);
  return { type, bytes, modifiedAt, set };
};

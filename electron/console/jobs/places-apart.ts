import { type ByteString, parentOf } from '../../../shared/byte-string.ts';

/** The places that a job writes to, by their real names; none for one that writes nothing. */
export type Places = readonly ByteString[];

/** Whether none of the places is one of the others, or lies in one. */
export const apart = (some: Places, others: Places): boolean =>
  some.every((one) => others.every((other) => !isWithin(one, other) && !isWithin(other, one)));

const isWithin = (place: ByteString, folder: ByteString): boolean => {
  for (let at = place; ; at = parentOf(at)) {
    if (at === folder) return true;
    if (at === '/') return false;
  }
};

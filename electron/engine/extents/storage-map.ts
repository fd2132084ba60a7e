import type { Extent } from './extent-algebra.ts';

/** A mapped element of a window of elements. */
export interface MappedElement<Key> {
  readonly key: Key;
  readonly device: number;
  readonly extents: readonly Extent[];
}

/** A run of one element, in the order in which runs lie on the device. */
export interface Run<Key> extends Extent {
  readonly key: Key;
  readonly device: number;
}

/**
 * All extents of a window of elements in the order in which they lie: by device, then by address, so that a disk is read in
 * one sweep. What has no known place comes after what has, element by element in the order given.
 */
export function inDeviceOrder<Key>(elements: readonly MappedElement<Key>[]): Run<Key>[] {
  const placed: Run<Key>[] = [];
  const unplaced: Run<Key>[] = [];
  for (const { key, device, extents } of elements) {
    for (const { offset, length, address } of extents) {
      (address === null ? unplaced : placed).push({ key, device, offset, length, address });
    }
  }
  placed.sort((one, other) => one.device - other.device || (one.address ?? 0) - (other.address ?? 0));
  return placed.concat(unplaced);
}

/**
 * Elements in the order in which their first placed extent lies: for copying whole elements one after the other. Those
 * without a place keep their order and come last.
 */
export function elementsInDeviceOrder<Element extends Pick<MappedElement<unknown>, 'device' | 'extents'>>(
  elements: readonly Element[],
): Element[] {
  const first = ({ extents }: Element): number =>
    extents.find(({ address }) => address !== null)?.address ?? Number.POSITIVE_INFINITY;
  const keyed = elements.map((element) => ({ element, address: first(element) }));
  keyed.sort((one, other) => {
    if (one.address === other.address) return 0;
    if (one.address === Number.POSITIVE_INFINITY) return 1;
    if (other.address === Number.POSITIVE_INFINITY) return -1;
    return one.element.device - other.element.device || one.address - other.address;
  });
  return keyed.map(({ element }) => element);
}

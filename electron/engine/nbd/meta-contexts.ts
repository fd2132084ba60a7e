import type { BlockDevice } from '../snapshot/block-device.ts';
import { ALLOCATION_CONTEXT } from './protocol.ts';

/** A context that a client chose. `context`: its place in the device's list; null is `base:allocation`. */
export interface ChosenContext {
  readonly id: number;
  readonly name: string;
  readonly place: number | null;
}

/** Every context of a device. Ids are those of this protocol session alone. */
const contextsOf = (device: BlockDevice): ChosenContext[] => [
  { id: 0, name: ALLOCATION_CONTEXT, place: null },
  ...device.contexts.map(({ name }, place) => ({ id: place + 1, name, place })),
];

/** What a list of queries finds: names, or beginnings up to a colon; no query at all finds everything. */
export const listContexts = (device: BlockDevice, queries: readonly string[]): ChosenContext[] =>
  contextsOf(device).filter(
    ({ name }) =>
      queries.length === 0 ||
      queries.some((query) => query === name || (query.endsWith(':') && name.startsWith(query))),
  );

/** What a list of queries chooses: names alone. */
export const chooseContexts = (device: BlockDevice, queries: readonly string[]): ChosenContext[] =>
  contextsOf(device).filter(({ name }) => queries.includes(name));

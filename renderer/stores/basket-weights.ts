import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { type BasketItem, keyOf } from './basket.ts';
import { call } from './calls.ts';
import { useConnection } from './connection.ts';
import { pathIn } from './paths.ts';

export type Weight = Pick<OutputOf<'du'>, 'elements' | 'bytes'>;

/** What an item holds; `asked`: it is being worked out; `unknown`: it could not be. */
export type WeightOf = Weight | 'asked' | 'unknown';

/** A set does not change: what is in a folder of it is worked out once. */
const useKnown = create<{ readonly known: ReadonlyMap<string, Weight> }>(() => ({ known: new Map() }));

/** What all items come to: what is not known is not in it. */
export interface Total extends Weight {
  readonly asked: number;
  readonly unknown: number;
}

export const totalOf = (weights: readonly WeightOf[]): Total => {
  const known = weights.filter((each) => typeof each === 'object');
  return {
    elements: known.reduce((sum, { elements }) => sum + elements, 0),
    bytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
    asked: weights.filter((each) => each === 'asked').length,
    unknown: weights.filter((each) => each === 'unknown').length,
  };
};

/** How much each item is, in their order: folders are asked for one after the other, and no longer than they are in the basket. */
export const useWeights = (items: readonly BasketItem[]): readonly WeightOf[] => {
  const { known } = useKnown();
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  const open = useConnection(({ state }) => state.kind === 'open');
  useEffect(() => {
    if (open) setFailed((before) => (before.size === 0 ? before : new Set()));
  }, [open]);
  const weights = items.map((item): WeightOf => {
    if (item.type !== 'dir') return { elements: 1, bytes: item.bytes };
    const key = keyOf(item);
    return known.get(key) ?? (failed.has(key) ? 'unknown' : 'asked');
  });
  const next = items[weights.indexOf('asked')];
  const wanted = next === undefined ? null : keyOf(next);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the item.
  useEffect(() => {
    if (next === undefined || wanted === null) return;
    const aborter = new AbortController();
    call('du', { set: next.set, path: pathIn(next) }, { signal: aborter.signal }).then(
      ({ elements, bytes }) =>
        useKnown.setState((before) => ({ known: new Map([...before.known, [wanted, { elements, bytes }]]) })),
      () => {
        if (!aborter.signal.aborted) setFailed((before) => new Set([...before, wanted]));
      },
    );
    return () => aborter.abort();
  }, [wanted]);
  return weights;
};

import { create } from 'zustand';
import type { ElementType } from './element-type.ts';

export interface BasketItem {
  readonly set: string;
  readonly object: string;
  readonly path: string;
  readonly pathBase64?: string | undefined;
  readonly type: ElementType;
  readonly bytes: number;
  /** The moment that it was ticked in. */
  readonly at?: string | undefined;
}

const keyOf = ({ set, path, pathBase64 }: Pick<BasketItem, 'set' | 'path' | 'pathBase64'>): string =>
  `${set}:${pathBase64 ?? path}`;

/** What was ticked to be restored, whatever moment and folder it was ticked in. */
export const useBasket = create<{ readonly items: readonly BasketItem[] }>(() => ({ items: [] }));

export const isIn = (items: readonly BasketItem[], item: Pick<BasketItem, 'set' | 'path' | 'pathBase64'>): boolean =>
  items.some((each) => keyOf(each) === keyOf(item));

/** The basket with an item in it, or without it. */
export const toggled = (items: readonly BasketItem[], item: BasketItem): readonly BasketItem[] =>
  isIn(items, item) ? items.filter((each) => keyOf(each) !== keyOf(item)) : [...items, item];

export const toggle = (item: BasketItem): void => useBasket.setState(({ items }) => ({ items: toggled(items, item) }));
export const emptyBasket = (): void => useBasket.setState({ items: [] });

/** One restore for each moment that something was ticked in. */
export const bySet = (items: readonly BasketItem[]): [set: string, items: BasketItem[]][] => [
  ...Map.groupBy(items, ({ set }) => set),
];

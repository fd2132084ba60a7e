import { create } from 'zustand';
import type { ElementType } from './element-type.ts';
import { isShownWithin, type ShownPath } from './paths.ts';

export interface BasketItem {
  /** What it is restored from: the moment that it was ticked in. */
  readonly set: string;
  /** The set that stored this version, of all but folders: it is the same in every moment in which the version stands. */
  readonly version?: string | undefined;
  readonly object: string;
  readonly path: string;
  readonly pathBase64?: string | undefined;
  readonly type: ElementType;
  readonly bytes: number;
  /** When that moment was. */
  readonly at?: string | undefined;
}

type Place = Pick<BasketItem, 'set' | 'version' | 'path' | 'pathBase64'>;

/** What is the same item: a version of a file, whichever moment it is ticked in; a folder as it was at a moment. */
export const keyOf = ({ set, version, path, pathBase64 }: Place): string => `${version ?? set}:${pathBase64 ?? path}`;

/** What an answer of the console lists, as it is taken from a moment. */
export const itemIn = (
  from: Pick<BasketItem, 'object' | 'set' | 'at'>,
  { set, path, pathBase64, type, bytes }: Pick<BasketItem, 'path' | 'pathBase64' | 'type' | 'bytes' | 'set'>,
): BasketItem => ({ ...from, version: type === 'dir' ? undefined : set, path, pathBase64, type, bytes });

/** What was ticked to be restored, whatever moment and folder it was ticked in. Nothing in it lies within another item. */
export const useBasket = create<{ readonly items: readonly BasketItem[] }>(() => ({ items: [] }));

export const isIn = (items: readonly BasketItem[], item: Place): boolean =>
  items.some((each) => keyOf(each) === keyOf(item));

/** The folder in the basket that something comes with, though it is no item itself. */
export const folderAround = (items: readonly BasketItem[], item: Place): BasketItem | null =>
  items.find(
    (each) => each.set === item.set && each.type === 'dir' && keyOf(each) !== keyOf(item) && isShownWithin(item, each),
  ) ?? null;

/** Whether items lie within a folder that is none itself. */
const holdsSome = (items: readonly BasketItem[], folder: Place): boolean =>
  items.some((each) => each.set === folder.set && isShownWithin(each, folder));

/** How something is ticked: `within`: it comes with a folder that is; `partly`: something in it is. */
export type Ticked = 'yes' | 'within' | 'partly' | 'no';

export const tickedOf = (items: readonly BasketItem[], item: Pick<BasketItem, keyof Place | 'type'>): Ticked => {
  if (isIn(items, item)) return 'yes';
  if (folderAround(items, item) !== null) return 'within';
  return item.type === 'dir' && holdsSome(items, item) ? 'partly' : 'no';
};

/** Whether all of something is in the basket: a folder of which only a part is ticked is not. */
export const isTaken = (items: readonly BasketItem[], item: Pick<BasketItem, keyof Place | 'type'>): boolean =>
  ['yes', 'within'].includes(tickedOf(items, item));

/** How something that is not ticked is in the basket all the same, as of another moment: `around`: a folder that it lies in is; `within`: something in it is. */
interface Elsewhere {
  readonly how: 'itself' | 'around' | 'within';
  readonly at: string | undefined;
}

export const elsewhereOf = (
  items: readonly BasketItem[],
  item: Pick<BasketItem, keyof Place | 'type' | 'object'>,
): Elsewhere | null => {
  if (isTaken(items, item)) return null;
  const others = items.filter(({ set, object }) => set !== item.set && object === item.object);
  const found = (how: Elsewhere['how'], is: (other: BasketItem) => boolean): Elsewhere | null => {
    const other = others.find(is);
    return other ? { how, at: other.at } : null;
  };
  return (
    found('itself', (other) => isShownWithin(item, other) && isShownWithin(other, item)) ??
    found('around', (other) => other.type === 'dir' && isShownWithin(item, other)) ??
    (item.type === 'dir' ? found('within', (other) => isShownWithin(other, item)) : null)
  );
};

/** The basket without an item, or with it: a folder takes the place of what was ticked in it. */
export const toggled = (items: readonly BasketItem[], item: BasketItem): readonly BasketItem[] =>
  isIn(items, item)
    ? items.filter((each) => keyOf(each) !== keyOf(item))
    : [...items.filter((each) => each.set !== item.set || !isShownWithin(each, item)), item];

const isSame = (one: ShownPath, other: ShownPath): boolean =>
  one.path === other.path && one.pathBase64 === other.pathBase64;

/** How one thing is taken out of a folder in the basket: by all else that is in there, as items of their own. */
export interface TakenApart {
  readonly folder: BasketItem;
  readonly rest: readonly BasketItem[];
}

/**
 * Takes a folder of the basket apart, so that one thing in it can be left out. `list` gives what is straight in a folder, null when that is too
 * much; then this is null, too. Rejects as `list` does.
 */
export const takenApart = async (
  folder: BasketItem,
  item: Place,
  list: (folder: ShownPath) => Promise<readonly (ShownPath & Pick<BasketItem, 'set' | 'type' | 'bytes'>)[] | null>,
): Promise<TakenApart | null> => {
  const { set, object, at } = folder;
  const rest: BasketItem[] = [];
  for (let open: ShownPath | null = folder; open !== null; ) {
    const entries = await list(open);
    if (entries === null) return null;
    const onWay: ShownPath | undefined = entries.find((entry) => isShownWithin(item, entry));
    for (const entry of entries) if (!onWay || !isSame(entry, onWay)) rest.push(itemIn({ set, object, at }, entry));
    open = onWay === undefined || isSame(onWay, item) ? null : onWay;
  }
  return { folder, rest };
};

/** The basket once a folder was taken apart; as it is when that is no longer in it. */
export const apart = (items: readonly BasketItem[], { folder, rest }: TakenApart): readonly BasketItem[] =>
  isIn(items, folder)
    ? [...items.filter((each) => keyOf(each) !== keyOf(folder)), ...rest.filter((each) => !isIn(items, each))]
    : items;

export const toggle = (item: BasketItem): void => useBasket.setState(({ items }) => ({ items: toggled(items, item) }));
export const takeApart = (taken: TakenApart): void =>
  useBasket.setState(({ items }) => ({ items: apart(items, taken) }));
export const emptyBasket = (): void => useBasket.setState({ items: [] });

/** One restore for each moment that something was ticked in. */
export const bySet = (items: readonly BasketItem[]): [set: string, items: BasketItem[]][] => [
  ...Map.groupBy(items, ({ set }) => set),
];

import { asColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Tick } from '../../components/field.tsx';
import { announce } from '../../stores/announcements.ts';
import {
  type BasketItem,
  elsewhereOf,
  folderAround,
  isIn,
  takeApart,
  takenApart,
  tickedOf,
  toggle,
  useBasket,
} from '../../stores/basket.ts';
import { call } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { nameOf, pathIn, type ShownPath } from '../../stores/paths.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './restore.module.css';

/** A folder with more entries than this is not taken apart: nobody wants so many items. */
const MOST = 500;

const listOf = async (set: string, folder: ShownPath) => {
  const { entries, total } = await call('ls', { set, path: pathIn(folder), offset: 0, limit: MOST });
  return (total ?? entries.length) > MOST ? null : entries;
};

/** Ticks what is not ticked, and takes out what is; also what comes with a folder, whose other entries then stay by themselves. */
export const pressTick = async (item: BasketItem): Promise<void> => {
  const folder = folderAround(useBasket.getState().items, item);
  if (folder === null) return toggle(item);
  const [name, around] = [printable(nameOf(item.path)), printable(nameOf(folder.path))];
  try {
    const taken = await takenApart(folder, item, (open) => listOf(folder.set, open));
    if (taken === null) return announce(words.tooManyToTakeApart(name, around, MOST), 'warn');
    const { items } = useBasket.getState();
    // Another press took the folder out or apart meanwhile: what is to be left out then stands by itself, or is out already.
    if (!isIn(items, folder)) return ['yes', 'within'].includes(tickedOf(items, item)) ? pressTick(item) : undefined;
    takeApart(taken);
    announce(words.takenApart(name, around, taken.rest.length), 'good');
  } catch (thrown) {
    announce(words.notTakenApart(name, around, asColdframeError(thrown).message), 'warn');
  }
};

/** Says of what is not ticked that the basket has it as of another moment. */
export const BasketMark = ({ item }: { item: BasketItem }) => {
  const now = useNow();
  const { items } = useBasket();
  const elsewhere = elsewhereOf(items, item);
  if (elsewhere?.at === undefined) return null;
  return <span className={styles.elsewhere}>{words.elsewhere[elsewhere.how](format.when(elsewhere.at, now))}</span>;
};

/** The tick of an element that is, or could be, in the basket. */
export const BasketTick = ({ item, label }: { item: BasketItem; label: string }) => {
  const { items } = useBasket();
  const ticked = tickedOf(items, item);
  return (
    <Tick
      label={label}
      checked={ticked === 'yes' || ticked === 'within'}
      partly={ticked === 'partly'}
      onChange={() => void pressTick(item)}
    />
  );
};

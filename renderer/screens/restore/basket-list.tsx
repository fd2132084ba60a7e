import { X } from 'lucide-react';
import { useRef } from 'react';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { type BasketItem, keyOf, toggle } from '../../stores/basket.ts';
import type { WeightOf } from '../../stores/basket-weights.ts';
import { nameOf, parentOf, wholePath } from '../../stores/paths.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { ElementIcon } from './element-icon.tsx';
import styles from './restore.module.css';

interface BasketListProps {
  readonly id: string;
  readonly items: readonly BasketItem[];
  /** How much each is, in the same order. */
  readonly weights: readonly WeightOf[];
}

/** Each item of the basket: where it is from, as of when, how much, and how to take it out. */
export const BasketList = ({ id, items, weights }: BasketListProps) => {
  const list = useRef<HTMLTableSectionElement>(null);
  const date = format.dateAmong(items.flatMap(({ at }) => at ?? []));
  const takeOut = (item: BasketItem, place: number): void => {
    // What has the focus goes away: the next one takes it, so that several can be taken out one after the other.
    const buttons = list.current?.querySelectorAll<HTMLElement>('button') ?? [];
    (buttons[place + 1] ?? buttons[place - 1])?.focus();
    toggle(item);
  };
  return (
    <div id={id} className={styles.basketList}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.moment}</th>
            <th scope="col" className="num">
              {words.elements}
            </th>
            <th scope="col" className="num">
              {words.size}
            </th>
            <th scope="col">
              <span className="hidden">{words.takeOutColumn}</span>
            </th>
          </tr>
        </thead>
        <tbody ref={list}>
          {items.map((item, place) => {
            const { object, set, path, type, at } = item;
            const weight = weights[place] ?? 'unknown';
            const name = printable(nameOf(path));
            const file = type === 'dir' ? undefined : wholePath(item);
            return (
              <tr key={keyOf(item)}>
                <td>
                  <span className={styles.name} data-folder={type === 'dir' ? 'yes' : 'no'}>
                    <ElementIcon type={type} />
                    <span>
                      <a href={href('restore', object, { set, path: parentOf(wholePath(item)), file })}>{name}</a>{' '}
                      <span className={`faint ${styles.basketFolder}`}>
                        {words.inFolder(object, printable(parentOf(path)))}
                      </span>
                    </span>
                  </span>
                </td>
                <td className={`quiet ${styles.basketDate}`}>{at === undefined ? '' : date(at)}</td>
                {typeof weight === 'string' ? (
                  <td className="num quiet" colSpan={2}>
                    {words.weights[weight]}
                  </td>
                ) : (
                  <>
                    <td className="num">{format.count(weight.elements)}</td>
                    <td className="num">{type === 'dir' || type === 'file' ? format.bytes(weight.bytes) : ''}</td>
                  </>
                )}
                <td>
                  <Button look="icon" aria-label={words.takeOut(name)} onPress={() => takeOut(item, place)}>
                    <X aria-hidden />
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

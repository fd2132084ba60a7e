import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Entry } from '../../../shared/contract/browse.ts';
import { printable } from '../../../shared/model/printable.ts';
import { useLongList } from '../../components/long-list.ts';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { itemIn } from '../../stores/basket.ts';
import { useNow } from '../../stores/clock.ts';
import { type Sort, useFolder } from '../../stores/folder-pages.ts';
import { nameOf, shownPath, wholePath } from '../../stores/paths.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { BasketMark, BasketTick, pressTick } from './basket-tick.tsx';
import { ElementIcon } from './element-icon.tsx';
import styles from './restore.module.css';

const LINE = 34;

const SORTS: readonly (readonly [Sort, string, string | undefined])[] = [
  ['name', words.name, undefined],
  ['size', words.size, styles.right],
  ['time', words.changed, undefined],
];

interface FolderListProps {
  readonly object: string;
  readonly set: string;
  /** When the set was made. */
  readonly at: string;
  readonly folder: string;
  readonly open: (path: string) => void;
  readonly picked: string | null;
  readonly pick: (entry: Entry) => void;
  /** Told once the first lines are there. */
  readonly onThere: () => void;
}

/** A folder at a moment, however many entries it has: only what is looked at is fetched and drawn. */
export const FolderList = ({ object, set, at, folder, open, picked, pick, onThere }: FolderListProps) => {
  const [[sort, descending], setSort] = useState<readonly [Sort, boolean]>(['name', false]);
  const pages = useFolder(set, { path: folder }, sort, descending);
  const now = useNow();
  const [place, setPlace] = useState(-1);
  const list = useLongList(pages.total ?? 0, LINE);
  const [first, last] = [list.lines[0]?.index ?? 0, list.lines.at(-1)?.index ?? 0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is looked at decides.
  useEffect(() => pages.look(first, last), [first, last, pages.total]);
  const there = pages.total !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it is there, not when who hears it is another function.
  useEffect(() => {
    if (there) onThere();
  }, [there]);

  const failed = pages.error && <ErrorCard error={pages.error} retry={pages.reload} />;
  if (pages.total === null && failed) return failed;
  if (pages.total === null && pages.inOrder === null) return <Loading />;
  const head = (
    <div className={`${styles.line} ${styles.head}`}>
      <span>
        {folder !== '/' && (
          <BasketTick
            item={{ set, object, ...shownPath(folder), type: 'dir', bytes: 0, at }}
            label={words.tickFolder(printable(nameOf(folder)))}
          />
        )}
      </span>
      {SORTS.map(([by, title, className]) => (
        <button
          key={by}
          type="button"
          className={className}
          data-on={by === sort ? 'yes' : 'no'}
          onClick={() => setSort([by, by === sort ? !descending : by !== 'name'])}
        >
          {title}
          {by === sort ? (descending ? ' ↓' : ' ↑') : ''}
        </button>
      ))}
    </div>
  );
  if (pages.total === null) {
    return (
      <>
        {head}
        <div className={styles.rows}>
          <Loading>{words.ordering(pages.inOrder ?? 0)}</Loading>
        </div>
      </>
    );
  }
  const itemOf = (entry: Entry) => itemIn({ set, object, at }, entry);
  const enter = (entry: Entry) => (entry.type === 'dir' ? open(wholePath(entry)) : pick(entry));
  const to = (next: number) => {
    const index = Math.max(0, Math.min((pages.total ?? 0) - 1, next));
    setPlace(index);
    list.show(index);
    const entry = pages.at(index);
    if (entry && entry.type !== 'dir') pick(entry);
  };
  const keys = (event: KeyboardEvent) => {
    const entry = pages.at(place);
    const moves: Record<string, number> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + 15,
      PageUp: place - 15,
      Home: 0,
      End: (pages.total ?? 1) - 1,
    };
    if (event.target !== event.currentTarget) return;
    const move = moves[event.key];
    if (move !== undefined) to(move);
    else if (event.key === 'Enter' && entry) enter(entry);
    else if (event.key === ' ' && entry) void pressTick(itemOf(entry));
    else return;
    event.preventDefault();
  };
  return (
    <>
      {failed}
      {head}
      <div
        ref={list.box}
        className={styles.rows}
        role="grid"
        tabIndex={0}
        aria-label={words.list(printable(folder))}
        aria-rowcount={pages.total}
        aria-activedescendant={place >= 0 ? `entry-${place}` : undefined}
        onKeyDown={keys}
      >
        {pages.total === 0 && (
          <p className="quiet" style={{ padding: 'var(--pad)' }}>
            {words.emptyFolder}
          </p>
        )}
        <div role="rowgroup" style={{ position: 'relative', height: list.height }}>
          {list.lines.map(({ index, top }) => {
            const entry = pages.at(index);
            const name = entry ? printable(nameOf(entry.path)) : words.loadingRow;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys.
              <div
                key={index}
                id={`entry-${index}`}
                role="row"
                aria-rowindex={index + 1}
                data-on={index === place || (entry && wholePath(entry) === picked) ? 'yes' : 'no'}
                className={`${styles.line} ${styles.row}`}
                style={{ height: LINE, transform: `translateY(${top}px)` }}
                onClick={() => {
                  setPlace(index);
                  if (entry) pick(entry);
                }}
                onDoubleClick={() => entry && enter(entry)}
              >
                <span role="gridcell">{entry && <BasketTick item={itemOf(entry)} label={words.tick(name)} />}</span>
                <span role="gridcell" className={styles.name} data-folder={entry?.type === 'dir' ? 'yes' : 'no'}>
                  {entry && <ElementIcon type={entry.type} />}
                  {entry?.type === 'dir' ? (
                    <a
                      className="clip"
                      tabIndex={-1}
                      href={`#${entry.path}`}
                      onClick={(event) => {
                        event.preventDefault();
                        open(wholePath(entry));
                      }}
                    >
                      {name}
                    </a>
                  ) : (
                    <span className="clip">{name}</span>
                  )}
                  {entry && <BasketMark item={itemOf(entry)} />}
                </span>
                <span role="gridcell" className={`num ${styles.right}`}>
                  {entry && entry.type === 'file' ? format.bytes(entry.bytes) : ''}
                </span>
                <span role="gridcell" className="quiet clip">
                  {entry?.modifiedAt ? format.when(entry.modifiedAt, now) : ''}
                </span>
              </div>
            );
          })}
        </div>
      </div>
      <p className="faint" style={{ padding: '6px var(--pad)' }}>
        {words.entries(pages.total)}
      </p>
    </>
  );
};

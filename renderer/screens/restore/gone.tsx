import { FileX } from 'lucide-react';
import { useId, useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { type BasketItem, itemIn } from '../../stores/basket.ts';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { nameOf, pathIn, wholePath } from '../../stores/paths.ts';
import { href } from '../../stores/route.ts';
import { isUnknownProcedure } from '../../transport/errors.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { BasketTick } from './basket-tick.tsx';
import { ElementIcon } from './element-icon.tsx';
import styles from './restore.module.css';

type GoneEntry = OutputOf<'gone'>['entries'][number];

const SHOWN = 200;

/** What is taken of something lost: as it was at last. */
export const itemOfGone = (object: string, entry: GoneEntry): BasketItem =>
  itemIn({ set: entry.last, object, at: entry.lastAt }, entry);

interface GoneProps extends Readonly<Record<'object' | 'set' | 'folder', string>> {
  /** Whether the folder itself is there: nobody waits for it behind this. */
  readonly ask: boolean;
}

/** What earlier backups had in a folder and this one has not, so that what was lost is found where it was. */
export const Gone = ({ object, set, folder, ask }: GoneProps) => {
  const input = ask ? { set, path: pathIn({ path: folder }), limit: SHOWN } : null;
  const { data, error, reload } = useQuery('gone', input, { settled: true });
  const now = useNow();
  const [open, setOpen] = useState(false);
  const list = useId();
  // The list of the folder says that it is not there; and an older console has no answer to this.
  if (error && error.code !== 'NO_SUCH_PATH' && !isUnknownProcedure(error))
    return <ErrorCard error={error} retry={reload} />;
  const [newest] = data?.entries ?? [];
  if (!data || !newest) return null;
  const { entries, total } = data;
  const nouns = new Set(entries.map(({ type }) => (type === 'dir' ? 'folder' : 'file')));
  const [noun] = nouns.size === 1 ? nouns : ['entry' as const];
  const together = total === entries.length && entries.every(({ until }) => until === newest.until);
  return (
    <div className={styles.gone}>
      <div className={styles.goneHead}>
        <FileX aria-hidden />
        <span>{words.gone(total, noun ?? 'entry', format.when(newest.until, now), together)}</span>
        <Button look="ghost" aria-expanded={open} aria-controls={list} onPress={() => setOpen(!open)}>
          {words.showGone(open, total)}
        </Button>
      </div>
      <ul id={list} className={styles.goneList} hidden={!open} aria-label={words.goneList}>
        {entries.map((entry) => {
          const item = itemOfGone(object, entry);
          const name = printable(nameOf(entry.path));
          const file = entry.type === 'dir' ? undefined : wholePath(entry);
          return (
            <li key={entry.pathBase64 ?? entry.path} className={styles.line}>
              <BasketTick item={item} label={words.tick(name)} />
              <span className={styles.name} data-folder={entry.type === 'dir' ? 'yes' : 'no'}>
                <ElementIcon type={entry.type} />
                <span className="clip">{name}</span>
              </span>
              <span className={`num ${styles.right}`}>{entry.type === 'file' ? format.bytes(entry.bytes) : ''}</span>
              <a
                className="clip"
                href={href('restore', object, { set: entry.last, path: folder, file })}
                aria-label={words.lastIn(name, format.when(entry.lastAt, now))}
              >
                {words.lastMoment(format.when(entry.lastAt, now))}
              </a>
            </li>
          );
        })}
        {total > entries.length && <li className={styles.goneMore}>{words.moreGone(total - entries.length)}</li>}
      </ul>
    </div>
  );
};

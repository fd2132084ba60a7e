import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Pill } from '../../components/marks.tsx';
import { nameOf, parentOf, wholePath } from '../../stores/paths.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { searchWords as words } from '../../words/search.ts';
import { BasketTick } from '../restore/basket-tick.tsx';
import { type Hit, itemOfHit } from './hit-item.ts';
import { HitVersions } from './hit-versions.tsx';
import styles from './search.module.css';

/** Columns of the list of hits. */
export const COLUMNS = 7;

/** Something that was found: to be taken as it was at last, looked at where it was, or taken as it was at another moment. */
export const HitLine = ({ hit, now }: { hit: Hit; now: number }) => {
  const [open, setOpen] = useState(false);
  const versions = useId();
  const { path, object, type, last, lastAt, until, gone } = hit;
  const [name, folder] = [printable(nameOf(path)), parentOf(wholePath(hit))];
  const item = itemOfHit(hit);
  const when = lastAt === undefined ? '' : format.when(lastAt, now);
  return (
    <>
      <tr>
        <td className={styles.tick}>{item && <BasketTick item={item} label={words.tick(name, when)} />}</td>
        <td>
          <a
            className={styles.name}
            href={href('restore', object, {
              set: last ?? hit.set,
              path: folder,
              file: type === 'dir' ? undefined : wholePath(hit),
            })}
          >
            {name}
          </a>{' '}
          {gone && <Pill tone="warn">{words.gone}</Pill>}
          <div className={`faint ${styles.folder}`}>{printable(folder)}</div>
        </td>
        <td className="quiet">{object}</td>
        <td className="num">{type === 'file' ? format.bytes(hit.bytes) : ''}</td>
        <td className={`quiet ${styles.when}`}>{hit.modifiedAt ? format.when(hit.modifiedAt, now) : ''}</td>
        <td className="quiet">{until === null ? words.newest : when}</td>
        <td>
          {type === 'file' && (
            <Button
              look="ghost"
              aria-expanded={open}
              aria-controls={open ? versions : undefined}
              aria-label={words.versions(name)}
              onPress={() => setOpen(!open)}
            >
              {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />} {words.versionsShort}
            </Button>
          )}
        </td>
      </tr>
      {open && (
        <tr id={versions}>
          <td />
          <td colSpan={COLUMNS - 1} className={styles.versions}>
            <HitVersions hit={hit} />
          </td>
        </tr>
      )}
    </>
  );
};

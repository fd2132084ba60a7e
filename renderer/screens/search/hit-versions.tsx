import { printable } from '../../../shared/model/printable.ts';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { itemIn } from '../../stores/basket.ts';
import { useQuery } from '../../stores/calls.ts';
import { nameOf, pathIn } from '../../stores/paths.ts';
import { format } from '../../words/format.ts';
import { searchWords as words } from '../../words/search.ts';
import { BasketTick } from '../restore/basket-tick.tsx';
import { type Hit, itemOfHit } from './hit-item.ts';
import styles from './search.module.css';

/** Every version of a file that was found, each to be taken. */
export const HitVersions = ({ hit }: { hit: Hit }) => {
  const { object } = hit;
  const { data, error, reload } = useQuery('versions', { object, path: pathIn(hit) });
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (!data) return <Loading />;
  const name = printable(nameOf(hit.path));
  const date = format.dateAmong(data.versions.flatMap(({ from, until }) => [from, ...(until ? [until] : [])]));
  return (
    <>
      <div className="faint">{words.versionsTold(name, data.versions.length)}</div>
      <ul className={styles.list} aria-label={words.versions(name)}>
        {data.versions.map((version) => {
          const { set, type, bytes, from, until } = version;
          return (
            <li key={set}>
              {/* The version that was found is taken as the hit is. */}
              <BasketTick
                item={(set === hit.set && itemOfHit(hit)) || itemIn({ set, object, at: from }, version)}
                label={words.tick(name, date(from))}
              />
              <span>{words.version(date(from), until && date(until))}</span>
              <span className="num">{type === 'file' ? format.bytes(bytes) : ''}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
};

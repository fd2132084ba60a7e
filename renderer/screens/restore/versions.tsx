import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Row } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { isTaken, itemIn, useBasket } from '../../stores/basket.ts';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { nameOf, pathIn } from '../../stores/paths.ts';
import { go, href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { pressTick } from './basket-tick.tsx';
import styles from './restore.module.css';
import type { Moment } from './timeline.tsx';

interface VersionsProps {
  readonly object: string;
  readonly file: string | null;
  /** The moment that is looked at. */
  readonly chosen: Pick<Moment, 'id' | 'createdAt'>;
  /** The set that stored the version which stands in it; null while that is not known. */
  readonly here: string | null;
  readonly folder: string;
}

/** Every version of one file, side by side with its moments. */
export const Versions = ({ object, file, chosen, here, folder }: VersionsProps) => {
  const { data, error, reload } = useQuery('versions', file ? { object, path: pathIn({ path: file }) } : null);
  const { items } = useBasket();
  const stands = here ?? chosen.id;
  // What stands in the moment that is looked at is taken from there, so that it also comes with a folder of that moment.
  const takenFrom = ({ set, from }: { set: string; from: string }) =>
    set === here ? { set: chosen.id, object, at: chosen.createdAt } : { set, object, at: from };
  const now = useNow();
  const times = data?.versions.map(({ from }) => from) ?? [];
  const told = new Set(times.map((time) => format.when(time, now)));
  const when = told.size < times.length ? format.dateAmong(times) : (time: string) => format.when(time, now);
  if (!file) {
    return (
      <Card title={words.versions} padded>
        <span className="quiet">{words.versionsAbout}</span>
      </Card>
    );
  }
  return (
    <Card title={printable(nameOf(file))} aside={data ? words.versionCount(data.versions.length) : null}>
      {error && <ErrorCard error={error} retry={reload} />}
      {!data && !error && <Loading />}
      <div className={styles.versions}>
        {data?.versions.map((version) => {
          const item = itemIn(takenFrom(version), version);
          return (
            <div key={version.set} className={styles.version} data-on={version.set === stands ? 'yes' : 'no'}>
              <div className={styles.versionTop}>
                <b title={format.date(version.from)}>{when(version.from)}</b>
                <span className="num">{version.type === 'file' ? format.bytes(version.bytes) : words.noSize}</span>
              </div>
              <span className="faint">
                {version.until === null ? words.stillThere : words.until(when(version.until))}
              </span>
              <Row>
                <Button look="ghost" onPress={() => pressTick(item)}>
                  {isTaken(items, item) ? words.taken : words.take}
                </Button>
                {version.set !== stands && (
                  <Button
                    look="ghost"
                    onPress={() => go(href('restore', object, { set: version.set, path: folder, file }))}
                  >
                    {words.goThere}
                  </Button>
                )}
              </Row>
            </div>
          );
        })}
      </div>
    </Card>
  );
};

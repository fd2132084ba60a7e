import { ArrowUp, GitCompare } from 'lucide-react';
import { useState } from 'react';
import type { Entry } from '../../../shared/contract/browse.ts';
import { Button } from '../../components/button.tsx';
import { Card, Row } from '../../components/layout.tsx';
import { useNow } from '../../stores/clock.ts';
import { parentOf, wayTo } from '../../stores/paths.ts';
import { go, href, type Route } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { Difference } from './difference.tsx';
import { FolderList } from './folder-list.tsx';
import styles from './restore.module.css';
import type { Moment } from './timeline.tsx';
import { Versions } from './versions.tsx';

interface BrowserProps {
  readonly object: string;
  readonly moment: Moment;
  readonly before: Moment | null;
  /** Where to begin when no folder was opened yet. */
  readonly start: string;
  readonly route: Route;
}

/** What was there at a moment: a folder, the versions of one file in it, or what changed since the moment before. */
export const Browser = ({ object, moment, before, start, route }: BrowserProps) => {
  const now = useNow();
  const folder = route.query.path ?? start;
  const [picked, setPicked] = useState<Entry | null>(null);
  const [comparing, setComparing] = useState(false);
  const open = (path: string) => go(href('restore', object, { set: moment.id, path }));
  const file = picked?.path ?? route.query.file ?? null;
  return (
    <div className={styles.browse}>
      <Card
        title={
          <nav className={styles.way} aria-label={words.folder}>
            <Button
              look="icon"
              aria-label={words.up}
              isDisabled={folder === '/'}
              onPress={() => open(parentOf(folder))}
            >
              <ArrowUp aria-hidden />
            </Button>
            {wayTo(folder).map(({ name, path }) => (
              <button key={path} type="button" onClick={() => open(path)}>
                {name}
              </button>
            ))}
          </nav>
        }
        aside={
          <Row>
            {words.asOf(format.when(moment.createdAt, now))}
            {before && (
              <Button onPress={() => setComparing((on) => !on)}>
                <GitCompare aria-hidden /> {comparing ? words.compareEnd : words.compare}
              </Button>
            )}
          </Row>
        }
      >
        {comparing && before ? (
          <Difference from={before} to={moment} folder={folder} />
        ) : (
          <FolderList
            key={`${moment.id}:${folder}`}
            object={object}
            set={moment.id}
            folder={folder}
            open={open}
            picked={file}
            pick={setPicked}
          />
        )}
      </Card>
      <Versions object={object} file={file} chosen={moment.id} folder={folder} />
    </div>
  );
};

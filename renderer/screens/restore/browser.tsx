import { ArrowUp, FolderTree as FolderTreeIcon, GitCompare } from 'lucide-react';
import { Fragment, useId, useState } from 'react';
import type { Entry } from '../../../shared/contract/browse.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Row } from '../../components/layout.tsx';
import { Select } from '../../components/select.tsx';
import { useNow } from '../../stores/clock.ts';
import { parentOf, wayTo, wholePath } from '../../stores/paths.ts';
import { prefer, usePreferences } from '../../stores/preferences.ts';
import { useRoomBeside } from '../../stores/room.ts';
import { go, href, type Route } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { LEVEL_WORDS, restoreWords as words } from '../../words/restore.ts';
import { Difference } from './difference.tsx';
import { FolderList } from './folder-list.tsx';
import { FolderTree } from './folder-tree.tsx';
import { Gone } from './gone.tsx';
import styles from './restore.module.css';
import type { Moment } from './timeline.tsx';
import { Versions } from './versions.tsx';

interface BrowserProps {
  readonly object: string;
  readonly moment: Moment;
  /** All moments of the object, newest first. */
  readonly sets: readonly Moment[];
  /** Where to begin when no folder was opened yet. */
  readonly start: string;
  readonly route: Route;
}

/** What was there at a moment: a folder, the versions of one file in it, or what differs between it and any other moment. */
export const Browser = ({ object, moment, sets, start, route }: BrowserProps) => {
  const now = useNow();
  const folder = route.query.path ?? start;
  const [picked, setPicked] = useState<(Entry & { readonly moment: string }) | null>(null);
  const [against, setAgainst] = useState<string | null>(null);
  const others = sets.filter(({ id }) => id !== moment.id);
  const place = sets.indexOf(moment);
  const other = others.find(({ id }) => id === against) ?? null;
  const [from, to] = other && sets.indexOf(other) < place ? [moment, other] : [other, moment];
  const date = format.dateAmong(sets.map(({ createdAt }) => createdAt));
  const open = (path: string) => go(href('restore', object, { set: moment.id, path }));
  const shown = `${moment.id}:${folder}`;
  const [there, setThere] = useState('');
  const room = useRoomBeside();
  const tree = usePreferences(({ folderTree }) => folderTree) ?? room;
  const trees = useId();
  const file = picked ? wholePath(picked) : (route.query.file ?? null);
  return (
    <div className={styles.browse} data-tree={tree ? 'yes' : 'no'}>
      {tree && (
        <div id={trees} className={styles.trees}>
          <Card title={words.folders}>
            <FolderTree key={moment.id} set={moment.id} folder={folder} open={open} />
          </Card>
        </div>
      )}
      <Card
        title={
          <nav className={styles.way} aria-label={words.folder}>
            <Button
              look="icon"
              aria-label={words.folderTree}
              aria-expanded={tree}
              aria-controls={tree ? trees : undefined}
              onPress={() => prefer({ folderTree: !tree })}
            >
              <FolderTreeIcon aria-hidden />
            </Button>
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
                {printable(name)}
              </button>
            ))}
          </nav>
        }
        aside={
          <Row>
            {!other && words.asOf(format.when(moment.createdAt, now))}
            {other && (
              <Select
                label={words.compareWith}
                hideLabel
                value={other.id}
                onChange={setAgainst}
                options={others.map(({ id, level, createdAt }) => ({
                  value: id,
                  title: words.otherMoment(date(createdAt), LEVEL_WORDS[level]),
                }))}
              />
            )}
            {others.length > 0 && (
              <Button onPress={() => setAgainst(other ? null : ((sets[place + 1] ?? others[0])?.id ?? null))}>
                <GitCompare aria-hidden /> {other ? words.compareEnd : words.compare}
              </Button>
            )}
          </Row>
        }
      >
        {from ? (
          <Difference
            key={`${from.id} ${to.id} ${folder}`}
            object={object}
            from={from}
            to={to}
            folder={folder}
            leave={() => {
              setAgainst(null);
              setPicked(null);
            }}
          />
        ) : (
          <Fragment key={shown}>
            <FolderList
              object={object}
              set={moment.id}
              at={moment.createdAt}
              folder={folder}
              open={open}
              picked={file}
              pick={(entry) => setPicked({ ...entry, moment: moment.id })}
              onThere={() => setThere(shown)}
            />
            {/* Known long after the list is, and below it: nothing is to move under a pointer that ticks. */}
            <Gone object={object} set={moment.id} folder={folder} ask={there === shown} />
          </Fragment>
        )}
      </Card>
      <div className={styles.beside}>
        <Versions
          object={object}
          file={file}
          chosen={moment}
          here={picked?.moment === moment.id ? picked.set : null}
          folder={folder}
        />
      </div>
    </div>
  );
};

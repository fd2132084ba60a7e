import { ChevronRight, Folder, HardDrive } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Collection } from 'react-aria-components/Collection';
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Tick } from '../../components/field.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { type Branch, type Listing, useBranches } from '../../stores/branches.ts';
import { call, useQuery } from '../../stores/calls.ts';
import { useFolderSizes } from '../../stores/folder-sizes.ts';
import { pathIn, type ShownPath, shownPath, wholePath } from '../../stores/paths.ts';
import { isTicked, tickedBy } from '../../stores/protect-draft.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import { placeListing } from './place-listing.ts';
import styles from './protect.module.css';

interface PlaceTreeProps {
  readonly roots: readonly ShownPath[];
  readonly tick: (root: ShownPath, on: boolean) => void;
  /** What is left out: it is not in the sizes. */
  readonly kept: Pick<InputOf<'place.measure'>, 'unprotect' | 'exclude'>;
}

type Drive = OutputOf<'place.roots'>['drives'][number];

const DriveFacts = ({ drive, free, bytes }: { drive: Drive; free: number | null; bytes: number | null }) => (
  <span className="faint">
    {words.drive(
      drive.label,
      drive.bus === 'UNKNOWN' ? null : drive.bus,
      free !== null && bytes !== null ? words.driveFree(format.bytes(free), format.bytes(bytes)) : null,
    )}{' '}
    {drive.system && <Pill tone="none">{words.system}</Pill>}{' '}
    {drive.removable && <Pill tone="run">{words.removable}</Pill>}
  </span>
);

const MOST = 1000;

/** Keys of lines are `LEVEL:PATH`; what a folder lacks stands behind a path that no folder has. */
const pathOf = (key: string): string => key.slice(key.indexOf(':') + 1);
const LACKS = '//';

const foldersIn = async (path: string): Promise<Listing> =>
  placeListing(await call('place.list', { path: pathIn({ path }), foldersOnly: true, hidden: true, limit: MOST }));

/** Drives and folders of the machine, opened as one looks. */
export const PlaceTree = ({ roots, tick, kept }: PlaceTreeProps) => {
  const { data, error, reload } = useQuery('place.roots', {});
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const opened = [...open].map(pathOf);
  const listings = useBranches(opened, foldersIn);
  const counted = [...listings].map(([path, { branches }]) => {
    const within = branches.filter(({ denied }) => denied === null);
    return [path, within.map((branch) => shownPath(branch.path))] as const;
  });
  const sizes = useFolderSizes(new Map(counted), opened, kept);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const facts = new Map<string, ReactNode>(
    data.drives.flatMap((drive) =>
      drive.mountPoints.map((mount) => [
        mount.path,
        <DriveFacts key={mount.path} drive={drive} free={mount.bytesFree} bytes={mount.bytes} />,
      ]),
    ),
  );
  const top: Branch[] = [
    data.home,
    ...data.drives.flatMap(({ mountPoints }) => mountPoints).filter(({ path }) => path !== data.home.path),
  ].map((place) => ({ path: wholePath(place), name: place.path, leaf: false, denied: null }));
  /** Lines that cannot be ticked: there is nothing to be had. */
  const fixed = new Set<string>();
  const lack = (said: string, key: string): ReactNode => (
    <TreeItem key={key} id={key} textValue={said} className={styles.item}>
      <TreeItemContent>
        <div className={styles.line}>
          <span className={styles.gap} />
          <span className={styles.lack}>{printable(said)}</span>
        </div>
      </TreeItemContent>
    </TreeItem>
  );
  const item = (branch: Branch, level: number): ReactNode => {
    const shown = shownPath(branch.path);
    const by = tickedBy(roots, branch.path);
    const listing = listings.get(branch.path);
    const size = sizes.get(branch.path);
    const key = `${level}:${branch.path}`;
    const still = by === 'folder' || (branch.denied !== null && by !== 'itself');
    if (still) fixed.add(key);
    if (listing?.lacks) fixed.add(`${key}${LACKS}`);
    return (
      <TreeItem key={key} id={key} textValue={branch.name} className={styles.item} hasChildItems={!branch.leaf}>
        <TreeItemContent>
          <div className={styles.line}>
            {branch.leaf ? (
              <span className={styles.gap} />
            ) : (
              <Button slot="chevron" className={styles.chevron}>
                <ChevronRight aria-hidden />
              </Button>
            )}
            <Tick
              label={branch.name}
              checked={by === 'itself' || by === 'folder'}
              partly={by === 'partly'}
              disabled={still}
              onChange={(on) => tick(shown, on)}
            />
            {facts.has(shown.path) ? <HardDrive aria-hidden /> : <Folder aria-hidden />}
            <span className="clip">{branch.name}</span>
            {by === 'folder' && <span className="faint">{words.withFolder}</span>}
            {level === 1 ? (
              <span>{facts.get(shown.path)}</span>
            ) : branch.denied !== null ? (
              <span className="faint">{branch.denied}</span>
            ) : (
              <span className="num faint">{size === undefined ? '' : format.bytes(size)}</span>
            )}
          </div>
        </TreeItemContent>
        <Collection>
          {listing?.branches.map((child) => item(child, level + 1))}
          {listing?.lacks && lack(listing.lacks, `${key}${LACKS}`)}
        </Collection>
      </TreeItem>
    );
  };
  const toggleTick = (key: React.Key) => {
    if (fixed.has(String(key))) return;
    const shown = shownPath(pathOf(String(key)));
    tick(shown, !isTicked(roots, pathOf(String(key))));
  };
  // A tick in a line has the focus as often as the line: the arrows open and close it from both.
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>('[role="row"]');
    const key = line?.dataset.key;
    // A line that nothing selects has no use for the space bar; the tick in it has, and toggles by itself.
    if (key && event.key === ' ' && event.target === line) {
      event.preventDefault();
      event.stopPropagation();
      toggleTick(key);
      return;
    }
    if (!key || line?.dataset.hasChildItems === undefined) return;
    const opens = event.key === 'ArrowRight' && !open.has(key);
    const closes = event.key === 'ArrowLeft' && open.has(key);
    if (!opens && !closes) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen(opens ? new Set([...open, key]) : new Set([...open].filter((each) => each !== key)));
  };
  return (
    <div onKeyDownCapture={keys}>
      <Tree
        aria-label={words.tree}
        className={styles.tree}
        selectionMode="none"
        expandedKeys={open}
        onExpandedChange={(keys) => setOpen(new Set([...keys].map(String)))}
        onAction={toggleTick}
      >
        {top.map((branch) => item(branch, 1))}
      </Tree>
    </div>
  );
};

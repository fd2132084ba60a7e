import { ChevronRight, Folder, FolderOpen } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Collection } from 'react-aria-components/Collection';
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree';
import { printable } from '../../../shared/model/printable.ts';
import { type Branch, type Listing, useBranches } from '../../stores/branches.ts';
import { call } from '../../stores/calls.ts';
import { nameOf, parentOf, pathIn, wayTo, wholePath } from '../../stores/paths.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './folder-tree.module.css';

/** Folders of one folder that the tree shows; the list has them all. */
const MOST = 1000;
/** What a folder lacks stands behind a path that no folder has. */
const LACKS = '//';

interface FolderTreeProps {
  readonly set: string;
  readonly folder: string;
  readonly open: (path: string) => void;
}

/** The folders of a moment; the one that is looked at is open, and the way to it. */
export const FolderTree = ({ set, folder, open }: FolderTreeProps) => {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    setShown((before) => new Set([...before, ...wayTo(folder).map(({ path }) => path)]));
  }, [folder]);
  const list = useCallback(
    async (path: string): Promise<Listing> => {
      const ordered = { offset: 0, limit: MOST, sort: 'name', foldersFirst: true } as const;
      const { entries, total } = await call('ls', { set, path: pathIn({ path }), ...ordered });
      const folders = entries.filter(({ type }) => type === 'dir');
      const isCut = folders.length === entries.length && (total ?? 0) > entries.length;
      return {
        branches: folders.map((entry) => ({
          path: wholePath(entry),
          name: nameOf(entry.path),
          leaf: false,
          denied: null,
        })),
        lacks: isCut ? words.treeCut(folders.length) : null,
      };
    },
    [set],
  );
  const listings = useBranches([...shown], list);
  const box = useRef<HTMLDivElement>(null);
  const listed = listings.has(parentOf(folder));
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one is comes into view once it is drawn, and stays where it is scrolled to.
  useEffect(() => {
    const here = box.current?.querySelector('[aria-current="true"]');
    if (!box.current || !here) return;
    // Of the tree alone: the page stays where it is.
    const [around, line] = [box.current.getBoundingClientRect(), here.getBoundingClientRect()];
    if (line.top < around.top || line.bottom > around.bottom)
      box.current.scrollTop += line.top - around.top - around.height / 2;
  }, [folder, listed]);
  const item = ({ path, name }: Pick<Branch, 'path' | 'name'>): ReactNode => {
    const listing = listings.get(path);
    const isLeaf = listing?.branches.length === 0 && listing.lacks === null;
    const here = path === folder;
    return (
      <TreeItem key={path} id={path} textValue={printable(name)} className={styles.twig} hasChildItems={!isLeaf}>
        <TreeItemContent>
          <div className={styles.twigLine} data-on={here ? 'yes' : 'no'}>
            {isLeaf ? (
              <span className={styles.noChevron} />
            ) : (
              <Button slot="chevron" className={styles.chevron}>
                <ChevronRight aria-hidden />
              </Button>
            )}
            {here ? <FolderOpen aria-hidden /> : <Folder aria-hidden />}
            <span className="clip" aria-current={here ? 'true' : undefined} title={printable(name)}>
              {printable(name)}
            </span>
          </div>
        </TreeItemContent>
        <Collection>
          {listing?.branches.map(item)}
          {listing?.lacks && (
            <TreeItem id={`${path}${LACKS}`} textValue={listing.lacks} className={styles.twig}>
              <TreeItemContent>
                <div className={styles.twigLine}>
                  <span className={styles.noChevron} />
                  <span className={styles.lack}>{printable(listing.lacks)}</span>
                </div>
              </TreeItemContent>
            </TreeItem>
          )}
        </Collection>
      </TreeItem>
    );
  };
  // The button in a line has the focus as often as the line: the arrows open and close it from both.
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>('[role="row"]');
    const key = line?.dataset.key;
    if (!key || line?.dataset.hasChildItems === undefined) return;
    const opens = event.key === 'ArrowRight' && !shown.has(key);
    const closes = event.key === 'ArrowLeft' && shown.has(key);
    if (!opens && !closes) return;
    event.preventDefault();
    event.stopPropagation();
    setShown(opens ? new Set([...shown, key]) : new Set([...shown].filter((each) => each !== key)));
  };
  return (
    <div onKeyDownCapture={keys}>
      <Tree
        ref={box}
        aria-label={words.tree}
        className={styles.tree}
        selectionMode="none"
        expandedKeys={shown}
        onExpandedChange={(keys) => setShown(new Set([...keys].map(String)))}
        onAction={(key) => {
          if (!String(key).endsWith(LACKS)) open(String(key));
        }}
      >
        {item({ path: '/', name: '/' })}
      </Tree>
    </div>
  );
};

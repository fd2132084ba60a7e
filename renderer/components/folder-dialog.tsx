import { ArrowUp, File, Folder, FolderPlus, HardDrive, House } from 'lucide-react';
import { useState } from 'react';
import { printable } from '../../shared/model/printable.ts';
import { change, useQuery } from '../stores/calls.ts';
import type { ElementType } from '../stores/element-type.ts';
import { nameOf, pathBelow } from '../stores/paths.ts';
import { said } from '../stores/said.ts';
import { format } from '../words/format.ts';
import { placesWords as words } from '../words/places.ts';
import { words as common } from '../words/words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import styles from './folder-field.module.css';
import { Pill } from './marks.tsx';
import { ErrorCard, Loading } from './notices.tsx';

const SHOWN = 500;

const usable = (type: ElementType): boolean =>
  type === 'dir' || type === 'file' || type === 'blockdev' || type === 'symlink';

interface FolderDialogProps {
  readonly start: string | null;
  /** Files and block devices are listed too, and one of them is chosen instead of a folder. */
  readonly files?: boolean;
  /** What is chosen is made when it is not there yet: a name that was typed goes on as that of a folder in the one chosen. */
  readonly creates?: boolean;
  readonly choose: (path: string) => void;
  readonly close: () => void;
}

/** Looks around on the machine of the console, folder by folder. */
export const FolderDialog = ({ start, files = false, creates = false, choose, close }: FolderDialogProps) => {
  const roots = useQuery('place.roots', {});
  const [asked, setAsked] = useState(start);
  const [making, setMaking] = useState<string | null>(null);
  const [named, setNamed] = useState<string | null>(null);
  const at = asked ?? roots.data?.home.path ?? null;
  const { data, error, reload } = useQuery(
    'place.list',
    at ? { path: { path: at }, foldersOnly: !files, nearest: true, limit: SHOWN } : null,
  );
  // The name stays the one that was typed, wherever one looks around from there.
  if (creates && named === null && data?.missing) setNamed(data.missing);
  const name = data?.vault ? '' : (named ?? '');
  const chosen = data && pathBelow(data.path, name);
  const make = async () => {
    if (!making || !data) return;
    try {
      const made = await change('place.make', { parent: { path: data.path }, name: making });
      setMaking(null);
      setNamed('');
      setAsked(made.path);
    } catch (thrown) {
      said(thrown);
    }
  };
  return (
    <Dialog
      title={files ? words.fileTitle : words.title}
      close={close}
      wide
      actions={
        <>
          {!files && (
            <Button onPress={() => setMaking('')} isDisabled={!data?.writable}>
              <FolderPlus aria-hidden /> {words.newFolder}
            </Button>
          )}
          <Button onPress={close}>{common.cancel}</Button>
          {!files && (
            <Button look="primary" isDisabled={!data || data.error !== null} onPress={() => chosen && choose(chosen)}>
              {words.choose(chosen ? printable(nameOf(chosen)) : '')}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.roots}>
        {roots.data && (
          <Button onPress={() => setAsked(roots.data?.home.path ?? null)}>
            <House aria-hidden /> {words.home}
          </Button>
        )}
        {roots.data?.drives
          .flatMap((drive) => drive.mountPoints.map((mount) => ({ drive, mount })))
          .slice(0, 8)
          .map(({ drive, mount }) => (
            <Button key={mount.path} onPress={() => setAsked(mount.path)}>
              <HardDrive aria-hidden /> {mount.label || mount.path}
              {drive.system && <Pill tone="none">{words.system}</Pill>}
            </Button>
          ))}
      </div>
      <div className={styles.where}>
        <Button
          look="icon"
          aria-label={words.up}
          isDisabled={!data?.parent}
          onPress={() => setAsked(data?.parent?.path ?? null)}
        >
          <ArrowUp aria-hidden />
        </Button>
        <b className="num">{data?.path ?? at}</b>
        {data?.bytesFree != null && <span className="faint">{words.free(format.bytes(data.bytesFree))}</span>}
        {data?.vault && <Pill tone="run">{words.vault}</Pill>}
        {data && !files && !data.writable && <Pill tone="warn">{words.notWritable}</Pill>}
      </div>
      {making !== null && (
        <form
          className={styles.field}
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <Field label={words.newName} value={making} onChange={setMaking} autoFocus />
          <div className={styles.browse}>
            <Button type="submit" isDisabled={making === ''}>
              {words.make}
            </Button>
          </div>
        </form>
      )}
      {named !== null && (
        <Field label={words.nameInIt} help={words.nameInItHelp} value={name} onChange={setNamed} mono />
      )}
      {error && <ErrorCard error={error} retry={reload} />}
      {data?.error && <ErrorCard error={data.error} />}
      {!data && !error && <Loading />}
      {data && (
        <ul className={styles.list} aria-label={files ? words.fileList : words.list}>
          {data.entries.map((entry) => (
            <li key={entry.pathBase64 ?? entry.path}>
              <button
                type="button"
                disabled={entry.denied !== null || entry.pathBase64 !== undefined || (files && !usable(entry.type))}
                onClick={() => (files && entry.type !== 'dir' ? choose(entry.path) : setAsked(entry.path))}
              >
                {files && entry.type !== 'dir' ? <File aria-hidden /> : <Folder aria-hidden />} {printable(entry.name)}{' '}
                {entry.type === 'file' && <span className="faint num">{format.bytes(entry.bytes)}</span>}
                {entry.denied && <span className="faint">{entry.denied}</span>}
              </button>
            </li>
          ))}
          {data.entries.length === 0 && <li className="quiet">{files ? words.emptyOfFiles : words.emptyFolder}</li>}
          {data.next !== null && <li className="quiet">{words.more(data.total - data.entries.length)}</li>}
        </ul>
      )}
    </Dialog>
  );
};

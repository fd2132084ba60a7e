import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { durableWrite } from '../platform/durable-write.ts';
import { readRegular } from '../platform/regular-file.ts';

/** Below this a copy costs next to nothing. */
const SMALL_BYTES = 2 * 1024 * 1024;
/** The copy is made anew when the catalog has grown by this share, or when so many jobs have ended since. */
const GROWTH = 0.05;
const JOBS = 32;

/** What the last copy was made of; lies beside it. */
interface CopyNote {
  readonly catalogBytes: number;
  readonly jobsSince: number;
  /** The set that was written last, by whichever home; null before the first. */
  readonly lastSet: string | null;
}

/** The folder of a vault for the copy of its catalog. */
export interface CopyPlace {
  readonly folder: string;
  readonly catalogFile: string;
}

/** Where a vault's own copy of its catalog lies. */
export const copyFile = ({ folder }: Pick<CopyPlace, 'folder'>): string => join(folder, 'catalog.copy');

/**
 * Brings the copy of the catalog in a vault up to date after a job. A job that changed little does not pay for a copy of
 * the whole: what is newer than the copy is read from the tapes when the vault is opened on another machine.
 */
export const refreshCopy = async (
  place: CopyPlace,
  lastSet: string | null,
  copy: (target: string) => Promise<void>,
): Promise<void> => {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const catalogBytes = catalogBytesOf(place);
  const note = readNote(place);
  const stale =
    note === null ||
    catalogBytes < SMALL_BYTES ||
    catalogBytes > note.catalogBytes * (1 + GROWTH) ||
    note.jobsSince >= JOBS;
  if (stale) {
    await copy(copyFile(place));
    noteCopy(place, lastSet);
  } else {
    writeNote(place, { ...note, jobsSince: note.jobsSince + 1, lastSet });
  }
};

/** Notes a copy that was just made of the whole catalog. */
export const noteCopy = (place: CopyPlace, lastSet: string | null): void =>
  writeNote(place, { catalogBytes: catalogBytesOf(place), jobsSince: 0, lastSet });

/** The set that was written to the vault last, by whichever home; null when nobody says. */
export const lastSetIn = (place: CopyPlace): string | null => readNote(place)?.lastSet ?? null;

const catalogBytesOf = ({ catalogFile }: CopyPlace): number => sizeOf(catalogFile) + sizeOf(`${catalogFile}-wal`);

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const noteFile = ({ folder }: CopyPlace): string => join(folder, 'copy.json');

const writeNote = (place: CopyPlace, note: CopyNote): void => durableWrite(noteFile(place), JSON.stringify(note));

/** Null when there is no copy, or its note cannot be read: then it is made anew. */
const readNote = (place: CopyPlace): CopyNote | null => {
  if (sizeOf(copyFile(place)) === 0) return null;
  try {
    const { catalogBytes, jobsSince, lastSet } = JSON.parse(
      readRegular(noteFile(place)).toString('utf8'),
    ) as Partial<CopyNote>;
    if (!Number.isSafeInteger(catalogBytes) || !Number.isSafeInteger(jobsSince)) return null;
    return { catalogBytes: catalogBytes ?? 0, jobsSince: jobsSince ?? 0, lastSet: lastSet ?? null };
  } catch {
    return null;
  }
};

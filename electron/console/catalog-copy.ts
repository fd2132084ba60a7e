import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { durableWrite } from '../platform/durable-write.ts';
import { readRegular } from '../platform/regular-file.ts';

/** Below this a copy costs next to nothing. */
const SMALL_BYTES = 2 * 1024 * 1024;
/** The copy is made anew when the catalog has grown by this share, or when so many jobs have ended since. */
const GROWTH = 0.05;
const JOBS = 32;

/** What every home that uses a vault has to know: beside the copy stands how far the catalog of whoever used it last was. */
export interface CatalogMarks {
  /** The set that was written last, by whichever home; null before the first. */
  readonly lastSet: string | null;
  /** The run of retention that was last, by whichever home; null when there was none. The copy has what it let go. */
  readonly expiry: string | null;
}

/** What the last copy was made of; lies beside it. */
interface CopyNote extends CatalogMarks {
  readonly catalogBytes: number;
  readonly jobsSince: number;
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
 * the whole: what is newer than the copy is read from the tapes when the vault is opened on another machine. What expired is told by
 * no tape, so that a copy which does not have it is made anew.
 */
export const refreshCopy = async (
  place: CopyPlace,
  marks: CatalogMarks,
  copy: (target: string) => Promise<void>,
): Promise<void> => {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const catalogBytes = catalogBytesOf(place);
  const note = readNote(place);
  const stale =
    note === null ||
    note.expiry !== marks.expiry ||
    catalogBytes < SMALL_BYTES ||
    catalogBytes > note.catalogBytes * (1 + GROWTH) ||
    note.jobsSince >= JOBS;
  if (stale) {
    await copy(copyFile(place));
    noteCopy(place, marks);
  } else {
    writeNote(place, { ...note, ...marks, jobsSince: note.jobsSince + 1 });
  }
};

/** Notes a copy that was just made of the whole catalog. */
export const noteCopy = (place: CopyPlace, marks: CatalogMarks): void =>
  writeNote(place, { catalogBytes: catalogBytesOf(place), jobsSince: 0, ...marks });

/** How far the catalog of whoever used the vault last was; nulls when nobody says. */
export const marksIn = (place: CopyPlace): CatalogMarks => readNote(place) ?? { lastSet: null, expiry: null };

const catalogBytesOf = ({ catalogFile }: CopyPlace): number => sizeOf(catalogFile) + sizeOf(`${catalogFile}-wal`);

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const noteFile = ({ folder }: CopyPlace): string => join(folder, 'copy.json');

const writeNote = (place: CopyPlace, note: CopyNote): void => durableWrite(noteFile(place), JSON.stringify(note));

/** Null when there is no copy, or its note cannot be read: then it is made anew. */
const readNote = (place: CopyPlace): CopyNote | null => {
  if (sizeOf(copyFile(place)) === 0) return null;
  try {
    const { catalogBytes, jobsSince, lastSet, expiry } = JSON.parse(
      readRegular(noteFile(place)).toString('utf8'),
    ) as Partial<CopyNote>;
    if (!Number.isSafeInteger(catalogBytes) || !Number.isSafeInteger(jobsSince)) return null;
    return {
      catalogBytes: catalogBytes ?? 0,
      jobsSince: jobsSince ?? 0,
      lastSet: lastSet ?? null,
      expiry: expiry ?? null,
    };
  } catch {
    return null;
  }
};

import { ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { moveFile } from '../../platform/move-file.ts';
import { isBarcode, MEDIA_SUFFIX, volumeOfBarcode } from './barcodes.ts';
import { firstClaim } from './damaged-front.ts';
import { isInImportExport } from './import-export.ts';
import type { LibraryState } from './library-state.ts';
import type { NodeHeader } from './node-header.ts';
import { openToRead } from './open-medium.ts';
import { contextOf } from './tape-context.ts';
import { isNewerOnTape } from './tape-errors.ts';
import { blankTape, leastBytesOf } from './tape-record.ts';
import { aboutTape, frontOfTape, glanceAtTape, isShelved, shelvedBarcodes, tapePath } from './tape-shelf.ts';

/** A tape whose file has another name than its label says. */
export interface TapeElsewhere {
  readonly volume: TapeId;
  readonly barcode: string;
  readonly liesAs: string;
  /** Further files that are the same. */
  readonly again: readonly string[];
  /** What lies in its place is none of the tapes that belong elsewhere. */
  readonly displaces: boolean;
}

/** A tape that is not in its place, and of which files that may be it say too little, or too much. */
export interface DoubtfulTape {
  readonly barcode: string;
  readonly message: string;
}

export interface OutOfPlace {
  /** In the order of names. */
  readonly elsewhere: readonly TapeElsewhere[];
  readonly doubtful: readonly DoubtfulTape[];
}

export interface PutInPlace {
  /** With the name that what lay in its place has now. */
  readonly put: readonly (TapeElsewhere & { readonly displaced: string })[];
  readonly doubtful: readonly DoubtfulTape[];
  /** Why a file could not be moved; nothing else was then. */
  readonly failure: ColdframeError | null;
}

/** Of the tape that a file is: its volume and its own name. `other`: none of the library. `nameless`: it may be anything, the tape of its name too. */
type Lying = Pick<TapeElsewhere, 'volume' | 'barcode'> | 'other' | 'nameless';

/**
 * The tapes of a virtual library whose files have other names than their labels, or, where these are damaged, their chunks say. One that lies in its place
 * is none of them, whatever else says that it is it, unless it lacks what the library knows to be written to it and another file has that; nor is one of which files say so that differ, or in whose place lies what may be that tape. Without
 * the key of a sealed vault chunks tell nothing. Throws IO.
 */
export const outOfPlace = (dir: string, state: LibraryState, vaultKey: Uint8Array | null): OutOfPlace => {
  const lying = new Map(shelvedBarcodes(dir).map((name) => [name, lyingAs(dir, state, name, vaultKey)]));
  const claims = Map.groupBy(
    [...lying].flatMap(([liesAs, what]) => (typeof what === 'string' ? [] : [{ ...what, liesAs }])),
    ({ volume }) => volume,
  );
  const isInPlace = (barcode: string): boolean => {
    const what = lying.get(barcode);
    return typeof what === 'object' && what.barcode === barcode;
  };
  const elsewhere: TapeElsewhere[] = [];
  const doubtful: DoubtfulTape[] = [];
  for (const [{ volume, barcode, liesAs }, ...others] of claims.values() as Iterable<[Claim, ...Claim[]]>) {
    const names = [liesAs, ...others.map((each) => each.liesAs)];
    const whole = wholeOnes(dir, state, barcode, names);
    if (isInPlace(barcode) && whole.length === 0) {
      const longer = longerThanInPlace(dir, barcode, names);
      if (longer !== null) doubtful.push({ barcode, message: longer });
      continue;
    }
    const [chosen, ...again] = (whole.length > 0 ? whole : names) as [string, ...string[]];
    const doubt = doubtAbout(dir, barcode, [chosen, ...again], lying.get(barcode));
    if (doubt === null) elsewhere.push({ volume, barcode, liesAs: chosen, again, displaces: lying.has(barcode) });
    else doubtful.push({ barcode, message: `${barcode} is not in its place, and ${doubt}` });
  }
  const moving = new Set(elsewhere.map((tape) => tape.liesAs));
  return {
    elsewhere: elsewhere.map((tape) => ({ ...tape, displaces: tape.displaces && !moving.has(tape.barcode) })),
    doubtful,
  };
};

type Claim = Pick<TapeElsewhere, 'volume' | 'barcode' | 'liesAs'>;

const lyingAs = (dir: string, state: LibraryState, name: string, vaultKey: Uint8Array | null): Lying => {
  const { vault, settings } = state;
  let found: Pick<NodeHeader['tape'], 'volume' | 'barcode' | 'sequence'>;
  try {
    const { header, front } = frontOfTape(tapePath(dir, name));
    if (front !== null && isNewerOnTape(front)) return 'nameless';
    if (front !== null) return claimOf(dir, state, name, vaultKey);
    if (header.vault.id !== vault.id || header.sealed !== settings.sealed) return 'other';
    found = header.tape;
  } catch (thrown) {
    return aboutTape(thrown).code === 'TAPE_DAMAGED' ? claimOf(dir, state, name, vaultKey) : 'nameless';
  }
  return known(state, found);
};

/** What the chunks of a tape say whose beginning is damaged: what a reader goes by. */
const claimOf = (dir: string, state: LibraryState, name: string, vaultKey: Uint8Array | null): Lying => {
  const { vault, settings } = state;
  if (settings.sealed && vaultKey === null) return 'nameless';
  const volume = volumeOfBarcode(name);
  try {
    const medium = openToRead({ path: tapePath(dir, name) });
    try {
      const claim = firstClaim(medium, contextOf({ vault: vault.id, volume, vaultKey }));
      if (claim === null || claim.vault !== vault.id) return 'other';
      return known(state, { volume: claim.tape, barcode: `${claim.tape}${MEDIA_SUFFIX}`, sequence: 0 });
    } finally {
      medium.close();
    }
  } catch (thrown) {
    aboutTape(thrown);
    return 'nameless';
  }
};

const known = ({ tapes }: LibraryState, tape: Pick<NodeHeader['tape'], 'volume' | 'barcode' | 'sequence'>): Lying => {
  const { volume, sequence } = tape;
  const record = tapes.find((each) => each.volume === volume);
  // As it was before it was erased.
  if (record !== undefined && sequence > 0 && sequence < record.sequence) return 'other';
  const barcode = record?.barcode ?? tape.barcode;
  return isBarcode(barcode) && volumeOfBarcode(barcode) === volume ? { volume, barcode } : 'other';
};

/** Why it is not clear which file is a tape, or that it is to be put into its place; null when it is. */
const doubtAbout = (
  dir: string,
  barcode: string,
  names: readonly string[],
  inPlace: Lying | undefined,
): string | null => {
  const files = names.map((name) => `${name}.tap`).join(', ');
  if (isInImportExport(dir, barcode))
    return `it lies in the import/export slot and as ${files} too. Take away the one that is not wanted.`;
  if (inPlace === 'nameless')
    return `its file lies as ${files}, while what lies in its place may be it too, and does not say which tape it is. Take away what is not wanted.`;
  if (names.length > 1 && !areSame(names.map((name) => tapePath(dir, name))))
    return `several files say that they are it, and differ: ${files}. Take away those that are not wanted.`;
  return null;
};

/**
 * Of several files of a tape, one of which may lie in its place, those that hold all that the library knows to be written to it, where that one does not; none where they
 * differ. An older copy lies in the place of a tape that was put back from one.
 */
const wholeOnes = (dir: string, { tapes }: LibraryState, barcode: string, names: readonly string[]): string[] => {
  const record = tapes.find((each) => each.barcode === barcode);
  if (record === undefined || names.length < 2) return [];
  const looks = new Map(names.map((name) => [name, lookAt(dir, name)]));
  const inPlace = looks.get(barcode);
  if (inPlace === null || (inPlace !== undefined && inPlace.bytes >= leastBytesOf(record))) return [];
  const whole = names.filter((name) => {
    const look = looks.get(name) ?? null;
    return look !== null && look.bytes >= leastBytesOf(record) && look.chunks !== null && look.chunks >= record.chunks;
  });
  return areSame(whole.map((name) => tapePath(dir, name))) ? whole : [];
};

/** What is said of a tape in its place of which another file is longer, so that it may hold what that one lacks; null when there is none. */
const longerThanInPlace = (dir: string, barcode: string, names: readonly string[]): string | null => {
  const inPlace = names.length < 2 ? null : lookAt(dir, barcode);
  if (inPlace === null) return null;
  const longer = names.filter((name) => {
    const look = name === barcode ? null : lookAt(dir, name);
    return look !== null && look.chunks !== null && look.bytes > inPlace.bytes;
  });
  if (longer.length === 0) return null;
  const files = longer.map((name) => `${name}.tap`).join(', ');
  return `${barcode} lies in its place and, longer than there, as ${files}: what lies in its place may be an older copy, and is what is read. If it is, take it away and run "vault rebuild" again.`;
};

/** How long a file of a tape is, and how many chunks its tail tells; null when its beginning is damaged or it cannot be looked at. */
const lookAt = (dir: string, name: string): { readonly bytes: number; readonly chunks: number | null } | null => {
  try {
    const { bytes, front, tail } = glanceAtTape(tapePath(dir, name));
    return front === null ? { bytes, chunks: tail?.chunks ?? null } : null;
  } catch (thrown) {
    aboutTape(thrown);
    return null;
  }
};

/** Whether files are one tape as it was at one moment, as far as a look tells: equally long, with the same tail. */
const areSame = (paths: readonly string[]): boolean => {
  const [first, ...others] = paths.map((path) => {
    try {
      const { bytes, front, tail } = glanceAtTape(path);
      return front === null && tail !== null ? `${bytes} ${tail.chunks} ${tail.beginsAt} ${tail.writtenAt}` : null;
    } catch (thrown) {
      aboutTape(thrown);
      return null;
    }
  });
  return first !== null && others.every((other) => other === first);
};

/**
 * Gives the files of tapes their own names. What lies in the place of one gets the name that that had, by a third one: each step is a move to a name that
 * no file has, so that a kill leaves every file under some name on the shelf, and the next call goes on. `demand` is asked before each. Throws what that throws.
 */
export const putInPlace = (
  dir: string,
  state: LibraryState,
  vaultKey: Uint8Array | null,
  demand: () => void,
): PutInPlace => {
  const { elsewhere, doubtful } = outOfPlace(dir, state, vaultKey);
  const names = new Map(elsewhere.map(({ volume, liesAs }) => [volume, liesAs]));
  const put: (TapeElsewhere & { displaced: string })[] = [];
  for (const tape of elsewhere) {
    const { volume, barcode, liesAs } = tape;
    const name = names.get(volume) ?? liesAs;
    try {
      if (name !== barcode) exchange(dir, state, name, barcode, demand);
    } catch (thrown) {
      if (!(thrown instanceof ColdframeError) || (thrown.code !== 'IO' && thrown.code !== 'DISK_FULL')) throw thrown;
      return { put, doubtful, failure: thrown };
    }
    for (const [other, at] of names) if (at === barcode) names.set(other, name);
    names.set(volume, barcode);
    put.push({ ...tape, displaced: name });
  }
  return { put, doubtful, failure: null };
};

/** Moves a file to a name; what has that name gets the one that the file had. */
const exchange = (dir: string, state: LibraryState, from: string, to: string, demand: () => void): void => {
  if (!isShelved(dir, to)) {
    move(dir, from, to, demand);
    return;
  }
  const aside = freeName(dir, state);
  move(dir, to, aside, demand);
  try {
    move(dir, from, to, demand);
  } catch (thrown) {
    move(dir, aside, to, demand);
    throw thrown;
  }
  move(dir, aside, from, demand);
};

const move = (dir: string, from: string, to: string, demand: () => void): void => {
  demand();
  moveFile(tapePath(dir, from), tapePath(dir, to));
  failpoint('put-in-place:after-move');
};

/** A name on the shelf that neither a file nor a tape has. */
const freeName = (dir: string, { tapes }: LibraryState): string => {
  const taken = new Set([...shelvedBarcodes(dir), ...tapes.map(({ barcode }) => barcode)]);
  const names = Array.from({ length: taken.size + 1 }, (_, at) => `A${String(at).padStart(5, '0')}${MEDIA_SUFFIX}`);
  return names.find((name) => !taken.has(name)) as string;
};

/** The library of a vault that cannot be written to: its tapes are read where they lie. */
export const withPlaces = (dir: string, state: LibraryState): LibraryState => {
  if (state.settings.changer !== undefined) return state;
  const { elsewhere } = outOfPlace(dir, state, null);
  const names = new Map(elsewhere.map(({ volume, liesAs }) => [volume, liesAs]));
  const volumes = new Set<string>(state.tapes.map(({ volume }) => volume));
  const strangers = elsewhere.filter(({ volume }) => !volumes.has(volume));
  const tapes = [...state.tapes, ...strangers.map(({ volume, barcode }) => blankTape(volume, barcode))];
  return {
    ...state,
    tapes: tapes.map((tape) => {
      const liesAs = names.get(tape.volume);
      return liesAs === undefined ? tape : { ...tape, liesAs };
    }),
  };
};

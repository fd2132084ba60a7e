import type { Level } from '../../../shared/model/block-set.ts';
import type { Millis, ObjectId, SetId, TapeId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { OpenedTape } from './append-position.ts';
import type { ContainerItem } from './container.ts';
import type { TapeMedium } from './medium.ts';
import { encodeTail } from './tail.ts';
import type { DirectoryEntry, TapeCatalog, TapeCatalogSet } from './tail-content.ts';
import type { TapeAccess } from './tape-access.ts';

/** What the catalog of a tape says of a set; the number of chunks and bytes on the tape is counted. */
export interface CatalogSetNote {
  readonly id: SetId;
  readonly object: { readonly id: ObjectId; readonly name: string };
  readonly level: Level;
  readonly parent: SetId | null;
  readonly createdAt: Millis;
  /** Its last metadata chunk is durable. */
  readonly complete: boolean;
}

/** What the library notes of a tape that was ended in order. */
export interface TapeSummary {
  readonly chunks: number;
  readonly payloadBytes: number;
  /** Bytes of the medium that are used, the tail included. */
  readonly usedBytes: number;
  /** Of these, up to where the tail begins. */
  readonly bytesToTail: number;
  readonly full: boolean;
  readonly sets: readonly TapeCatalogSet[];
}

/** The catalog: a row for each set with chunks on the tape; what nobody describes is kept from before, or unknown. */
export const catalogOf = (
  volume: TapeId,
  entries: readonly DirectoryEntry[],
  notes: readonly CatalogSetNote[],
  before: TapeCatalog | null,
): TapeCatalog => {
  const sums = new Map<string, { chunks: number; bytes: number }>();
  for (const { set, payload } of entries) {
    const sum = sums.get(set) ?? { chunks: 0, bytes: 0 };
    sum.chunks += 1;
    sum.bytes += payload;
    sums.set(set, sum);
  }
  const known = new Map<string, Omit<TapeCatalogSet, 'chunks' | 'bytes'>>();
  for (const row of before?.sets ?? []) known.set(row.id, row);
  for (const note of notes) known.set(note.id, note);
  const sets = [...sums].map(([id, { chunks, bytes }]): TapeCatalogSet => {
    const { object, level, parent, createdAt, complete } = known.get(id) ?? unknown;
    return { id, object, level, parent, createdAt, chunks, bytes, complete };
  });
  return { volume, sets };
};

const unknown = { object: null, level: null, parent: null, createdAt: null, complete: false } as const;

/**
 * Writes the tail at the position and flushes, unless the tape has exactly this tail. A first attempt that does not fit
 * is followed by one with an empty catalog: the directory matters more. Gives what the tail says.
 */
export const writeTail = (
  medium: TapeMedium,
  access: TapeAccess,
  opened: OpenedTape,
  catalog: TapeCatalog,
  full: boolean,
  now: Millis,
): NonNullable<OpenedTape['tail']> => {
  const label = full ? 'EOV1' : 'EOF1';
  const tail = { label, ...opened.envelopes } as const;
  if (opened.tail && same(opened.tail, tail) && same(opened.catalog, catalog)) return tail;
  const here = medium.position();
  const content = {
    volume: access.volume,
    vault: access.vault,
    full,
    directory: { volume: access.volume, chunks: opened.entries },
    catalog,
    ...opened.envelopes,
    trailer: {
      directoryBlock: here.block,
      directoryOffset: here.offset,
      writtenAt: now,
      payloadBytes: opened.entries.reduce((sum, entry) => sum + entry.payload, 0),
    },
    codec: access.codec,
    tapeKey: opened.tapeKey,
  };
  medium.eraseRest();
  opened.tail = null;
  failpoint('tape:before-tail');
  writeItems(medium, encodeTail(content));
  failpoint('tape:after-tail');
  medium.flush();
  return tail;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(pick(one)) === JSON.stringify(pick(other));

/** Label and envelopes of a whole tail, or the value itself. */
const pick = (value: unknown): unknown =>
  value !== null &&
  typeof value === 'object' &&
  'label' in value &&
  'envelopes' in value &&
  'envelopesGeneration' in value
    ? { label: value.label, envelopes: value.envelopes, generation: value.envelopesGeneration }
    : value;

/** Writes records and file marks in runs, as few calls as there are changes between the two. */
export const writeItems = (medium: TapeMedium, items: readonly ContainerItem[]): void => {
  let run: Uint8Array[][] = [];
  for (const item of items) {
    if (item) run.push([item]);
    else {
      if (run.length > 0) medium.writeRecords(run);
      run = [];
      medium.writeFileMarks(1);
    }
  }
  if (run.length > 0) medium.writeRecords(run);
};

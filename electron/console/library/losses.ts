import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../shared/model/block-set.ts';
import type { SetId, TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { createRunControl } from '../../engine/mover/run-control.ts';
import { namesInThread } from '../../engine/restore/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { leastBytesOf } from '../../engine/tape/tape-record.ts';
import { demandOwnTape } from '../../engine/tape/writable-tapes.ts';
import { donorsOf } from '../backup/choose-level.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { EraseRequest, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { frontForLosses } from './tape-front.ts';
import { tapeView } from './tape-view.ts';

/** What would be lost if everything on a tape went. */
export const lossesOf = async (vault: OpenVault, name: string): Promise<TapeLosses> => {
  const { library } = vault.vault;
  const record = library.tape(name);
  const { sets, onCopies, copies, alone, unlisted } = setsLostWith(vault, record, 'nothing');
  const chunks = alone.map(({ set, sequence }) => `${set} ${sequence}`);
  const whole = sets.filter(({ state }) => state === 'complete').map(({ id }) => id);
  const control = createRunControl();
  const names =
    alone.length === 0 || whole.length === 0
      ? new Map<string, string[]>()
      : await namesInThread({ catalog: vault.catalogFile, sets: whole, chunks, control });
  const elements = [...new Set([...names.values()].flat())].sort();
  const tape = tapeView(library.state, record);
  const holders = copies.map((volume) => {
    const { id, barcode, verifiedAt } = tapeView(library.state, library.tape(volume));
    return { tape: id, barcode, verifiedAt };
  });
  return {
    tape,
    sets,
    onCopies,
    copies: holders,
    elements,
    chunks: record.chunks,
    chunksLost: alone.length,
    unlisted,
    front: frontForLosses(vault, record),
  };
};

interface Lost extends Pick<TapeLosses, 'sets' | 'onCopies' | 'unlisted'> {
  readonly record: TapeRecord;
  readonly alone: catalog.TapeLoss['alone'];
  /** Other tapes that count, and hold something of what lies on it. */
  readonly copies: catalog.TapeLoss['holders'];
}

/**
 * The sets that lose something with a tape, oldest first, and what builds on them. `trusted`: what still counts of a tape on which damage was found:
 * nothing of it, for who is asked whether a tape may go, or all but what is known to be damaged, for what is true once it went.
 */
export const setsLostWith = (vault: OpenVault, record: TapeRecord, trusted: 'nothing' | 'the rest'): Lost => {
  const { library } = vault.vault;
  const { volume, sequence } = record;
  const damaged = catalog.DamagedChunks.of(vault.catalogFile).chunks;
  const suspected = new Set(trusted === 'nothing' ? damaged.map(({ tape }) => tape) : []);
  const others = tapesAtHand(vault.vault).filter(
    (tape) => tape !== volume && !suspected.has(tape) && isWholeByItsLooks(vault, library.tape(tape)),
  );
  const { alone, chunks, sets: there, holders } = lossBeside(vault, volume, others, damaged);
  const sets = withThoseOn(vault.catalog, new Set(alone.map(({ set }) => set)));
  const onCopies = withThoseOn(vault.catalog, new Set(there)).filter(({ id }) => !sets.some((set) => set.id === id));
  const known = chunks + catalog.expiredChunks(vault.catalog)(volume, sequence);
  const unlisted = record.expiredAt === null ? Math.max(0, chunksOn(vault, record) - known) : 0;
  return { record, sets, onCopies, copies: holders, alone, unlisted };
};

/** What goes with a tape where the others count of which one that has something of it still holds it. */
const lossBeside = (
  vault: OpenVault,
  volume: TapeId,
  others: readonly string[],
  damaged: Parameters<typeof catalog.tapeLoss>[3],
): catalog.TapeLoss => {
  const loss = catalog.tapeLoss(vault.catalog, volume, others, damaged);
  const lost = new Set<string>(loss.holders.filter((tape) => !holdsWhatIsListed(vault, tape)));
  if (lost.size === 0) return loss;
  return catalog.tapeLoss(
    vault.catalog,
    volume,
    others.filter((tape) => !lost.has(tape)),
    damaged,
  );
};

/**
 * Whether a tape still holds what the catalog lists there, by the header of the last chunk of each set: another home may have erased it, or copied onto it, which this
 * one does not hear of. Of a tape of a changer its count of chunks tells.
 */
const holdsWhatIsListed = ({ vault, keys, catalog: store }: OpenVault, volume: TapeId): boolean => {
  const last = new Map<SetId, ChunkPlace>();
  for (const place of catalog.chunksOn(store, volume)) last.set(place.set, place);
  const { library } = vault;
  if (library.state.settings.changer !== undefined)
    return [...last.values()].every(({ tapeSequence }) => tapeSequence < library.tape(volume).chunks);
  try {
    const tape = TapeReader.open(vault.access(volume, keys));
    try {
      for (const place of last.values()) tape.readHeader(place);
      return true;
    } finally {
      tape.close();
    }
  } catch (thrown) {
    if (thrown instanceof ColdframeError) return false;
    throw thrown;
  }
};

/** How many chunks lie on a tape at least: whoever wrote them may not have noted it in the library, or that is from before. What a copy left that was interrupted counts for nothing. */
const chunksOn = ({ vault: { dir, library } }: OpenVault, record: TapeRecord): number => {
  const { chunks, copyOf } = record;
  if (library.state.settings.changer !== undefined || (copyOf !== null && chunks === 0)) return chunks;
  try {
    const { front, bare, tail } = demandOwnTape(dir, library.state.vault.id, record);
    return front === null && !bare ? Math.max(chunks, tail?.chunks ?? 1) : chunks;
  } catch (thrown) {
    if (thrown instanceof ColdframeError) return chunks;
    throw thrown;
  }
};

/**
 * Whether a tape is the one that it should be, undamaged as far as is known, and as long as what was written to it. Reads no content. Nobody can look at
 * a tape of a changer without a drive, and its barcode says little: it has to have been read through and found right since it was last written to.
 */
export const isWholeByItsLooks = ({ vault: { dir, library } }: OpenVault, record: TapeRecord): boolean => {
  const { state, takenOut, readRightAt } = record;
  if (state === 'damaged') return false;
  if (library.state.settings.changer !== undefined)
    return state !== 'blank' && state !== 'missing' && !takenOut && typeof readRightAt === 'number';
  try {
    return demandOwnTape(dir, library.state.vault.id, record).bytes >= leastBytesOf(record);
  } catch (thrown) {
    if (thrown instanceof ColdframeError) return false;
    throw thrown;
  }
};

/** Sets, and those that cannot be restored without them: built on them, or gone on from them when they were interrupted. */
const withThoseOn = (store: catalog.Catalog, lost: ReadonlySet<SetId>): BlockSetSummary[] => {
  const all = catalog.sets(store).toSorted((one, other) => one.createdAt - other.createdAt);
  const ofObject = Map.groupBy(all, ({ object }) => object.id);
  const known = new Set(all.map(({ id }) => id));
  const going = new Set(lost);
  for (const set of all) {
    const { id, parent, state, object } = set;
    const interrupted = state === 'interrupted' || state === 'writing';
    const resumedBy = (of: SetId): readonly SetId[] | null => catalog.resumedBy(store, of);
    const donors = interrupted ? [] : donorsOf(ofObject.get(object.id) ?? [], set, resumedBy);
    // What lies between them may be on a tape that is away: then it needs whatever was there before it, for all that is known.
    const blind =
      parent !== null &&
      !known.has(parent) &&
      (ofObject.get(object.id) ?? []).some((older) => older.createdAt < set.createdAt && going.has(older.id));
    if (blind || (parent !== null && going.has(parent)) || donors.some((donor) => going.has(donor))) going.add(id);
  }
  return all.filter(({ id }) => going.has(id));
};

/** Refuses when more would be lost than somebody agreed to. */
export const demandAgreed = (
  { record: tape, sets, onCopies, unlisted }: Lost,
  agreed: EraseRequest['agreed'],
): void => {
  const listed = new Set(agreed.sets);
  const more = [...sets, ...onCopies].filter(
    ({ id, finishedAt }) => !listed.has(id) || (finishedAt !== null && finishedAt > agreed.asOf),
  );
  if (more.length === 0 && unlisted <= agreed.unlisted) return;
  const what =
    more.length > 0
      ? `${more.length === 1 ? 'a block set' : `${more.length} block sets`} (${more.map(({ id, object }) => `${id.slice(0, 8)} of ${object.name}`).join(', ')})`
      : `${unlisted} chunks that the catalog of this home does not list`;
  throw new ColdframeError('TAPE_NEEDED', {
    message: `With tape ${tape.barcode} ${what} would be lost, which nobody agreed to. Nothing was changed.`,
    guidance:
      'See what lies on it with "tape show", and agree to what is lost, or copy the tape first with "tape copy".',
    context: { tape: tape.volume, sets: more.map(({ id }) => id).join(' '), unlisted },
  });
};

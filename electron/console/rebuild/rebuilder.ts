import { join } from 'node:path';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, SetState, Warning } from '../../../shared/model/block-set.ts';
import { millis, objectId, setId, vaultId } from '../../../shared/units.ts';
import { FRAME_BYTES, readFrame, sealContext, type UnitSeal } from '../../engine/blockset/unit.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { VaultKeys } from '../../engine/tape/keys.ts';
import type { ScanFinding, ScannedChunk } from '../../engine/tape/scan.ts';
import type { TapeCatalogSet } from '../../engine/tape/tail-content.ts';
import { isNewerOnTape } from '../../engine/tape/tape-errors.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';
import { noteUnit } from '../../platform/garbage.ts';
import { type CheckedStream, checkStream, headerOf } from './check-stream.ts';
import { EarlierCatalogs } from './earlier-catalogs.ts';
import { FoundChunks } from './found-chunks.ts';
import { FoundMetadata } from './found-metadata.ts';
import { readSetHeader, type SetHeader } from './read-set-header.ts';
import { type FoundChunk, REBUILD_COUNTER, type RebuildSetup, type TapeToScan } from './rebuild-protocol.ts';

const CHUNKS_A_STEP = 1000;
const WARNINGS_KEPT = 1000;
const TELL_MS = 100;

interface FoundSet {
  readonly header: SetHeader;
  readonly metadata: FoundMetadata;
}

/** Fills a catalog from tapes. Works in a thread of its own. */
export class Rebuilder {
  readonly #setup: RebuildSetup;
  readonly #store: catalog.Catalog;
  readonly #control: RunControl;
  readonly #counters: Float64Array;
  readonly #keys: VaultKeys | null;
  readonly #metadata = new Map<string, FoundMetadata>();
  /** What the tapes' own catalogs say of sets. */
  readonly #told = new Map<string, TapeCatalogSet>();
  readonly #warnings: Warning[] = [];
  /** What the catalog held before: ids with states. Whatever else the tapes hold is taken in, whenever it was made. */
  readonly #before: ReadonlyMap<string, SetState>;
  readonly #found = new FoundChunks();
  readonly #scanned = new Set<string>();
  /** Tapes that could not be scanned, or on which not everything was found that was written to them. */
  readonly #unsound = new Set<string>();
  /** Sets whose header is of a newer version. */
  readonly #newer = new Set<string>();
  readonly #tell: (chunks: readonly FoundChunk[]) => void;
  #untold: FoundChunk[] = [];
  #toldAt = 0;
  #dropped = 0;

  /** `tell`: takes chunks that a scan found, some at a time. */
  constructor(setup: RebuildSetup, tell: (chunks: readonly FoundChunk[]) => void) {
    this.#setup = setup;
    this.#tell = tell;
    this.#store = catalog.openCatalog(setup.catalog, { passing: setup.passing });
    this.#control = new RunControl(setup.control);
    this.#counters = new Float64Array(setup.counters);
    this.#keys = setup.vaultKey === null ? null : new VaultKeys(vaultId(setup.vault), setup.vaultKey);
    const before = catalog.sets(this.#store);
    this.#before = new Map(before.map(({ id, state }) => [id, state]));
  }

  /**
   * Notes every chunk of a tape and keeps its metadata aside. Damage is a warning; throws what else opening the tape
   * throws, and CANCELLED.
   */
  scan({ access, expectChunks }: TapeToScan): void {
    const tape = TapeReader.open(access);
    this.#scanned.add(access.volume);
    if (tape.frontDamage) this.#warn(access.volume, tape.frontDamage);
    try {
      const tail = tape.tail();
      if (tape.newerTail) this.#warn(access.volume, tape.newerTail);
      for (const told of tail?.catalog?.sets ?? []) this.#hear(told);
      let damage: ColdframeError | null = null;
      let found = 0;
      let places: ChunkPlace[] = [];
      for (const finding of this.#findings(tape, access.volume, (tail?.directory ?? null) !== null)) {
        this.#control.passageSync();
        if (damage !== null) this.#warn(access.volume, damage);
        damage = finding.kind === 'damage' ? finding.error : null;
        if (finding.kind === 'damage') {
          this.#unsound.add(access.volume);
          continue;
        }
        found += 1;
        places.push(finding.place);
        this.#look(tape, finding);
        this.#found.add(finding.place);
        this.#show(finding.place);
        if (places.length >= CHUNKS_A_STEP) places = this.#note(places);
      }
      this.#note(places);
      // What an interrupted write left at the end is no damage: all that was ever called written is there. A library that was made anew from
      // a tape without a tail does not know how much that was.
      const isRemnant = damage === null || (found >= expectChunks && expectChunks > 0 && !isNewerOnTape(damage));
      if (damage !== null && !isRemnant) this.#warn(access.volume, damage);
      else if (found < expectChunks) this.#warnMissing(access.volume, expectChunks - found);
      if (found < expectChunks) this.#unsound.add(access.volume);
    } finally {
      this.#tellOfFound();
      tape.close();
    }
  }

  /** Chunks are told in lots: a message for each would cost more than finding it. */
  #show({ set, kind, payloadBytes, offset }: ChunkPlace): void {
    this.#untold.push({ set, kind, payloadBytes, offset });
    if (performance.now() - this.#toldAt >= TELL_MS) this.#tellOfFound();
  }

  #tellOfFound(): void {
    const chunks = this.#untold;
    this.#untold = [];
    this.#toldAt = performance.now();
    if (chunks.length > 0) this.#tell(chunks);
  }

  /**
   * Takes in all sets that were found, and what the tapes do not tell now as earlier catalogs had it. `missing`: tapes
   * that could not be scanned. Returns the tapes that hold chunks of interrupted sets.
   */
  import(missing: readonly string[], earlier: readonly string[]): string[] {
    using catalogs = new EarlierCatalogs(earlier);
    const absent = [...new Set([...missing, ...catalogs.tapes().filter((tape) => !this.#scanned.has(tape))])];
    for (const tape of absent) this.#unsound.add(tape);
    for (const tape of this.#unsound) catalogs.keepPlaces(this.#store, tape);
    catalog.rememberRuns(this.#store, catalogs.runs());
    const told = this.#inOrder();
    const expired = this.#leaveOut(catalogs, told);
    const known = catalogs.sets().filter(({ id }) => !expired.has(id));
    const found = told.filter(({ header }) => !expired.has(header.summary.id));
    const coming = new Set<string>(found.map(({ header }) => header.summary.id));
    let next = 0;
    const keepUntil = (time: number): void => {
      for (let set = known[next]; set !== undefined && set.createdAt < time; set = known[++next])
        if (!coming.has(set.id)) this.#keep(set, catalogs);
    };
    for (const { header, metadata } of found) {
      keepUntil(header.summary.createdAt);
      this.#take(header, metadata);
    }
    keepUntil(Number.POSITIVE_INFINITY);
    for (const set of known) this.#keep(set, catalogs);
    if (this.#unsound.size > 0) for (const error of catalogs.damage) this.#warn('', error);
    for (const set of this.#wanted()) this.#warnWanted(set);
    return this.#unfinished(absent);
  }

  /**
   * The sets that expired, by an earlier catalog or the one that is filled: tapes and catalogs may still tell of them. One that something
   * needs which did not expire comes back: a home that did not know built on it.
   */
  #leaveOut(catalogs: EarlierCatalogs, found: readonly FoundSet[]): ReadonlySet<string> {
    const expired = new Map([...catalogs.expired(), ...catalog.expiredSets(this.#store)].map((set) => [set.id, set]));
    if (expired.size === 0) return new Set();
    const needs = this.#needs(catalogs, found);
    const left = [...needs.keys()].filter((id) => !expired.has(id));
    const back: string[] = [];
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      for (const needed of needs.get(id)?.() ?? []) {
        if (!expired.delete(needed)) continue;
        back.push(needed);
        left.push(needed);
      }
    }
    catalog.rememberExpired(this.#store, expired.values());
    catalog.forgetExpired(this.#store, back);
    catalog.forgetChunks(this.#store, expired.keys());
    return new Set(expired.keys());
  }

  /** What each set is built on and has content in the chunks of, as far as it was found. */
  #needs(catalogs: EarlierCatalogs, found: readonly FoundSet[]): Map<string, () => string[]> {
    const parents = [...catalogs.sets(), ...found.map(({ header }) => header.summary)];
    const needs = new Map(
      parents.map(({ id, parent }) => [id as string, () => (parent === null ? [] : [parent as string])]),
    );
    for (const { header, metadata } of found) {
      const { id, parent } = header.summary;
      needs.set(id, () => {
        const stream = metadata.whole ? this.#undamaged(id, () => checkStream(metadata.stream(), id)) : null;
        return [...(parent === null ? [] : [parent]), ...(stream?.neededChunks.keys() ?? [])];
      });
    }
    return needs;
  }

  /** Keeps a set as an earlier catalog had it, when the tapes do not tell it. */
  #keep(set: BlockSetSummary, catalogs: EarlierCatalogs): void {
    this.#control.passageSync();
    if (!catalogs.keep(this.#store, set.id)) return;
    if (set.state === 'interrupted' || set.state === 'writing') return;
    const { id, object } = set;
    const text = `Block set ${id} of ${object.name} cannot be read from tape now and is kept as the catalog had it`;
    const code = this.#metadata.has(id) ? 'METADATA_LOST' : 'TAPES_MISSING';
    this.#remark(id, code, `${text}; ${this.#whyNot(set)}`);
  }

  /** Which tapes a set wants for. */
  #whyNot({ id, tapes }: Pick<BlockSetSummary, 'id' | 'tapes'>): string {
    const places = [...catalog.chunkPlaces(this.#store, id)].map(({ tape }) => tape);
    const wanted = [...new Set([...tapes, ...places])].filter((tape) => this.#unsound.has(tape)).sort();
    if (wanted.length > 0) return `tapes missing or damaged: ${wanted.join(', ')}`;
    return this.#metadata.has(id) ? 'its metadata on tape is damaged' : 'no tape holds it any more';
  }

  /** Reads the indexes of what interrupted sets have on a tape, so that a backup can go on with them. */
  readIndexes(access: ReadAccess): void {
    const interrupted = new Set(
      catalog
        .sets(this.#store)
        .filter(({ state }) => state === 'interrupted')
        .map(({ id }) => id),
    );
    const tape = TapeReader.open(access);
    try {
      for (const place of Array.from(catalog.chunksOn(this.#store, access.volume))) {
        this.#control.passageSync();
        if (place.kind !== 'data' || !interrupted.has(place.set)) continue;
        const index = this.#undamaged(access.volume, () => firstUnit(tape, place));
        if (index) catalog.addChunks(this.#store, [{ place, index }]);
      }
    } finally {
      tape.close();
    }
  }

  /** Completes the catalog and closes it. Durable when it returns. */
  finish(): { sets: number; incompleteSets: number; elements: number; bytes: number; warnings: Warning[] } {
    while (catalog.settleSome(this.#store)) this.#control.passageSync();
    const sets = catalog.sets(this.#store);
    this.#warnBuildingOnOthers(sets);
    if (this.#setup.passing) catalog.closeFilled(this.#store);
    else this.#store.close();
    return {
      sets: sets.length,
      incompleteSets: sets.filter(({ state }) => state === 'incomplete').length,
      elements: this.#counters[REBUILD_COUNTER.elements] as number,
      bytes: this.#counters[REBUILD_COUNTER.bytes] as number,
      warnings: this.#keptWarnings(),
    };
  }

  /** Copies a catalog that nobody has open to write, sealed where the vault is. Durable when it returns. Throws IO. */
  async copy(from: string, to: string): Promise<void> {
    await catalog.copyClosed(from, to, this.#setup.vaultKey);
  }

  /** The chunks of a tape, as far as it bears its directory out: where a header says something else all chunks are looked for from there on. */
  *#findings(tape: TapeReader, volume: string, listed: boolean): Generator<ScanFinding> {
    let before: ChunkPlace | undefined;
    for (const finding of tape.scan()) {
      if (listed && finding.kind === 'chunk') {
        if (this.#undamaged(volume, () => tape.readHeader(finding.place)) === null) {
          this.#unsound.add(volume);
          yield* tape.scan({ headers: true, ...(before && { after: before }) });
          return;
        }
        before = finding.place;
      }
      yield finding;
    }
  }

  /** Keeps metadata that is new. */
  #look(tape: TapeReader, { place, part, last }: ScannedChunk): void {
    if (place.kind === 'data' || this.#before.get(place.set) === 'complete') return;
    const metadata = this.#metadata.get(place.set) ?? new FoundMetadata(join(this.#setup.folder, place.set));
    this.#metadata.set(place.set, metadata);
    if (metadata.has(part)) return;
    this.#undamaged(place.tape, () => {
      noteUnit();
      const payload = Buffer.allocUnsafeSlow(place.payloadBytes);
      const { units } = tape.readChunkPayload(place, payload);
      metadata.add({ part, last, units, tape: place.tape }, payload, this.#sealOf(place));
      return true;
    });
  }

  #note(places: readonly ChunkPlace[]): ChunkPlace[] {
    const payload = places.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    this.#count('bytes', payload);
    if (places.length > 0)
      catalog.addChunks(
        this.#store,
        places.map((place) => ({ place })),
      );
    return [];
  }

  /** A set with all metadata is told most of on the tape on which it ended. */
  #hear(told: TapeCatalogSet): void {
    const known = this.#told.get(told.id);
    if (known === undefined || known.object === null || told.complete) this.#told.set(told.id, told);
  }

  /** Headers with their metadata, in the order in which the sets were made. */
  #inOrder(): FoundSet[] {
    const found: FoundSet[] = [];
    for (const [id, metadata] of this.#metadata) {
      const header = this.#undamaged(id, () => {
        const json = headerOf(metadata.stream());
        return json === null ? null : readSetHeader(json, id);
      });
      if (header === null) continue;
      found.push({ header, metadata });
    }
    return found.sort((one, other) => one.header.summary.createdAt - other.header.summary.createdAt);
  }

  #take({ summary, selection, source, leftOut }: SetHeader, metadata: FoundMetadata): void {
    this.#control.passageSync();
    const stream = metadata.stream();
    const checked = this.#undamaged(summary.id, () => (metadata.whole ? checkStream(stream, summary.id) : null));
    const places = new Map([...catalog.chunkPlaces(this.#store, summary.id)].map((place) => [place.sequence, place]));
    const stored = [...places.values()].reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    const known = { ...summary, bytesStored: stored as typeof summary.bytesStored };
    if (checked === null || checked.wrong !== null) {
      const why = checked?.wrong ?? 'parts of its metadata are missing or damaged';
      this.#remark(summary.id, 'METADATA_LOST', `Block set ${summary.id} of ${summary.object.name}: ${why}`);
      catalog.noteIncomplete(this.#store, { summary: known, selection, source, leftOut });
      return;
    }
    const { lacking, needed, tapes } = this.#lacking(checked);
    const where = tapes.length > 0 ? `; tapes missing or damaged: ${tapes.join(', ')}` : '';
    const text = `Block set ${summary.id} of ${summary.object.name} lacks ${lacking} of the ${needed} data chunks`;
    if (lacking > 0) this.#remark(summary.id, 'CHUNKS_MISSING', `${text} that it needs${where}`);
    const state = lacking === 0 ? 'complete' : 'incomplete';
    const set = { summary: { ...known, state } as const, selection, source, leftOut };
    const taken = this.#undamaged(summary.id, () => catalog.importSet(this.#store, { ...set, stream, places: [] }));
    if (taken === null) {
      catalog.noteIncomplete(this.#store, set);
      return;
    }
    metadata.forget();
    this.#count('elements', summary.elements);
  }

  /** How many of the chunks that a set needs, its own and those of others, were found on none of the tapes. */
  #lacking({ neededChunks }: CheckedStream): { lacking: number; needed: number; tapes: string[] } {
    let lacking = 0;
    let needed = 0;
    const tapes = new Set<string>();
    for (const [set, sequences] of neededChunks) {
      const lost = [...sequences].filter((sequence) => !this.#found.has(set, sequence));
      needed += sequences.size;
      lacking += lost.length;
      for (const { tape } of catalog.chunkPlaces(this.#store, set, lost)) tapes.add(tape);
    }
    return { lacking, needed, tapes: [...tapes].sort() };
  }

  #wanted(): string[] {
    return catalog.wantedSets(this.#store);
  }

  /** Sets of which there are chunks and no metadata: interrupted, or waiting for a tape that is missing. Gives tapes. */
  #unfinished(missing: readonly string[]): string[] {
    const interrupted = new Set(this.#keptInterrupted());
    const wanted = new Set(this.#wanted());
    for (const id of catalog.setsWithoutRow(this.#store)) {
      const told = this.#told.get(id);
      if (!told?.object || told.level === null || told.createdAt === null) {
        // Nothing lists such a set: whoever wants to erase its tape is to hear that there is something the catalog does not know.
        if (this.#newer.has(id) && !wanted.has(id)) catalog.forgetChunks(this.#store, [id]);
        continue;
      }
      const set = {
        id: setId(id),
        object: { id: objectId(told.object.id), name: told.object.name },
        level: told.level,
        parent: told.parent === null ? null : setId(told.parent),
        createdAt: millis(told.createdAt),
      };
      if (told.complete || wanted.has(id) || missing.length > 0 || this.#metadata.has(id)) {
        catalog.noteIncomplete(this.#store, { summary: catalog.emptySummary(set) });
        if (this.#newer.has(id)) continue;
        this.#remark(id, 'METADATA_LOST', `Block set ${id} of ${set.object.name} has chunks on tape and no metadata`);
        continue;
      }
      catalog.beginSet(this.#store, set);
      catalog.interruptSet(this.#store, set.id);
      interrupted.add(set.id);
    }
    const tapes = new Set<string>();
    for (const id of interrupted) for (const { tape } of catalog.chunkPlaces(this.#store, id)) tapes.add(tape);
    return [...tapes].filter((tape) => !missing.includes(tape));
  }

  /** Interrupted sets that were taken over from an earlier catalog. */
  #keptInterrupted(): string[] {
    const interrupted = catalog.sets(this.#store).filter(({ state }) => state === 'interrupted');
    return interrupted.map(({ id }) => id).filter((id) => !this.#before.has(id));
  }

  /** What `work` gives, or null when it comes upon damage, which is noted. */
  #undamaged<T>(where: string, work: () => T): T | null {
    try {
      return work();
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.code === 'FORMAT_TOO_NEW') this.#newer.add(where);
      const isOfItsPlace = error.kind === 'damaged' || ['IO', 'TAPE_MISMATCH', 'FORMAT_TOO_NEW'].includes(error.code);
      if (!isOfItsPlace) throw error;
      this.#warn(where, error);
      return null;
    }
  }

  #sealOf({ set, sequence }: ChunkPlace): UnitSeal | null {
    if (this.#keys === null) return null;
    return { key: this.#keys.setKey(set), context: sealContext(Buffer.from(set, 'hex'), sequence) };
  }

  #warnMissing(tape: string, chunks: number): void {
    this.#remark(tape, 'CHUNKS_MISSING', `${chunks} chunks that were written to tape ${tape} are not on it any more`);
  }

  #warnWanted(set: string): void {
    this.#remark(set, 'PARENT_MISSING', `Block set ${set}, on which others build, is on none of these tapes`);
  }

  /** A set that only wants for what it builds on has no damage of its own to be named by. */
  #warnBuildingOnOthers(sets: readonly BlockSetSummary[]): void {
    const told = new Set(this.#warnings.map(({ path }) => path));
    const byId = new Map(sets.map((set) => [set.id, set]));
    for (const { id, object, parent, state } of sets) {
      if (state !== 'incomplete' || told.has(id)) continue;
      const base = parent === null ? undefined : byId.get(parent);
      const text = `Block set ${id} of ${object.name} is incomplete`;
      if (parent === null) this.#remark(id, 'CHUNKS_MISSING', text);
      else if (base === undefined)
        this.#remark(id, 'PARENT_MISSING', `${text}: it builds on set ${parent}, which is on none of these tapes`);
      else this.#remark(id, 'PARENT_MISSING', `${text}: it builds on set ${parent}, which is ${base.state}`);
    }
  }

  #warn(where: string, error: ColdframeError): void {
    this.#remark(where, isNewerOnTape(error) ? 'FORMAT_TOO_NEW' : error.code, error.message);
  }

  #remark(path: string, code: string, message: string): void {
    if (this.#warnings.length < WARNINGS_KEPT) this.#warnings.push({ code, path, message });
    else this.#dropped += 1;
  }

  #keptWarnings(): Warning[] {
    if (this.#dropped === 0) return this.#warnings;
    const more = { code: 'MORE_WARNINGS', path: '', message: `${this.#dropped} more warnings were not kept` };
    return [...this.#warnings, more];
  }

  #count(name: keyof typeof REBUILD_COUNTER, more: number): void {
    const at = REBUILD_COUNTER[name];
    this.#counters[at] = (this.#counters[at] as number) + more;
  }
}

/** The first unit of a chunk as it is stored. */
const firstUnit = (tape: TapeReader, place: ChunkPlace): Uint8Array => {
  const frame = Buffer.alloc(FRAME_BYTES);
  tape.readUnitRange(place, 0, FRAME_BYTES, frame);
  const { bodyBytes } = readFrame(frame, 0);
  const unit = Buffer.alloc(FRAME_BYTES + bodyBytes);
  tape.readUnitRange(place, 0, unit.length, unit);
  return unit;
};

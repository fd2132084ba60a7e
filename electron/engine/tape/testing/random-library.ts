import fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ColdframeError } from '../../../../shared/errors.ts';
import { millis, type SetId, setId, type TapeId, type VaultId } from '../../../../shared/units.ts';
import { publishFile } from '../../../platform/publish-file.ts';
import { isCleaningTape, volumeOfBarcode } from '../barcodes.ts';
import { canClean, careOf, cleaningTapes } from '../cleaning.ts';
import { copyTape } from '../copy-tape.ts';
import { barcodesInImportExport, importExportPath, isInImportExport } from '../import-export.ts';
import { Library } from '../library.ts';
import { readLibrary, type TapeRecord, writeLibrary } from '../library-state.ts';
import { TapeReader } from '../tape-reader.ts';
import { identifyTape, isShelved, shelvedBarcodes, tapePath } from '../tape-shelf.ts';
import { TapeWriter } from '../tape-writer.ts';
import { transferTape } from '../transfer-tape.ts';
import { createVault } from '../vault.ts';
import type { Act } from './random-acts.ts';

const TAPE_BYTES = 400_000;
const PAYLOAD_BYTES = 60_000;
const CLEANING_USES = 2;
const NOON = Date.parse('2026-01-01T12:00:00Z');
const DAY_MS = 86_400_000;

/** Stands for the end of the process. */
class Killed extends Error {}

interface Chunk {
  readonly set: SetId;
  readonly sequence: number;
  /** On which it was written, by the clock of the library. */
  readonly day: number;
  expired: boolean;
  /** Its backup was, or there was no policy by which that matters. */
  complete: boolean;
}

/** What is durable in the file of a tape: the number of its labelling, and chunks that were reported as written. */
interface TapeFile {
  readonly life: number;
  readonly chunks: readonly Chunk[];
}

interface KnownTape {
  readonly barcode: string;
  /** What lies in its place; null: nothing. */
  file: TapeFile | null;
  retired: boolean;
  protected: boolean;
  /** Somebody agreed to lose what is on it, for the time of one act. */
  consent: boolean;
}

interface LooseFile {
  readonly barcode: string;
  readonly path: string;
  readonly file: TapeFile;
}

/** A real library in a folder, and what has to be true of it. A kill is the instruction before a durable write, whichever. */
export class RandomLibrary {
  readonly done = new Set<string>();
  readonly #dir: string;
  readonly #vault: VaultId;
  readonly #known = new Map<TapeId, KnownTape>();
  readonly #exported: LooseFile[] = [];
  readonly #away: LooseFile[] = [];
  /** How often each cleaning tape was used. */
  readonly #uses = new Map<string, number>();
  /** What a run did that its policy is against. */
  #misused: string | null = null;
  #library: Library;
  #left: number | null = null;
  #numbers = 0;
  /** Days that the clock was set on, or back. */
  #days = 0;

  private constructor(dir: string) {
    this.#dir = dir;
    const state = readLibrary(dir);
    this.#vault = state.vault.id;
    writeLibrary(dir, { ...state, settings: { ...state.settings, tapeBytes: TAPE_BYTES } });
    this.#library = this.#opened();
  }

  static async make(folder: string): Promise<RandomLibrary> {
    const dir = join(folder, 'vault');
    fs.mkdirSync(join(folder, 'outside'));
    const { vault } = await createVault({ dir, name: 'random', slots: 3, drives: 2, codec: 'none' });
    await vault.close();
    return new RandomLibrary(dir);
  }

  /** Does something, or is killed while it does; gives what is not as it must be, or null. */
  perform(act: Act): string | null {
    this.#left = act.killedAt;
    const killed = this.#isKilledIn(act);
    this.#left = null;
    const next = this.#opened();
    if (!killed && !isDeepStrictEqual(next.state, this.#library.state)) return `${act.act} was not durable`;
    // Killed or not: what the next process finds is all that counts.
    this.#library = next;
    const wrong = this.#wrong();
    for (const tape of this.#known.values()) tape.consent = false;
    return wrong;
  }

  #isKilledIn(act: Act): boolean {
    try {
      if (this.#acts[act.act](act)) this.done.add(act.act);
    } catch (thrown) {
      if (thrown instanceof Killed) {
        this.done.add('killed');
        return true;
      }
      // What is refused is refused for a reason; what fails has none here.
      if (!(thrown instanceof ColdframeError) || thrown.code === 'IO' || thrown.code === 'INTERNAL') throw thrown;
    }
    return false;
  }

  #opened(): Library {
    const demand = (): void => {
      if (this.#left === null) return;
      if (this.#left === 0) throw new Killed();
      this.#left -= 1;
    };
    const now = () => millis(NOON + this.#days * DAY_MS + this.#numbers++);
    return new Library({ dir: this.#dir, now, demand, readOnly: false }, readLibrary(this.#dir));
  }

  /** Each does something, and gives whether there was anything to do. */
  readonly #acts: Readonly<Record<Act['act'], (act: Act) => boolean>> = {
    backup: ({ two }) => this.#backUp(1 + (two % 9)),
    load: ({ one, two }) => this.#library.load(this.#drive(two), this.#tape(one).volume).state !== 'blank',
    unload: ({ two }) => {
      const full = this.#library.state.drives.some(({ number, tape }) => number === this.#drive(two) && tape !== null);
      this.#library.unload(this.#drive(two));
      return full;
    },
    eject: ({ one }) => {
      this.#library.importExport.eject(this.#tape(one).volume);
      return true;
    },
    'take in': ({ one }) => {
      const outside = barcodesInImportExport(this.#dir);
      // One that is there rather than any: there are few.
      this.#library.importExport.takeIn(outside[one % Math.max(1, outside.length)] ?? this.#tape(one).volume);
      return true;
    },
    label: ({ two }) => {
      if (this.#library.state.tapes.length >= 7) return false;
      this.#library.label({ pool: two % 2 === 0 ? 'scratch' : 'data' });
      return true;
    },
    copy: ({ one, two }) => this.#copy(this.#tape(one).volume, this.#tape(two).volume),
    expire: ({ one }) => {
      const { volume } = this.#tape(one);
      const chunks = this.#of(volume).file?.chunks ?? [];
      for (const chunk of chunks) chunk.expired = true;
      this.#library.noteExpired([volume]);
      return chunks.length > 0;
    },
    erase: ({ one }) => {
      const { volume, chunks } = this.#tape(one);
      this.#of(volume).consent = true;
      this.#library.erase(volume);
      return chunks > 0;
    },
    retire: ({ one, two }) => {
      // Else there is soon nothing left to write to.
      if (two % 3 !== 0) return false;
      const { volume, barcode } = this.#tape(one);
      this.#library.retire(volume);
      this.#of(volume).retired = true;
      // Who has it open still says that it is another one.
      if (isShelved(this.#dir, barcode)) this.#library.noteAnother(volume, 'It is another one.');
      return true;
    },
    protect: ({ one, two }) => {
      this.#library.protect(this.#tape(one).volume, two % 3 === 0);
      this.#of(this.#tape(one).volume).protected = two % 3 === 0;
      return true;
    },
    export: ({ one }) => this.#export(this.#tape(one)),
    import: ({ one }) => {
      // One whose place is free rather than any: there are few.
      const free = this.#exported.filter(({ barcode }) => !isShelved(this.#dir, barcode));
      const from = free.length > 0 ? free : this.#exported;
      return this.#import(from[one % Math.max(1, from.length)]);
    },
    remove: ({ one }) => this.#remove(this.#tape(one)),
    'put back': ({ one }) => this.#putBack(one % Math.max(1, this.#away.length)),
    inventory: () => this.#library.inventory({ all: true }).length > 0,
    allocate: ({ one, two }) => {
      this.#days += (one % 3) - 1;
      this.#library.setAllocation(
        ([null, { policy: 'new' }, { policy: 'calendar', every: 'day' }] as const)[two % 3] ?? null,
      );
      return true;
    },
    clean: ({ two }) => {
      const { cleaning } = this.#library;
      if (!cleaningTapes(this.#library.state).some(canClean)) cleaning.add({ uses: CLEANING_USES });
      cleaning.begin(this.#drive(two));
      cleaning.end(this.#drive(two), { cleaned: true });
      return true;
    },
  };

  /** Where a policy asks for a new tape, a run goes on with nothing but what an incomplete one, or its own day, began. */
  #wrongBeginning(volume: TapeId): string | null {
    const chunks = this.#known.get(volume)?.file?.chunks ?? [];
    const { allocation, tapes } = this.#library.state;
    const isLeft = tapes.some((tape) => tape.state === 'filling' && tape.pool === 'data' && tape.volume !== volume);
    if (allocation && chunks.length === 0 && isLeft) this.done.add('left a tape with room');
    if (allocation?.policy === 'new' && chunks.some(({ complete }) => complete))
      return `${volume} was taken by a second run`;
    const otherDay = chunks.some(({ day }) => day !== this.#days);
    return allocation?.policy === 'calendar' && otherDay ? `${volume} was taken on a second day` : null;
  }

  #tape(drawn: number): TapeRecord {
    const { tapes } = this.#library.state;
    return tapes[drawn % tapes.length] as TapeRecord;
  }

  #drive(drawn: number): number {
    const { drives } = this.#library.state;
    return drives[drawn % drives.length]?.number ?? 1;
  }

  /** As a job writes: what was flushed is reported as written, whatever becomes of the tape's tail. */
  #backUp(chunks: number): boolean {
    const library = this.#library;
    const set = setId((this.#numbers++).toString(16).padStart(32, '0'));
    for (let sequence = 0; sequence < chunks; ) {
      const mayErase = ({ volume }: TapeRecord) =>
        this.#of(volume).file?.chunks.every(({ expired }) => expired) ?? false;
      const { volume, chunks: expectChunks } = library.nextWritableTape('data', mayErase);
      library.mount(1, volume);
      this.#meet();
      if (sequence === 0) this.#misused ??= this.#wrongBeginning(volume);
      const writer = this.#writer(volume, expectChunks);
      if (writer === null) continue;
      let full = false;
      for (; sequence < chunks && !full; sequence += 1) {
        full = writer.appendChunk({ ...shape, set, sequence, payload: [payloadOf(set, sequence)] }).earlyWarning;
        writer.flush();
        const tape = this.#of(volume);
        tape.file = {
          life: tape.file?.life ?? 0,
          chunks: [
            ...(tape.file?.chunks ?? []),
            { set, sequence, day: this.#days, expired: false, complete: library.state.allocation?.policy !== 'new' },
          ],
        };
        if (this.#left !== null && sequence > this.#left + 2) {
          writer.close();
          throw new Killed();
        }
      }
      const { sets: _, ...summary } = writer.finish({ full, catalogSets: [] });
      writer.close();
      library.noteWritten(volume, summary);
      library.unmount(1);
    }
    library.noteComplete();
    for (const { file } of this.#known.values())
      for (const chunk of file?.chunks ?? []) if (chunk.set === set) chunk.complete = true;
    library.endRun();
    return true;
  }

  /** Null when the tape was refused, which the library knows then. */
  #writer(volume: TapeId, expectChunks: number): TapeWriter | null {
    try {
      return TapeWriter.open(this.#access(volume), { expectChunks });
    } catch (thrown) {
      if (!(thrown instanceof ColdframeError)) throw thrown;
      this.#library.noteDamaged(volume, thrown.message);
      this.#library.unmount(1);
      return null;
    }
  }

  #copy(from: TapeId, to: TapeId): boolean {
    const library = this.#library;
    const target = library.tape(to);
    if (from === to || library.tape(from).state === 'blank') return false;
    if (target.state !== 'blank' && (target.chunks > 0 || !library.isBare(to))) return false;
    library.beginCopy(to, from);
    this.#meet();
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const request = { from: this.#access(from), to: this.#access(to), leaveOut: [], sets: [], cancelled };
    const { summary, places } = copyTape(request, () => undefined);
    const original = this.#of(from).file?.chunks ?? [];
    const tape = this.#of(to);
    const copied = places.map(({ set, sequence }) =>
      original.find((chunk) => chunk.set === set && chunk.sequence === sequence),
    );
    tape.file = { life: tape.file?.life ?? 0, chunks: copied.flatMap((chunk) => (chunk ? [{ ...chunk }] : [])) };
    library.noteWritten(to, summary);
    return places.length > 0;
  }

  #export({ volume, barcode }: TapeRecord): boolean {
    const { file } = this.#of(volume);
    if (file === null || !isShelved(this.#dir, barcode)) return false;
    const path = join(this.#dir, '..', 'outside', `${this.#numbers++}.tap`);
    const found = this.#transfer(tapePath(this.#dir, barcode), `${path}.tmp`, volume);
    if (found.damage.length > 0 || found.places.length < this.#library.tape(volume).chunks) return false;
    publishFile(`${path}.tmp`, path);
    this.#exported.push({ barcode, path, file: { ...file, chunks: file.chunks.map((chunk) => ({ ...chunk })) } });
    return true;
  }

  #import(loose: LooseFile | undefined): boolean {
    if (loose === undefined || isShelved(this.#dir, loose.barcode)) return false;
    // It would be a second one of its name, as anybody's copy of a file is.
    if (isInImportExport(this.#dir, loose.barcode)) return false;
    const volume = volumeOfBarcode(loose.barcode);
    const record = this.#library.state.tapes.find((tape) => tape.volume === volume);
    if (record && record.sequence !== 0 && record.sequence !== loose.file.life) return false;
    const place = tapePath(this.#dir, loose.barcode);
    const found = this.#transfer(loose.path, `${place}.tmp`, volume);
    publishFile(`${place}.tmp`, place);
    this.#of(volume).file = { ...loose.file, chunks: loose.file.chunks.map((chunk) => ({ ...chunk })) };
    this.#library.admit(loose.barcode, found.places.length < (record?.chunks ?? 0) ? 'chunks are missing' : null);
    return true;
  }

  #transfer(from: string, to: string, volume: TapeId) {
    const access = { vault: this.#vault, volume, vaultKey: null };
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const found = transferTape({ from: { path: from }, to, compare: false, access, cancelled }, () => undefined);
    if (found === null) throw new RangeError('a transfer compared, and was to copy');
    return found;
  }

  #remove({ volume, barcode }: TapeRecord): boolean {
    const tape = this.#of(volume);
    if (tape.file === null) return false;
    const path = join(this.#dir, '..', 'outside', `away-${this.#numbers++}.tap`);
    fs.renameSync(this.#placeOf(barcode), path);
    this.#away.push({ barcode, path, file: tape.file });
    tape.file = null;
    return true;
  }

  #putBack(at: number): boolean {
    const loose = this.#away[at];
    if (loose === undefined || isShelved(this.#dir, loose.barcode)) return false;
    if (isInImportExport(this.#dir, loose.barcode)) return false;
    fs.renameSync(loose.path, tapePath(this.#dir, loose.barcode));
    this.#of(volumeOfBarcode(loose.barcode)).file = loose.file;
    this.#away.splice(at, 1);
    return true;
  }

  /** Its own place, or the import/export slot while it is there. */
  #placeOf(barcode: string): string {
    return isInImportExport(this.#dir, barcode) ? importExportPath(this.#dir, barcode) : tapePath(this.#dir, barcode);
  }

  #access(volume: TapeId) {
    const path = this.#library.pathOf(volume);
    const keys = { vaultKey: null, envelopes: [], envelopesGeneration: 0 };
    return { path, vault: this.#vault, volume, capacity: TAPE_BYTES, codec: 'none' as const, ...keys };
  }

  #of(volume: TapeId): KnownTape {
    const known = this.#known.get(volume);
    if (known !== undefined) return known;
    const { barcode } = this.#library.tape(volume);
    const tape = { barcode, file: null, retired: false, protected: false, consent: false };
    this.#known.set(volume, tape);
    return tape;
  }

  /** Takes note of labels that are new; gives what must not have been written over. */
  #meet(): string | null {
    for (const barcode of shelvedBarcodes(this.#dir)) {
      const { tape } = identifyTape(tapePath(this.#dir, barcode));
      const known = this.#of(tape.volume);
      const before = known.file;
      if (before?.life === tape.sequence) continue;
      // One with nothing on it, whose labelling a kill kept from being noted, is known to nobody.
      const isAway = (loose: LooseFile): boolean => loose.barcode === barcode && loose.file.chunks.length > 0;
      if (before === null && this.#away.some(isAway)) return `${barcode} was labelled while it was away`;
      const mayGo = before === null || known.consent || before.chunks.every(({ expired }) => expired);
      if (!mayGo) return `${barcode} was labelled over what is kept`;
      if (before !== null && (known.retired || known.protected))
        return `${barcode} was labelled, though it is protected`;
      known.file = { life: tape.sequence, chunks: [] };
    }
    return null;
  }

  #wrong(): string | null {
    return (
      this.#misused ?? this.#wrongWithPlaces() ?? this.#wrongWithCleaning() ?? this.#meet() ?? this.#wrongWithContent()
    );
  }

  #wrongWithPlaces(): string | null {
    const { tapes, slots, drives } = this.#library.state;
    const volumes = tapes.map(({ volume }) => volume);
    const once = (list: readonly (TapeId | null)[]): boolean => {
      const there = list.filter((volume) => volume !== null);
      return new Set(there).size === there.length && there.every((volume) => volumes.includes(volume));
    };
    if (!once(volumes) || !once(slots.map(({ tape }) => tape))) return 'a tape is there twice';
    if (!once(drives.map(({ tape }) => tape))) return 'a tape is in two drives';
    const homeless = volumes.find((volume) => !slots.some(({ tape }) => tape === volume));
    if (homeless !== undefined) return `${homeless} has no slot`;
    const lost = [...this.#known.keys()].find((volume) => !volumes.includes(volume));
    return lost === undefined ? null : `${lost} is not known any more`;
  }

  /** A cleaning tape is no tape to write to, is in one place, and every use of it is counted. */
  #wrongWithCleaning(): string | null {
    const { tapes, drives } = this.#library.state;
    const files = [...shelvedBarcodes(this.#dir), ...barcodesInImportExport(this.#dir)];
    const written = [...files, ...tapes.map(({ barcode }) => barcode)].find(isCleaningTape);
    if (written !== undefined) return `${written} became a tape to write to`;
    if (drives.some((drive) => drive.tape !== null && careOf(drive).tape !== null)) return 'a drive holds two tapes';
    for (const { barcode, uses, usesLeft } of cleaningTapes(this.#library.state)) {
      if (drives.filter((drive) => careOf(drive).tape === barcode).length > 1) return `${barcode} is in two drives`;
      if (uses + usesLeft !== CLEANING_USES || uses < (this.#uses.get(barcode) ?? 0)) return `${barcode} is miscounted`;
      this.#uses.set(barcode, uses);
    }
    const lost = [...this.#uses.keys()].find(
      (barcode) => !cleaningTapes(this.#library.state).some((tape) => tape.barcode === barcode),
    );
    return lost === undefined ? null : `${lost} is not known any more`;
  }

  #wrongWithContent(): string | null {
    for (const [volume, { barcode, file, retired, protected: fixed }] of this.#known) {
      const places = [isShelved(this.#dir, barcode), isInImportExport(this.#dir, barcode)].filter(Boolean).length;
      if (file === null) {
        if (places > 0) return `${barcode} lies where nothing was put`;
        continue;
      }
      if (places !== 1) return `${barcode} is ${places === 0 ? 'gone' : 'in two places'}`;
      const found = this.#read(volume, barcode);
      const missing = file.chunks.find(({ set, sequence }) => !found.has(`${set} ${sequence}`));
      if (missing !== undefined) return `${barcode} lacks chunk ${missing.sequence} of ${missing.set}`;
      if ((retired || fixed) && found.size > file.chunks.length)
        return `${barcode} was written to, though it is protected`;
    }
    return null;
  }

  #read(volume: TapeId, barcode: string): Set<string> {
    const reader = TapeReader.open({ path: this.#placeOf(barcode), vault: this.#vault, volume, vaultKey: null });
    try {
      const found = new Set<string>();
      const into = Buffer.alloc(PAYLOAD_BYTES);
      for (const finding of reader.scan({ headers: true })) {
        if (finding.kind === 'damage') continue;
        reader.readChunkPayload(finding.place, into);
        const { set, sequence } = finding.place;
        if (into.equals(payloadOf(set, sequence))) found.add(`${set} ${sequence}`);
      }
      return found;
    } finally {
      reader.close();
    }
  }
}

const shape = { kind: 'data', lastMetadata: false, part: 0, unitCount: 1, plainLength: PAYLOAD_BYTES } as const;

const payloadOf = (set: SetId, sequence: number): Buffer => Buffer.alloc(PAYLOAD_BYTES, `${set} ${sequence} `);

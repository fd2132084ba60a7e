import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import { framedBytes, MAX_RECORD_BYTES, recordWord, WORD_BYTES } from '../container.ts';
import type { GatheredRecord, RecordPattern, TapeItem, TapeMedium, TapePosition } from '../medium.ts';
import { tapeDamaged, tapeFull } from '../tape-errors.ts';
import type { Drive, Found } from './drive.ts';
import { EndOfTape } from './end-of-tape.ts';
import { driveReset } from './scsi-errors.ts';

const UNKNOWN = -1;
/** Enough to learn how long a block is. */
const PEEK_BYTES = 2;
/** No record of ours is longer; one that is takes a second read, as every one does from a drive that does not send what is shorter. */
const USUAL_BYTES = 262_144;

const lengthOf = (record: GatheredRecord): number => record.reduce((sum, part) => sum + part.length, 0);

/**
 * A tape in a drive. Offsets are counted as in a `.tap` file (MEDIA-FORMAT.md, 1), so that what is written is the same on
 * both; the drive itself knows blocks alone. Synchronous; for worker threads.
 */
export class ScsiTape implements TapeMedium {
  readonly name: string;
  readonly #drive: Drive;
  readonly #nominal: number;
  readonly #writable: boolean;
  readonly #end = new EndOfTape();
  #block = 0;
  #offset = 0;
  /** Offset at which the drive first said that the end is near. */
  #warned = Number.POSITIVE_INFINITY;
  #failed: ColdframeError | null = null;
  #closed = false;

  /** Stands at the beginning. Errors: TAPE_PROTECTED, and what the drive reports. */
  constructor(name: string, drive: Drive, options: { readonly capacity: number; readonly mode: 'read' | 'append' }) {
    this.name = name;
    this.#drive = drive;
    this.#nominal = Math.min(options.capacity, drive.capacity ?? options.capacity);
    this.#writable = options.mode === 'append';
    if (this.#writable && drive.writeProtected) throw this.#protected('is write protected');
    if (drive.read(PEEK_BYTES).kind === 'end') this.#end.isAt({ block: 0, offset: 0 });
    drive.rewind();
  }

  get capacity(): number {
    return Math.min(this.#nominal, this.#warned);
  }

  get endOffset(): number {
    return this.#end.offset ?? Number.MAX_SAFE_INTEGER;
  }

  position(): TapePosition {
    if (this.#block === UNKNOWN || this.#offset === UNKNOWN)
      throw new RangeError(`the position on ${this.name} is not known`);
    return { block: this.#block, offset: this.#offset };
  }

  locate(position: TapePosition): void {
    if (position.offset < 0 || position.block < 0 || position.offset > this.endOffset)
      throw tapeDamaged(this.name, 'it ends before the place that was asked for', position.offset);
    this.#moveTo(position.block);
    this.#stands(position);
  }

  locateBlock(block: number): void {
    if (this.#block === UNKNOWN || this.#offset === UNKNOWN || this.#block > block)
      this.locate({ block: 0, offset: 0 });
    while (this.#block < block)
      if (this.#step(PEEK_BYTES).kind === 'end')
        throw tapeDamaged(this.name, `it ends before block ${block}`, this.#offset);
  }

  toEnd(): void {
    const known = this.#end.block;
    if (known !== null) this.#moveTo(known);
    else {
      this.#block = this.#drive.locates ? this.#reportedEnd() : this.#countedEnd();
      this.#end.isBehind(this.#block);
    }
    this.#offset = this.#block === 0 ? 0 : UNKNOWN;
  }

  read(): TapeItem {
    return this.#staying(() => {
      const here = { block: this.#block, offset: this.#offset };
      const found = this.#step(USUAL_BYTES);
      if (found.kind !== 'record') return found;
      if (found.bytes > MAX_RECORD_BYTES)
        throw tapeDamaged(this.name, 'the length of a record is out of range', here.offset);
      if (found.data.length === found.bytes) return { kind: 'record', data: Buffer.from(found.data) };
      this.#moveTo(here.block);
      this.#offset = here.offset;
      return { kind: 'record', data: Buffer.from(this.#exactly(found.bytes, true)) };
    });
  }

  readBack(): TapeItem {
    if (this.#block === 0) return { kind: 'end' };
    if (this.#block === UNKNOWN) throw new RangeError(`the position on ${this.name} is not known`);
    const before = this.#block - 1;
    this.#offset = UNKNOWN;
    this.#moveTo(before);
    const item = this.read();
    if (item.kind === 'end') throw driveReset(this.name, 'what was there before is not there any more');
    this.#moveTo(before);
    this.#end.wentBack(before, item.kind === 'mark' ? WORD_BYTES : framedBytes(item.data.length));
    return item;
  }

  readRecords(records: readonly GatheredRecord[]): void {
    this.#staying(() => {
      for (const parts of records) {
        const data = this.#exactly(lengthOf(parts), true);
        let at = 0;
        for (const part of parts) {
          part.set(data.subarray(at, at + part.length));
          at += part.length;
        }
      }
    });
  }

  readPart(length: number, from: number, into: Uint8Array): void {
    if (from < 0 || from + into.length > length) throw new RangeError('a part reaches beyond its record');
    this.#staying(() => into.set(this.#exactly(length, true).subarray(from, from + into.length)));
  }

  skipRecords(lengths: readonly number[]): void {
    this.#staying(() => {
      for (const length of lengths) this.#exactly(length, false);
    });
  }

  spaceFileMarks(count: number): boolean {
    for (let left = count; left > 0; ) {
      const { kind } = this.#step(PEEK_BYTES);
      if (kind === 'end') return false;
      if (kind === 'mark') left -= 1;
    }
    return true;
  }

  resync(pattern: RecordPattern, within: number = Number.POSITIVE_INFINITY): boolean {
    const from = this.#offset;
    for (;;) {
      const [block, offset] = [this.#block, this.#offset];
      const found = this.#stepOverDamage(pattern.bytes);
      if (found === 'lost') return this.#toEndIfFound();
      if (found.kind === 'end' || (offset !== UNKNOWN && offset - from > within)) {
        this.toEnd();
        return false;
      }
      if (found.kind !== 'record' || found.bytes !== pattern.bytes) continue;
      const record = Buffer.from(found.data);
      if (record.indexOf(pattern.magic) !== 0) continue;
      const at = offset === UNKNOWN ? (pattern.offsetOf?.(record) ?? UNKNOWN) : offset;
      if (at === UNKNOWN) continue;
      if (pattern.blockOf(record, at) !== block) continue;
      this.locate({ block, offset: at });
      return true;
    }
  }

  #toEndIfFound(): false {
    try {
      this.toEnd();
    } catch (thrown) {
      // Behind damage a drive may find no end of the data either; what was read before counts all the same.
      if (asColdframeError(thrown).kind !== 'damaged') throw thrown;
    }
    return false;
  }

  writeRecords(records: readonly GatheredRecord[]): void {
    const lengths = records.map(lengthOf);
    for (const length of lengths) recordWord(length);
    this.#write(
      lengths.reduce((sum, length) => sum + framedBytes(length), 0),
      records.length,
      () => records.map((parts) => this.#drive.write(parts)).some(Boolean),
    );
  }

  writeFileMarks(count: number): void {
    this.#write(count * WORD_BYTES, count, () => this.#drive.writeFileMarks(count));
  }

  eraseRest(): void {
    this.#demandWritable();
    const here = this.position();
    if (this.#end.block === here.block) return;
    this.#demandThere(here.block);
    // Where the drive cannot, what lies behind is gone with the next write; until then it is not read any more.
    try {
      this.#drive.erase();
    } catch (thrown) {
      throw this.#fail(asColdframeError(thrown));
    }
    this.#end.isAt(here);
  }

  flush(): void {
    this.#demandWritable();
    try {
      this.#drive.writeFileMarks(0);
    } catch (thrown) {
      throw this.#fail(asColdframeError(thrown));
    }
    if (this.#block !== UNKNOWN) this.#demandThere(this.#block);
  }

  asksForCleaning(): boolean {
    return this.#drive.asksForCleaning();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#drive.close();
  }

  #write(bytes: number, items: number, write: () => boolean): void {
    this.#demandWritable();
    const here = this.position();
    // Behind the early warning the drive itself says what fits: the tail has to.
    const limit = this.#warned === Number.POSITIVE_INFINITY ? this.#nominal : Number.POSITIVE_INFINITY;
    if (here.offset + bytes > limit) throw tapeFull(this.name, bytes, limit - here.offset);
    this.#demandThere(here.block);
    try {
      if (write()) this.#warned = Math.min(this.#warned, here.offset);
    } catch (thrown) {
      throw this.#takeBack(here, asColdframeError(thrown));
    }
    this.#stands({ block: here.block + items, offset: here.offset + bytes });
    this.#end.isAt(this.position());
  }

  /** Back to where a write began. Only a full tape leaves the medium usable: otherwise nobody knows what it wrote. */
  #takeBack(here: TapePosition, error: ColdframeError): ColdframeError {
    this.#end.isUnknown();
    if (error.code !== 'TAPE_FULL') return this.#fail(error);
    this.#warned = Math.min(this.#warned, here.offset);
    try {
      this.#block = UNKNOWN;
      this.#moveTo(here.block);
      this.#stands(here);
    } catch (second) {
      return this.#fail(asColdframeError(second));
    }
    return error;
  }

  /** Reads the next item, of a record at most `bytes`, and moves behind it. */
  #step(bytes: number): Found {
    if (this.#block === UNKNOWN) throw new RangeError(`the position on ${this.name} is not known`);
    this.#end.passes(this.#block, this.#offset);
    if (this.#end.block === this.#block) return { kind: 'end' };
    let found: Found;
    try {
      found = this.#drive.read(bytes);
    } catch (thrown) {
      this.#block = UNKNOWN;
      throw this.#unlessDamage(thrown);
    }
    if (found.kind === 'end') {
      if (this.#offset !== UNKNOWN) this.#end.isAt({ block: this.#block, offset: this.#offset });
      return found;
    }
    this.#block += 1;
    if (this.#offset !== UNKNOWN) this.#offset += found.kind === 'mark' ? WORD_BYTES : framedBytes(found.bytes);
    return found;
  }

  /** The same, passing a block that cannot be read; `lost` when that cannot be done either. */
  #stepOverDamage(bytes: number): Found | 'lost' {
    const before = this.#block;
    try {
      return this.#step(bytes);
    } catch (thrown) {
      if (asColdframeError(thrown).kind !== 'damaged') throw thrown;
    }
    try {
      this.#offset = UNKNOWN;
      this.#moveTo(before + 1);
      return { kind: 'record', bytes: UNKNOWN, data: Buffer.alloc(0) };
    } catch (thrown) {
      if (asColdframeError(thrown).kind !== 'damaged') throw thrown;
      return 'lost';
    }
  }

  /** The next record, which has to have `length` bytes; its data only when they are `wanted`. */
  #exactly(length: number, wanted: boolean): Uint8Array {
    const at = this.#offset;
    const found = this.#step(wanted ? length : PEEK_BYTES);
    if (found.kind === 'record' && found.bytes === length) return found.data;
    const there = found.kind === 'record' ? `one of ${found.bytes} bytes` : `a ${found.kind}`;
    throw tapeDamaged(this.name, `a record of ${length} bytes belongs here, and ${there} is there`, at);
  }

  /** Puts the tape back where it was when something throws. */
  #staying<T>(work: () => T): T {
    const [block, offset] = [this.#block, this.#offset];
    try {
      return work();
    } catch (thrown) {
      if (asColdframeError(thrown).kind === 'damaged' && block !== UNKNOWN) {
        this.#moveTo(block);
        this.#offset = offset;
      }
      throw thrown;
    }
  }

  #stands({ block, offset }: TapePosition): void {
    this.#block = block;
    this.#offset = offset;
  }

  /** Moves before a block; what the offset is then is the caller's to say. */
  #moveTo(block: number): void {
    if (this.#block === block) return;
    const from = this.#block;
    this.#block = UNKNOWN;
    let there: boolean;
    try {
      if (block === 0) this.#drive.rewind();
      there = block === 0 || (this.#drive.locates ? this.#drive.locate(block) : this.#count(from, block));
    } catch (thrown) {
      throw this.#unlessDamage(thrown);
    }
    if (!there) throw tapeDamaged(this.name, `it ends before block ${block}`);
    this.#block = block;
  }

  /**
   * Throws DRIVE_RESET, and ends all writing, unless the tape stands where it was left: who took note of a reset, which rewinds it, need not have
   * been this session.
   */
  #demandThere(block: number): void {
    if (!this.#drive.locates) return;
    try {
      if (this.#drive.position() === block) return;
    } catch (thrown) {
      throw this.#fail(asColdframeError(thrown));
    }
    throw this.#fail(driveReset(this.name, 'it does not stand where it was left'));
  }

  /** What a drive reported; of anything but damage of the tape, which may be another one or stand elsewhere by now, nothing more is written. */
  #unlessDamage(thrown: unknown): ColdframeError {
    const error = asColdframeError(thrown);
    return error.kind === 'damaged' ? error : this.#fail(error);
  }

  /** Moves by counting. The last step forward is a read, for a drive may call the end of the data an error either way. */
  #count(from: number, block: number): boolean {
    if (from !== UNKNOWN && block < from) return this.#drive.spaceItems(block - from) === 'done';
    if (from === UNKNOWN) this.#drive.rewind();
    const steps = block - Math.max(from, 0) - 1;
    return (steps === 0 || this.#drive.spaceItems(steps) === 'done') && this.#drive.read(PEEK_BYTES).kind !== 'end';
  }

  #reportedEnd(): number {
    this.#block = UNKNOWN;
    try {
      this.#drive.toEndOfData();
    } catch (thrown) {
      throw this.#unlessDamage(thrown);
    }
    const block = this.#drive.position();
    if (block === null) throw driveReset(this.name, 'it does not know where it stands');
    return block;
  }

  /** The number of items on the tape, found by steps that double and halve. */
  #countedEnd(): number {
    let counted = Math.max(this.#block, 0);
    if (this.#block === UNKNOWN) this.#drive.rewind();
    this.#block = UNKNOWN;
    for (let [step, growing] = [16, true]; step >= 1; ) {
      if (this.#drive.spaceItems(step) === 'done') {
        counted += step;
        if (growing) step *= 2;
        continue;
      }
      growing = false;
      step = Math.floor(step / 2);
      this.#drive.rewind();
      if (counted > 0 && !this.#count(0, counted)) throw driveReset(this.name, 'it lost count of its blocks');
    }
    while (this.#drive.read(PEEK_BYTES).kind !== 'end') counted += 1;
    return counted;
  }

  #demandWritable(): void {
    if (this.#failed) throw this.#failed;
    if (!this.#writable) throw this.#protected('was opened for reading');
  }

  #protected(what: string): ColdframeError {
    return new ColdframeError('TAPE_PROTECTED', {
      message: `${this.name} ${what}.`,
      guidance: 'Remove the write protection of the tape, or use another one.',
      context: { device: this.name },
    });
  }

  #fail(error: ColdframeError): ColdframeError {
    this.#failed = error;
    return error;
  }
}

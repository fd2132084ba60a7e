import { createHash, type Hash } from 'node:crypto';
import { ColdframeError } from '../../../shared/errors.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { containerImage } from './container.ts';
import type { TapeItem, TapeMedium } from './medium.ts';
import { openToAppend, openToRead } from './open-medium.ts';
import { tapeDamaged } from './tape-errors.ts';
import type { TapeWindAnswer, TapeWindRequest } from './tape-transfer-protocol.ts';
import { VirtualTape } from './virtual-tape.ts';

/** Written between two flushes. */
const FLUSH_BYTES = 64 << 20;
/** Between two tellings of how far it is. */
const TOLD_BYTES = 1 << 20;

type Hear = (answer: Extract<TapeWindAnswer, { kind: 'progress' }>) => void;
type Wound = Exclude<TapeWindAnswer, { kind: 'progress' } | { kind: 'failed' }>;

/**
 * Holds a tape in its drive against the file of a tape and, with `writes`, has it become that tape: what lies on the tape has to be where the file begins,
 * and only what the file has behind that is written, at the end of the tape. So nothing that lies on a tape is ever written over. All of it is read back then. What the file is hours
 * after it was checked proves nothing: the bytes that come off the tape have to be those that were found then.
 * Synchronous, for a worker thread. Errors: TAPE_FULL, before anything is written when the file is larger than the tape, TAPE_PROTECTED, TAPE_DAMAGED, CANCELLED, IO, and as of a drive; the tape then has a part of the file.
 */
export const windTape = ({ file, is, onto, writes, cancelled }: TapeWindRequest, hear: Hear): Wound => {
  const source = VirtualTape.open({ path: file, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    const medium = writes ? openToAppend(onto) : openToRead(onto);
    try {
      const room = Math.min(onto.capacity, medium.capacity);
      return new Winding(source, medium, { is, room, cancelled }, hear).run(writes);
    } finally {
      medium.close();
    }
  } finally {
    source.close();
  }
};

interface WindingOptions extends Pick<TapeWindRequest, 'is' | 'cancelled'> {
  /** Bytes that the tape takes. */
  readonly room: number;
}

class Winding {
  readonly #source: TapeMedium;
  readonly #medium: TapeMedium;
  readonly #options: WindingOptions;
  readonly #hear: Hear;
  /** Of what was read off the tape, or written to it, since it was rewound. */
  #digest: Hash = createHash('sha256');
  #told = 0;

  constructor(source: TapeMedium, medium: TapeMedium, options: WindingOptions, hear: Hear) {
    this.#source = source;
    this.#medium = medium;
    this.#options = options;
    this.#hear = hear;
  }

  run(writes: boolean): Wound {
    const there = this.#compare('comparing');
    if (there === null) return { kind: 'different' };
    const next = this.#source.read();
    if (next.kind === 'end') {
      if (!this.#isAsFound()) throw fileChanged(this.#source.name, writes);
      return { kind: 'same' };
    }
    this.#demandRoom();
    if (!writes) return { kind: there === 0 ? 'blank' : 'begun' };
    this.#write(next);
    if (!this.#isAsFound()) throw fileChanged(this.#source.name, true);
    this.#medium.locate({ block: 0, offset: 0 });
    this.#source.locate({ block: 0, offset: 0 });
    this.#digest = createHash('sha256');
    this.#told = 0;
    const back = this.#compare('reading back');
    if (back === null || this.#source.read().kind !== 'end' || !this.#isAsFound())
      throw tapeDamaged(this.#medium.name, 'what was written to it did not come back right');
    return { kind: 'same' };
  }

  /** Whether what came off the tape, or went onto it, up to here is what was found in the file when it was checked. */
  #isAsFound(): boolean {
    return this.#digest.copy().digest('hex') === this.#options.is.sha256;
  }

  #demandRoom(): void {
    const { is, room } = this.#options;
    if (is.bytes > room) throw fileTooLarge(this.#source.name, this.#medium.name, is.bytes, room);
  }

  /** How many items the tape holds, up to its end, if all of them are those that the file begins with; else null. Both stand behind them. */
  #compare(phase: 'comparing' | 'reading back'): number | null {
    for (let items = 0; ; items += 1) {
      this.#demandGoing();
      const found = this.#medium.read();
      if (found.kind === 'end') return items;
      if (!isSame(found, this.#source.read())) return null;
      this.#digest.update(imageOf(found));
      this.#tell(phase);
    }
  }

  #write(next: TapeItem): void {
    let flushed = this.#source.position().offset;
    for (let item = next; item.kind !== 'end'; item = this.#source.read()) {
      this.#demandGoing();
      if (item.kind === 'mark') this.#medium.writeFileMarks(1);
      else this.#medium.writeRecords([[item.data]]);
      this.#digest.update(imageOf(item));
      failpoint('import:after-item');
      this.#tell('copying');
      const { offset } = this.#source.position();
      if (offset - flushed < FLUSH_BYTES) continue;
      this.#medium.flush();
      flushed = offset;
    }
    this.#medium.flush();
  }

  #tell(phase: 'comparing' | 'copying' | 'reading back'): void {
    const { offset } = this.#source.position();
    if (offset - this.#told < TOLD_BYTES) return;
    this.#told = offset;
    this.#hear({ kind: 'progress', phase, bytes: offset });
  }

  #demandGoing(): void {
    if (Atomics.load(this.#options.cancelled, 0) === 0) return;
    throw new ColdframeError('CANCELLED', {
      message: 'The import was cancelled.',
      guidance: 'If the tape has a part of the file by now, the same command goes on with it.',
    });
  }
}

const isSame = (one: TapeItem, other: TapeItem): boolean => {
  if (one.kind === 'record' && other.kind === 'record') return one.data.equals(other.data);
  return one.kind === other.kind;
};

const imageOf = (item: Exclude<TapeItem, { kind: 'end' }>): Buffer =>
  containerImage([item.kind === 'mark' ? null : item.data]);

const fileChanged = (file: string, begun: boolean): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `${file} has changed since it was read through. ${begun ? 'What the tape has by now counts for nothing.' : 'Nothing was changed.'}`,
    guidance: begun
      ? 'See to it that nothing writes to the file, and import it again. If that finds something else on the tape, erase it with the tools of the library, or a tool such as mt, first.'
      : 'See to it that nothing writes to the file, and import it again.',
    context: { path: file },
  });

/** The whole file does not fit onto a tape of so many bytes. */
export const fileTooLarge = (file: string, tape: string, needed: number, room: number): ColdframeError =>
  new ColdframeError('TAPE_FULL', {
    message: `${file} does not fit onto ${tape}: it has ${needed} bytes, and the tape takes ${room}. Nothing more was written to it.`,
    guidance:
      'A tape takes what "vault create --tape-size" said, and no more than its drive says. Put a larger tape with that barcode in its place, or read the file with rescue.mjs.',
    context: { path: file, tape, needed, left: room },
  });

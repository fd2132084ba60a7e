import { ColdframeError } from '../../../shared/errors.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { TapeItem, TapeMedium } from './medium.ts';
import { openToAppend, openToRead } from './open-medium.ts';
import { tapeDamaged } from './tape-errors.ts';
import type { TapeWindAnswer, TapeWindRequest } from './tape-transfer-protocol.ts';
import { VirtualTape } from './virtual-tape.ts';

/** Written between two flushes. */
const FLUSH_BYTES = 64 << 20;

type Hear = (answer: Extract<TapeWindAnswer, { kind: 'progress' }>) => void;
type Wound = Exclude<TapeWindAnswer, { kind: 'progress' } | { kind: 'failed' }>;

/**
 * Holds a tape in its drive against the file of a tape and, with `writes`, has it become that tape: what lies on the tape has to be where the file begins,
 * and only what the file has behind that is written, at the end of the tape. So nothing that lies on a tape is ever written over. All of it is read back then.
 * Synchronous, for a worker thread. Errors: TAPE_FULL, TAPE_PROTECTED, TAPE_DAMAGED, CANCELLED, IO, and as of a drive; the tape then has a part of the file.
 */
export const windTape = ({ file, onto, writes, cancelled }: TapeWindRequest, hear: Hear): Wound => {
  const source = VirtualTape.open({ path: file, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    const medium = writes ? openToAppend(onto) : openToRead(onto);
    try {
      return new Winding(source, medium, cancelled, hear).run(writes);
    } finally {
      medium.close();
    }
  } finally {
    source.close();
  }
};

class Winding {
  readonly #source: TapeMedium;
  readonly #medium: TapeMedium;
  readonly #cancelled: TapeWindRequest['cancelled'];
  readonly #hear: Hear;

  constructor(source: TapeMedium, medium: TapeMedium, cancelled: TapeWindRequest['cancelled'], hear: Hear) {
    this.#source = source;
    this.#medium = medium;
    this.#cancelled = cancelled;
    this.#hear = hear;
  }

  run(writes: boolean): Wound {
    const there = this.#compare('comparing');
    if (there === null) return { kind: 'different' };
    if (this.#source.position().offset === this.#source.endOffset) return { kind: 'same' };
    if (!writes) return { kind: there === 0 ? 'blank' : 'begun' };
    this.#write();
    this.#medium.locate({ block: 0, offset: 0 });
    this.#source.locate({ block: 0, offset: 0 });
    const back = this.#compare('reading back');
    if (back === null || this.#source.position().offset !== this.#source.endOffset)
      throw tapeDamaged(this.#medium.name, 'what was written to it did not come back right');
    return { kind: 'same' };
  }

  /** How many items the tape holds, up to its end, if all of them are those that the file begins with; else null. Both stand behind them. */
  #compare(phase: 'comparing' | 'reading back'): number | null {
    for (let items = 0; ; items += 1) {
      this.#demandGoing();
      const found = this.#medium.read();
      if (found.kind === 'end') return items;
      if (!isSame(found, this.#source.read())) return null;
      this.#tell(phase);
    }
  }

  #write(): void {
    let flushed = this.#source.position().offset;
    for (let item = this.#source.read(); item.kind !== 'end'; item = this.#source.read()) {
      this.#demandGoing();
      if (item.kind === 'mark') this.#medium.writeFileMarks(1);
      else this.#medium.writeRecords([[item.data]]);
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
    this.#hear({ kind: 'progress', phase, bytes: this.#source.position().offset });
  }

  #demandGoing(): void {
    if (Atomics.load(this.#cancelled, 0) === 0) return;
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

import type { ColdframeError } from '../../../../shared/errors.ts';
import type { GatheredRecord, RecordPattern, TapeItem, TapeMedium, TapePosition } from '../medium.ts';
import { mediumError } from '../tape-errors.ts';

/** The calls of a medium that can be made to fail. */
export type FaultyCall = Exclude<
  { [K in keyof TapeMedium]: TapeMedium[K] extends (...args: never[]) => unknown ? K : never }[keyof TapeMedium],
  'close' | 'position'
>;

interface Fault {
  readonly call: FaultyCall;
  readonly error: () => Error;
  /** Records that are written before a write fails. */
  readonly records: number;
  skip: number;
  left: number;
}

/** How often a fault strikes, and after how many calls that go well. */
export interface FaultControl {
  times(count: number): FaultControl;
  always(): FaultControl;
  after(calls: number): FaultControl;
}

/** A medium that fails where a test tells it to, and is the one behind it elsewhere. */
export class FaultyMedium implements TapeMedium {
  readonly #inner: TapeMedium;
  readonly #faults: Fault[] = [];

  constructor(inner: TapeMedium) {
    this.#inner = inner;
  }

  /** Makes a call fail with an error of the operating system, once unless told otherwise. */
  error(call: FaultyCall, errno: string): FaultControl {
    return this.#add(call, 0, () =>
      mediumError(Object.assign(new Error(errno), { code: errno }), this.name, 'testing'),
    );
  }

  /** Makes a call fail with an error of ours. */
  fail(call: FaultyCall, error: ColdframeError): FaultControl {
    return this.#add(call, 0, () => error);
  }

  /** Makes a write leave some of its records behind and then fail. */
  shortWrite(records: number, errno: string): FaultControl {
    return this.#add('writeRecords', records, () =>
      mediumError(Object.assign(new Error(errno), { code: errno }), this.name, 'testing'),
    );
  }

  get name(): string {
    return this.#inner.name;
  }

  get capacity(): number {
    return this.#inner.capacity;
  }

  get endOffset(): number {
    return this.#inner.endOffset;
  }

  position(): TapePosition {
    return this.#inner.position();
  }

  locate(position: TapePosition): void {
    this.#strike('locate');
    this.#inner.locate(position);
  }

  locateBlock(block: number): void {
    this.#strike('locateBlock');
    this.#inner.locateBlock(block);
  }

  toEnd(): void {
    this.#strike('toEnd');
    this.#inner.toEnd();
  }

  read(): TapeItem {
    this.#strike('read');
    return this.#inner.read();
  }

  readBack(): TapeItem {
    this.#strike('readBack');
    return this.#inner.readBack();
  }

  readRecords(records: readonly GatheredRecord[]): void {
    this.#strike('readRecords');
    this.#inner.readRecords(records);
  }

  readPart(length: number, from: number, into: Uint8Array): void {
    this.#strike('readPart');
    this.#inner.readPart(length, from, into);
  }

  skipRecords(lengths: readonly number[]): void {
    this.#strike('skipRecords');
    this.#inner.skipRecords(lengths);
  }

  spaceFileMarks(count: number): boolean {
    this.#strike('spaceFileMarks');
    return this.#inner.spaceFileMarks(count);
  }

  resync(pattern: RecordPattern, within?: number): boolean {
    this.#strike('resync');
    return this.#inner.resync(pattern, within);
  }

  writeRecords(records: readonly GatheredRecord[]): void {
    this.#strike('writeRecords', (count) => {
      if (count === 0) return;
      const here = this.#inner.position();
      this.#inner.writeRecords(records.slice(0, count));
      this.#inner.locate(here);
    });
    this.#inner.writeRecords(records);
  }

  writeFileMarks(count: number): void {
    this.#strike('writeFileMarks');
    this.#inner.writeFileMarks(count);
  }

  eraseRest(): void {
    this.#strike('eraseRest');
    this.#inner.eraseRest();
  }

  flush(): void {
    this.#strike('flush');
    this.#inner.flush();
  }

  close(): void {
    this.#inner.close();
  }

  #add(call: FaultyCall, records: number, error: () => Error): FaultControl {
    const fault: Fault = { call, error, records, skip: 0, left: 1 };
    this.#faults.push(fault);
    const control: FaultControl = {
      times: (count) => {
        fault.left = count;
        return control;
      },
      always: () => control.times(Number.POSITIVE_INFINITY),
      after: (calls) => {
        fault.skip = calls;
        return control;
      },
    };
    return control;
  }

  #strike(call: FaultyCall, before: (records: number) => void = () => {}): void {
    const fault = this.#faults.find((one) => one.call === call && one.left > 0);
    if (!fault) return;
    if (fault.skip > 0) {
      fault.skip -= 1;
      return;
    }
    fault.left -= 1;
    before(fault.records);
    throw fault.error();
  }
}

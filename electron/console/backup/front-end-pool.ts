import fs from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import {
  type BatchReport,
  COUNTER,
  COUNTERS,
  type FrontEndAnswer,
  type FrontEndRequest,
  type FrontEndSetup,
  type MetadataOrder,
} from '../../engine/mover/front-end-protocol.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { writeSetMetadata } from '../../engine/mover/set-metadata.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import { Staging } from '../../engine/mover/staging.ts';
import { Thread } from './thread.ts';

/** Metadata of so many bytes is compressed in a millisecond. */
const SHORT_BYTES = 128 * 1024;
/** A front end is kept busy by a second batch that waits at its door. */
const BATCHES_AHEAD = 2;

interface Batch {
  readonly id: number;
  readonly items: Uint8Array<ArrayBuffer>;
}

interface Member {
  readonly thread: Thread<FrontEndRequest, FrontEndAnswer>;
  readonly counters: Float64Array;
  outstanding: number;
  answered: (answer: FrontEndAnswer) => void;
}

export interface PoolTotals {
  readonly elements: number;
  readonly bytesRead: number;
  readonly segments: number;
  readonly bytesStored: number;
}

export type PoolSetup = Omit<FrontEndSetup, 'spool' | 'counters'>;

/** The front ends of one job: started when there is work for them, each with its own spool. */
export class FrontEndPool {
  readonly #setup: PoolSetup;
  readonly #limit: number;
  readonly #spoolPath: (number: number) => string;
  readonly #onReport: (frontEnd: number, report: BatchReport) => void;
  readonly #onFailure: (error: ColdframeError) => void;
  readonly #members: Member[] = [];
  readonly #queue: Batch[] = [];
  #nextBatch = 0;
  #progressed: () => void = () => undefined;

  constructor(
    setup: PoolSetup,
    limit: number,
    spoolPath: (number: number) => string,
    onReport: (frontEnd: number, report: BatchReport) => void,
    onFailure: (error: ColdframeError) => void,
  ) {
    this.#setup = setup;
    this.#limit = limit;
    this.#spoolPath = spoolPath;
    this.#onReport = onReport;
    this.#onFailure = onFailure;
  }

  /** Starts a front end for the batches that are sure to come. */
  expectWork(): void {
    if (this.#members.length === 0) this.#start();
  }

  /** Queues a batch. */
  submit(items: Uint8Array<ArrayBuffer>): void {
    const id = this.#nextBatch;
    this.#nextBatch += 1;
    this.#queue.push({ id, items });
    this.#dispatch();
  }

  /** Whether no batch is queued or under way. */
  get idle(): boolean {
    return this.#queue.length === 0 && this.#members.every((member) => member.outstanding === 0);
  }

  /** Resolves at the next batch that is done. */
  async progress(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#progressed = resolve;
    });
  }

  totals(): PoolTotals {
    const sum = (at: number): number =>
      this.#members.reduce((total, member) => total + (member.counters[at] as number), 0);
    return {
      elements: sum(COUNTER.elements),
      bytesRead: sum(COUNTER.bytesRead),
      segments: sum(COUNTER.segments),
      bytesStored: sum(COUNTER.bytesStored),
    };
  }

  /** How many front ends there are, and the processor time that they have used by when it was last told. */
  work(): { readonly workers: number; readonly workerCpuMs: number } {
    for (const { thread } of this.#members) thread.lookAtCpu();
    return {
      workers: this.#members.length,
      workerCpuMs: this.#members.reduce((sum, { thread }) => sum + (thread.cpuMs ?? 0), 0),
    };
  }

  /** Lets every front end hand over what it holds; resolves with their spools, by number. */
  async finish(): Promise<SpoolFile[]> {
    return await Promise.all(
      this.#members.map(async (member) => {
        const answer = await ask(member, { kind: 'finish' });
        if (answer.kind !== 'finished') throw new RangeError(`a front end answered "${answer.kind}" to finish`);
        return answer.spool;
      }),
    );
  }

  /** Has the first front end write the metadata chunks. Where none has started and there is next to nothing, none is. */
  async writeMetadata(order: MetadataOrder): Promise<{ bytesStored: number; parts: number }> {
    if (this.#members.length === 0 && isShort(order)) {
      const { settings, staging, control } = this.#setup;
      return await writeSetMetadata(order, settings, new Staging(staging), new RunControl(control));
    }
    const member = this.#members[0] ?? this.#start();
    const answer = await ask(member, { kind: 'metadata', order });
    if (answer.kind !== 'metadata-done') throw new RangeError(`a front end answered "${answer.kind}" to metadata`);
    return answer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(async (member) => await member.thread.close()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const member = this.#freest();
      if (member === null) return;
      const batch = this.#queue.shift() as Batch;
      member.outstanding += 1;
      member.thread.send({ kind: 'batch', id: batch.id, items: batch.items }, [batch.items.buffer]);
    }
  }

  /** The front end with the least to do; a new one, which takes its time to start, when all have plenty. */
  #freest(): Member | null {
    const least = this.#members.toSorted((a, b) => a.outstanding - b.outstanding)[0];
    if (least !== undefined && least.outstanding < BATCHES_AHEAD) return least;
    return this.#members.length < this.#limit ? this.#start() : null;
  }

  #start(): Member {
    const number = this.#members.length;
    const counters = new SharedArrayBuffer(COUNTERS * 8);
    const setup: FrontEndSetup = { ...this.#setup, spool: this.#spoolPath(number), counters };
    const thread = new Thread<FrontEndRequest, FrontEndAnswer>(
      'front-end',
      setup,
      (answer) => this.#hear(number, answer),
      this.#onFailure,
    );
    const member: Member = { thread, counters: new Float64Array(counters), outstanding: 0, answered: () => undefined };
    this.#members.push(member);
    return member;
  }

  #hear(number: number, answer: FrontEndAnswer): void {
    const member = this.#members[number] as Member;
    if (answer.kind === 'failed') {
      this.#onFailure(ColdframeError.fromData(answer.error));
      return;
    }
    if (answer.kind !== 'batch-done') {
      member.answered(answer);
      return;
    }
    member.outstanding -= 1;
    this.#dispatch();
    this.#onReport(number, answer.report);
    this.#progressed();
  }
}

/** Whether writing it takes far less than the 10 ms that the main thread may be held up. */
const isShort = ({ header, places, removed, elements }: MetadataOrder): boolean =>
  [places, ...removed, ...elements].reduce((sum, { path }) => sum + fs.statSync(path).size, header.length) <=
  SHORT_BYTES;

const ask = async (member: Member, request: FrontEndRequest): Promise<FrontEndAnswer> =>
  await new Promise((resolve) => {
    member.answered = resolve;
    member.thread.send(request);
  });

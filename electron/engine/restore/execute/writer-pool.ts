import { ColdframeError } from '../../../../shared/errors.ts';
import { PROGRESS } from '../write/chunk-writer.ts';
import type { WriteReport } from '../write/write-notes.ts';
import { CallingThread } from './calling-thread.ts';
import type { WriterAnswer, WriterRequest, WriterSetup } from './thread-protocol.ts';

/** Several writer threads behind one queue: each request goes to the thread that has least to do. */
export class WriterPool {
  readonly #threads: readonly CallingThread<WriterRequest, WriterAnswer>[];
  readonly #progress: readonly Float64Array[];
  readonly #onReport: (report: WriteReport, request: WriterRequest) => void;

  constructor(
    count: number,
    setup: Omit<WriterSetup, 'progress'>,
    onReport: (report: WriteReport, request: WriterRequest) => void,
  ) {
    this.#onReport = onReport;
    const shared = Array.from({ length: count }, () => new SharedArrayBuffer(16));
    this.#progress = shared.map((memory) => new Float64Array(memory));
    this.#threads = shared.map((progress) => new CallingThread('restore-writer', { ...setup, progress }));
  }

  /** Carries out a request; the report counts, whether it ends well or not. Rejects with what ends the restore. */
  async run(request: WriterRequest): Promise<void> {
    // A dead thread has nothing to do, and would be given everything.
    const alive = this.#threads.filter(({ dead }) => !dead);
    const threads = alive.length > 0 ? alive : this.#threads;
    const thread = threads.reduce((least, each) => (each.waiting < least.waiting ? each : least));
    const answer = await thread.call(request);
    this.#onReport(answer.report, request);
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
  }

  /** What all threads have done up to now. */
  progress(): { elements: number; bytes: number } {
    const sum = (at: number): number => this.#progress.reduce((total, each) => total + (each[at] as number), 0);
    return { elements: sum(PROGRESS.elements), bytes: sum(PROGRESS.bytes) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(async (thread) => await thread.close({ kind: 'close' })));
  }
}

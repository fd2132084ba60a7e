import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId, TapeId } from '../../../shared/units.ts';
import { type JobThread, startJobThread } from '../../platform/job-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import type { Expiry } from './expire.ts';
import type { TapeLeave } from './tape-leave.ts';
import type { NewSet, WrittenChunk } from './writer.ts';
import type { SpooledSet, WriterAnswer, WriterCall, WriterRequest, WriterSetup } from './writer-protocol.ts';

interface Pending {
  readonly done: PromiseWithResolvers<void>;
  readonly progress: ((elements: number) => void) | undefined;
}

/** The writer of a catalog, in a thread of its own. What it resolves is durable; errors are ColdframeErrors. */
export class CatalogWriterClient {
  /** Sets that were being written when the catalog was left last. */
  readonly interrupted: readonly SetId[];
  readonly #worker: JobThread<WriterAnswer>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #ended: ColdframeError | null = null;

  private constructor(worker: JobThread<WriterAnswer>, interrupted: readonly SetId[]) {
    this.#worker = worker;
    this.interrupted = interrupted;
    worker.on('message', (answer: WriterAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#end(ended(cause)));
    worker.on('exit', () => this.#end(ended(undefined)));
  }

  /** Starts the thread and opens the catalog, making it when it is new. Throws what `openCatalog` throws. */
  static async open(file: string): Promise<CatalogWriterClient> {
    const worker = startJobThread<WriterAnswer>('catalog', { file } satisfies WriterSetup);
    const opened = Promise.withResolvers<readonly SetId[]>();
    const first = (answer: WriterAnswer): void => {
      if (answer.kind === 'ready') opened.resolve(answer.interrupted);
      if (answer.kind === 'refused') opened.reject(ColdframeError.fromData(answer.error));
    };
    const failed = (cause?: unknown): void => opened.reject(ended(cause));
    worker.once('message', first);
    worker.once('error', failed);
    worker.once('exit', failed);
    try {
      return new CatalogWriterClient(worker, await opened.promise);
    } finally {
      worker.off('message', first);
      worker.off('error', failed);
      worker.off('exit', failed);
    }
  }

  begin(set: NewSet): Promise<void> {
    return this.#call({ kind: 'begin', set });
  }

  addChunks(chunks: readonly WrittenChunk[]): Promise<void> {
    return this.#call({ kind: 'add-chunks', chunks });
  }

  /** Commits a set whose stream lies in files; `progress` hears how many elements are in. */
  commit(set: SpooledSet, progress?: (elements: number) => void): Promise<void> {
    return this.#call({ kind: 'commit', set }, progress);
  }

  interrupt(set: SetId): Promise<void> {
    return this.#call({ kind: 'interrupt', set });
  }

  discard(set: SetId): Promise<void> {
    return this.#call({ kind: 'discard', set });
  }

  /** Notes that tapes no longer hold what these sets have on them: see `loseSets`. */
  lose(sets: readonly SetId[]): Promise<void> {
    return this.#call({ kind: 'lose', sets });
  }

  /** Forgets what lay on a tape: see `loseTape`. */
  loseTape(tape: TapeId, sets: readonly SetId[]): Promise<void> {
    return this.#call({ kind: 'lose-tape', tape, sets });
  }

  /** Forgets what lies on a tape and elsewhere, too: see `leaveTape`. */
  leaveTape(leave: TapeLeave): Promise<void> {
    return this.#call({ kind: 'leave-tape', leave });
  }

  /** Takes sets out of the catalog: see `expireSets`. */
  expire(expiry: Expiry): Promise<void> {
    return this.#call({ kind: 'expire', expiry });
  }

  /** Brings a copy of the catalog up to date: see `copyCatalog`. */
  copy(target: string, key: Uint8Array | null): Promise<void> {
    return this.#call({ kind: 'copy', target, key });
  }

  /** Resolves when names are indexed and the log is empty; happens by itself when there is nothing else to do. */
  settle(): Promise<void> {
    return this.#call({ kind: 'settle' });
  }

  /** Ends the thread after what it was asked before. */
  async close(): Promise<void> {
    if (this.#ended !== null) return;
    await this.#call({ kind: 'close' });
    await endThread(this.#worker);
  }

  #call(request: WriterRequest, progress?: (elements: number) => void): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = this.#calls++;
    const done = Promise.withResolvers<void>();
    this.#pending.set(id, { done, progress });
    this.#worker.postMessage({ id, request } satisfies WriterCall);
    return done.promise;
  }

  #take(answer: WriterAnswer): void {
    if (answer.kind === 'ready' || answer.kind === 'refused') return;
    const pending = this.#pending.get(answer.id);
    if (answer.kind === 'progress') {
      pending?.progress?.(answer.elements);
      return;
    }
    this.#pending.delete(answer.id);
    if (answer.kind === 'done') pending?.done.resolve();
    else pending?.done.reject(ColdframeError.fromData(answer.error));
  }

  #end(error: ColdframeError): void {
    this.#ended ??= error;
    for (const { done } of this.#pending.values()) done.reject(this.#ended);
    this.#pending.clear();
  }
}

const ended = (cause: unknown): ColdframeError =>
  new ColdframeError('INTERNAL', {
    message: 'The thread that writes the catalog has ended.',
    guidance: 'What was reported as done is safe. Start Coldframe again and repeat the job.',
    cause,
  });

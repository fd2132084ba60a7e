import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import { type JobThread, startJobThread } from '../../platform/job-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import { isAtRest } from './at-rest.ts';
import type { Expiry } from './expire.ts';
import type { TapeLeave } from './tape-leave.ts';
import type { TapeGoing } from './tape-loss.ts';
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
  readonly #file: string;
  #worker: Promise<JobThread<WriterAnswer>> | null = null;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #ended: ColdframeError | null = null;

  private constructor(file: string, opened: Opened | null) {
    this.#file = file;
    this.interrupted = opened?.interrupted ?? [];
    if (opened !== null) this.#worker = Promise.resolve(this.#hearing(opened.worker));
  }

  /**
   * Opens the catalog, making it when it is new. A catalog that was left with nothing to do gets its thread with the first
   * call: whoever only reads a vault needs none. Throws what `openCatalog` throws.
   */
  static async open(file: string): Promise<CatalogWriterClient> {
    return new CatalogWriterClient(file, isAtRest(file) ? null : await openInThread(file));
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
  loseTape(going: TapeGoing): Promise<void> {
    return this.#call({ kind: 'lose-tape', going });
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
    const worker = await this.#worker?.catch(() => null);
    if (!worker) {
      this.#end(ended(undefined));
      return;
    }
    await this.#call({ kind: 'close' });
    await endThread(worker);
  }

  async #call(request: WriterRequest, progress?: (elements: number) => void): Promise<void> {
    if (this.#ended !== null) throw this.#ended;
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    // It may have died meanwhile, and would never answer.
    if (this.#ended !== null) throw this.#ended;
    const id = this.#calls++;
    const done = Promise.withResolvers<void>();
    this.#pending.set(id, { done, progress });
    worker.postMessage({ id, request } satisfies WriterCall);
    await done.promise;
  }

  /** What fails here, a full disk say, may work with the next call. */
  async #start(): Promise<JobThread<WriterAnswer>> {
    try {
      return this.#hearing((await openInThread(this.#file)).worker);
    } catch (error) {
      this.#worker = null;
      throw error;
    }
  }

  #hearing(worker: JobThread<WriterAnswer>): JobThread<WriterAnswer> {
    worker.on('message', (answer: WriterAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#end(ended(cause)));
    worker.on('exit', () => this.#end(ended(undefined)));
    return worker;
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

/** A thread that has opened the catalog. */
interface Opened {
  readonly worker: JobThread<WriterAnswer>;
  readonly interrupted: readonly SetId[];
}

const openInThread = async (file: string): Promise<Opened> => {
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
    return { worker, interrupted: await opened.promise };
  } finally {
    worker.off('message', first);
    worker.off('error', failed);
    worker.off('exit', failed);
  }
};

const ended = (cause: unknown): ColdframeError =>
  new ColdframeError('INTERNAL', {
    message: 'The thread that writes the catalog has ended.',
    guidance: 'What was reported as done is safe. Start Coldframe again and repeat the job.',
    cause,
  });

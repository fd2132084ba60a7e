import { ColdframeError } from '../../../shared/errors.ts';
import type { Weight } from '../../engine/catalog/index.ts';
import { Thread } from '../backup/thread.ts';
import type {
  BrowseAnswer,
  BrowseRequest,
  BrowseWish,
  Compared,
  CompareWish,
  GoneFound,
  GoneWish,
  PageFound,
  PageWish,
  WeighWish,
} from './browse-protocol.ts';

type Answered = Exclude<BrowseAnswer, { kind: 'failed' }>;

/** A thread that keeps folders in order, so that pages of them come at once and the main thread never waits. */
export class BrowseThread {
  #thread: Thread<BrowseRequest, BrowseAnswer> | null = null;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answered>>();
  #next = 1;

  async page(wish: Omit<PageWish, 'kind'>): Promise<PageFound> {
    return (await this.#ask({ kind: 'page', ...wish })) as PageFound;
  }

  /** Rejects with CANCELLED when the signal says that nobody waits any more; the thread leaves it, then. */
  async gone(wish: Omit<GoneWish, 'kind'>, signal: AbortSignal): Promise<GoneFound> {
    return (await this.#ask({ kind: 'gone', ...wish }, signal)) as GoneFound;
  }

  /** Rejects as `gone` does. */
  async weigh(wish: Omit<WeighWish, 'kind'>, signal: AbortSignal): Promise<Weight> {
    return (await this.#ask({ kind: 'weigh', ...wish }, signal)) as Weight & Answered;
  }

  /** Rejects as `gone` does. */
  async compare(wish: Omit<CompareWish, 'kind'>, signal: AbortSignal): Promise<Compared> {
    return (await this.#ask({ kind: 'compare', ...wish }, signal)) as Compared & Answered;
  }

  async #ask(wish: BrowseWish, signal?: AbortSignal): Promise<Answered> {
    this.#thread ??= this.#start();
    const id = this.#next;
    this.#next += 1;
    const answer = Promise.withResolvers<Answered>();
    this.#waiting.set(id, answer);
    this.#thread.send({ id, ...wish });
    const leave = (): void => this.#thread?.send({ kind: 'leave', id });
    signal?.addEventListener('abort', leave);
    try {
      return await answer.promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.close();
  }

  #start(): Thread<BrowseRequest, BrowseAnswer> {
    return new Thread<BrowseRequest, BrowseAnswer>(
      'browse',
      null,
      (answer) => {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if (answer.kind === 'failed') waiting?.reject(ColdframeError.fromData(answer.error));
        else waiting?.resolve(answer);
      },
      (error) => {
        this.#thread = null;
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
      },
    );
  }
}

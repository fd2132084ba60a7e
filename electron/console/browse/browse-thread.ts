import { ColdframeError } from '../../../shared/errors.ts';
import { Thread } from '../backup/thread.ts';
import type { PageAnswer, PageRequest } from './browse-protocol.ts';

type Page = Extract<PageAnswer, { kind: 'page' }>;

/** A thread that keeps folders in order, so that pages of them come at once and the main thread never waits. */
export class BrowseThread {
  #thread: Thread<PageRequest, PageAnswer> | null = null;
  readonly #waiting = new Map<number, PromiseWithResolvers<Page>>();
  #next = 1;

  async page(request: Omit<PageRequest, 'id'>): Promise<Page> {
    this.#thread ??= this.#start();
    const id = this.#next;
    this.#next += 1;
    const answer = Promise.withResolvers<Page>();
    this.#waiting.set(id, answer);
    this.#thread.send({ id, ...request });
    return await answer.promise;
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.close();
  }

  #start(): Thread<PageRequest, PageAnswer> {
    return new Thread<PageRequest, PageAnswer>(
      'browse',
      null,
      (answer) => {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if (answer.kind === 'page') waiting?.resolve(answer);
        else waiting?.reject(ColdframeError.fromData(answer.error));
      },
      (error) => {
        this.#thread = null;
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
      },
    );
  }
}

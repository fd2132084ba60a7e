import { ColdframeError } from '../../../shared/errors.ts';
import { randomId } from '../../platform/ids.ts';

/** How many lists may be open at a time, and how long one waits for its next page. */
const MOST = 16;
const PATIENCE_MS = 60_000;

interface Listing {
  readonly rows: Iterator<unknown>;
  readonly close: () => void;
  timer: NodeJS.Timeout;
}

export interface Drawn<Row> {
  readonly rows: Row[];
  /** What to ask the next page with; null at the end. */
  readonly next: string | null;
}

/** Long lists that callers draw page by page: each stays open between two pages, so that a page costs its rows alone. */
export class Listings {
  readonly #open = new Map<string, Listing>();

  /** Opens a list and draws its first page. */
  begin<Row>(rows: Iterable<Row>, limit: number, close: () => void): Drawn<Row> {
    return this.#draw({ rows: rows[Symbol.iterator](), close, timer: setTimeout(() => undefined) }, limit);
  }

  /** Draws the next page of a list. */
  next<Row>(cursor: string, limit: number): Drawn<Row> {
    const listing = this.#open.get(cursor);
    if (!listing) {
      throw new ColdframeError('USAGE', {
        message: 'The list was left for too long and is closed.',
        guidance: 'Ask for it again from its beginning.',
      });
    }
    this.#open.delete(cursor);
    return this.#draw(listing, limit);
  }

  close(): void {
    for (const cursor of this.#open.keys()) this.#drop(cursor);
  }

  #draw<Row>(listing: Listing, limit: number): Drawn<Row> {
    clearTimeout(listing.timer);
    const rows: Row[] = [];
    try {
      while (rows.length < limit) {
        const { done, value } = listing.rows.next();
        if (done) {
          listing.close();
          return { rows, next: null };
        }
        rows.push(value as Row);
      }
    } catch (error) {
      listing.close();
      throw error;
    }
    return { rows, next: this.#keep(listing) };
  }

  #keep(listing: Listing): string {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MOST && oldest !== undefined) this.#drop(oldest);
    const cursor = randomId();
    listing.timer = setTimeout(() => this.#drop(cursor), PATIENCE_MS).unref();
    this.#open.set(cursor, listing);
    return cursor;
  }

  #drop(cursor: string): void {
    const listing = this.#open.get(cursor);
    if (!listing) return;
    clearTimeout(listing.timer);
    this.#open.delete(cursor);
    listing.rows.return?.();
    listing.close();
  }
}

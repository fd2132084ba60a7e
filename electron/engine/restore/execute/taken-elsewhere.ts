import type { Warning } from '../../../../shared/model/block-set.ts';

/** Chunks of a tape that are named; of the others there is the number. */
const NAMED = 10;

interface Taken {
  chunks: number;
  readonly named: string[];
}

/** Chunks that could not be read at a place and were looked for at another, by tape. */
export class TakenElsewhere {
  readonly #byTape = new Map<string, Taken>();

  add({ tape, set, sequence }: { readonly tape: string; readonly set: string; readonly sequence: number }): void {
    const taken = this.#byTape.get(tape) ?? { chunks: 0, named: [] };
    taken.chunks += 1;
    if (taken.named.length < NAMED) taken.named.push(`${sequence} of set ${set}`);
    this.#byTape.set(tape, taken);
  }

  /** One for each tape. */
  warnings(): Warning[] {
    return [...this.#byTape].map(([tape, { chunks, named }]) => ({
      code: 'COPY_USED',
      path: tape,
      message: `${chunks === 1 ? 'a chunk' : `${chunks} chunks`} could not be read there and ${chunks === 1 ? 'was' : 'were'} taken from where else ${chunks === 1 ? 'it lies' : 'they lie'}: chunk ${named.join(', ')}${chunks > named.length ? ` and ${chunks - named.length} more` : ''}.`,
    }));
  }
}

/** A tape of which nothing could be read, and why. */
export const nothingRead = (
  tape: string,
  { code, message }: { readonly code: string; readonly message: string },
): Warning => ({
  code,
  path: tape,
  message: `nothing could be read from this tape. ${message}`,
});

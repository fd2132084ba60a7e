import { createHash } from 'node:crypto';
import type { AuditPhase } from '../../../shared/contract/choices.ts';

/** A record as it is kept. `context` is JSON as it was written: what is digested is the text. */
export interface AuditRecord {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly act: string;
  readonly phase: AuditPhase;
  /** Sequence of the record of its beginning; null for that itself. */
  readonly of: number | null;
  readonly object: string | null;
  readonly vault: string | null;
  readonly error: string | null;
  readonly context: string;
  /** SHA-256 of the record before, in hexadecimal; zeros for the first. */
  readonly previous: string;
  readonly digest: string;
}

/** What stands before the first record. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** The digest of a record: SHA-256 of the JSON array of its fields in the order of `AuditRecord`, without the digest itself. */
export const digestOf = (record: Omit<AuditRecord, 'digest'>): string => {
  const { sequence, at, act, phase, of, object, vault, error, context, previous } = record;
  const fields = [sequence, at, act, phase, of, object, vault, error, context, previous];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
};

export interface ChainProblem {
  readonly kind: 'changed' | 'missing' | 'cut';
  /** The record that is not right, or the first one that is not there. */
  readonly sequence: number;
}

/** A record that somebody noted elsewhere: what it was then it has to be now. */
export interface NotedHead {
  readonly sequence: number;
  readonly digest: string;
}

/** Follows a chain from its beginning. Give it every record in turn, then ask for the end. */
export class ChainCheck {
  readonly #noted: NotedHead | null;
  #last: NotedHead = { sequence: 0, digest: NOTHING_BEFORE };
  #problem: ChainProblem | null = null;

  constructor(noted: NotedHead | null) {
    this.#noted = noted;
  }

  /** False once something is wrong: what follows cannot be told then. */
  add(record: AuditRecord): boolean {
    const { sequence, digest, previous } = record;
    if (this.#problem !== null) return false;
    const expected = this.#last.sequence + 1;
    if (sequence !== expected) this.#problem = { kind: 'missing', sequence: expected };
    else if (previous !== this.#last.digest || digest !== digestOf(record))
      this.#problem = { kind: 'changed', sequence };
    else if (this.#noted?.sequence === sequence && this.#noted.digest !== digest)
      this.#problem = { kind: 'changed', sequence };
    else this.#last = { sequence, digest };
    return this.#problem === null;
  }

  /** `given`: the highest number that was ever given to a record, as the database remembers. */
  end(given: number): { readonly head: NotedHead | null; readonly problem: ChainProblem | null } {
    const { sequence } = this.#last;
    const known = Math.max(given, this.#noted?.sequence ?? 0);
    const cut = known > sequence ? ({ kind: 'cut', sequence: sequence + 1 } as const) : null;
    return { head: sequence === 0 ? null : this.#last, problem: this.#problem ?? cut };
  }
}

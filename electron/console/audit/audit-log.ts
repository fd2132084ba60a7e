import { setImmediate as turn } from 'node:timers/promises';
import type { AuditPhase } from '../../../shared/contract/choices.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import type { AuditTable } from '../store/audit-table.ts';
import { ChainCheck, type ChainProblem, digestOf, NOTHING_BEFORE, type NotedHead } from './chain.ts';

/** What an act is about. */
export interface Danger {
  readonly object?: string | null | undefined;
  readonly vault?: string | null | undefined;
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface UnderAudit {
  /** Notes how it ended. Never throws: what could not be noted stays begun, and the next console says that nobody knows. */
  end(how: { readonly thrown: unknown } | { readonly warned: boolean }): void;
}

/** Records that are looked at between two turns of the event loop. */
const AT_A_TIME = 1000;

/** The log of acts that can cost data or loosen what keeps it safe. */
export class AuditLog {
  readonly #table: AuditTable;
  readonly #now: () => number;

  /** Acts that a killed process left begun are closed: nobody knows how they ended. */
  constructor(table: AuditTable, now: () => number) {
    this.#table = table;
    this.#now = now;
    for (const { sequence, act, object, vault } of table.unended())
      this.#append({ act, phase: 'unknown', of: sequence, object, vault, error: null, context: '{}' });
  }

  /** Notes that an act begins. Throws when that cannot be noted: then it must not. */
  begin(act: string, { object = null, vault = null, context = {} }: Danger): UnderAudit {
    const about = { act, object, vault };
    const of = this.#append({ ...about, phase: 'begun', of: null, error: null, context: JSON.stringify(context) });
    return {
      end: (how) => {
        const error = 'thrown' in how ? asColdframeError(how.thrown) : null;
        const ended = 'warned' in how && how.warned ? 'warned' : 'done';
        const phase = error === null ? ended : error.kind === 'cancelled' ? 'cancelled' : 'failed';
        try {
          this.#append({ ...about, phase, of, error: error?.code ?? null, context: '{}' });
        } catch {
          // See above.
        }
      },
    };
  }

  /** Carries an act out and notes how it ended. */
  async around<Result>(act: string, danger: Danger, work: () => Promise<Result>): Promise<Result> {
    const noted = this.begin(act, danger);
    try {
      const result = await work();
      noted.end({ warned: ((result as { warnings?: unknown[] } | null)?.warnings?.length ?? 0) > 0 });
      return result;
    } catch (thrown) {
      noted.end({ thrown });
      throw thrown;
    }
  }

  /** Follows the chain from its beginning. `noted`: what it was at some time, known from elsewhere. */
  async verify(noted: NotedHead | null): Promise<{
    readonly records: number;
    readonly head: NotedHead | null;
    readonly problem: ChainProblem | null;
  }> {
    const check = new ChainCheck(noted);
    // Of what is noted meanwhile nothing is asked. The memory of what was given may have been put back: what is there counts all the same.
    const given = Math.max(this.#table.given(), this.#table.last()?.sequence ?? 0);
    let records = 0;
    for (let after = 0; ; ) {
      const page = this.#table.after(after, AT_A_TIME).filter(({ sequence }) => sequence <= given);
      records += page.length;
      if (!page.every((record) => check.add(record)) || page.length < AT_A_TIME) break;
      after = page.at(-1)?.sequence ?? after;
      await turn();
    }
    return { records, ...check.end(given) };
  }

  #append(record: {
    readonly act: string;
    readonly phase: AuditPhase;
    readonly of: number | null;
    readonly object: string | null;
    readonly vault: string | null;
    readonly error: string | null;
    readonly context: string;
  }): number {
    const last = this.#table.last();
    // No number is given twice: where the end was cut off, the gap stays.
    const sequence = Math.max(last?.sequence ?? 0, this.#table.given()) + 1;
    const whole = { sequence, at: this.#now(), ...record, previous: last?.digest ?? NOTHING_BEFORE };
    this.#table.append({ ...whole, digest: digestOf(whole) });
    return sequence;
  }
}

import type { JobKind } from '../../../shared/contract/jobs.ts';
import { apart, type Places } from './places-apart.ts';

interface Claim {
  readonly id: string;
  readonly kind: JobKind;
  readonly object: string | null;
  readonly vault: string;
  /** Of a restore that takes no drive from anybody: where it writes to. */
  readonly beside?: Places | undefined;
}

interface Held extends Claim {
  begun: boolean;
  readonly begin: () => void;
}

/**
 * Who may run beside whom. Backups of different objects share a vault and its drives: their chunks are interleaved on tape. A restore that reads
 * beside the drives runs beside them, beside what else only reads, and beside restores to other places. A tape that an operator has moved takes turns with other such moves alone:
 * drives and tapes that jobs use it leaves to them. Everything else has the vault for itself.
 * Who came first goes first, but for a restore where what came before it has to wait for a backup anyway: once that backup has ended nothing
 * more goes past who waits.
 */
export class Claims {
  #held: Held[] = [];

  /** Who has a vault now, or waits for it. */
  of(vault: string): readonly string[] {
    return this.#held.filter((each) => each.vault === vault).map((each) => each.id);
  }

  /** Claims a vault: `turn` resolves when the claim holds, `release` ends it. */
  claim({ id, kind, object, vault, beside }: Claim): {
    readonly turn: Promise<unknown>;
    readonly release: () => void;
    /** Whose claims have to end first, as it is now. */
    readonly before: readonly string[];
  } {
    const { promise: turn, resolve: begin } = Promise.withResolvers<void>();
    const mine: Held = { id, kind, object, vault, beside, begun: false, begin };
    this.#held.push(mine);
    const before = this.#before(mine).map((each) => each.id);
    this.#beginAll();
    return {
      turn,
      before,
      release: () => {
        this.#held = this.#held.filter((each) => each !== mine);
        this.#beginAll();
      },
    };
  }

  #beginAll(): void {
    for (const each of this.#held) {
      if (each.begun || this.#before(each).length > 0) continue;
      each.begun = true;
      each.begin();
    }
  }

  /** What has to end before a claim holds. */
  #before(mine: Held): readonly Held[] {
    const at = this.#held.indexOf(mine);
    return this.#held.filter((each, place) => {
      if (each === mine || !disturbs(each, mine)) return false;
      return each.begun || (place < at && !this.#goesPast(mine, each));
    });
  }

  #goesPast(mine: Held, waiting: Held): boolean {
    if (mine.beside === undefined) return false;
    return this.#held.some((each) => each.begun && each.kind === 'backup' && disturbs(each, waiting));
  }
}

const READS: ReadonlySet<JobKind> = new Set(['verify', 'restore-test']);

const disturbs = (one: Claim, other: Claim): boolean => {
  if (one.vault !== other.vault) return false;
  if (one.kind === 'move' || other.kind === 'move') return one.kind === other.kind;
  if (one.kind === 'backup' && other.kind === 'backup') return one.object === other.object;
  if (one.beside !== undefined && other.beside !== undefined) return !apart(one.beside, other.beside);
  return !(runsBeside(one, other) || runsBeside(other, one));
};

const runsBeside = (restore: Claim, { kind }: Claim): boolean =>
  restore.beside !== undefined && (kind === 'backup' || READS.has(kind));

import type { JobKind } from '../../../shared/contract/jobs.ts';

interface Claim {
  readonly id: string;
  readonly kind: JobKind;
  readonly object: string | null;
  readonly vault: string;
}

interface Held extends Claim {
  readonly over: Promise<void>;
}

/**
 * Who may run beside whom. Backups of different objects share a vault and its drives: their chunks are interleaved on
 * tape. Everything else has the vault for itself. Who came first goes first.
 */
export class Claims {
  #held: Held[] = [];

  /** Who has a vault now, or waits for it. */
  of(vault: string): readonly string[] {
    return this.#held.filter((each) => each.vault === vault).map((each) => each.id);
  }

  /** Claims a vault: `turn` resolves when the claim holds, `release` ends it. */
  claim({ id, kind, object, vault }: Claim): {
    readonly turn: Promise<unknown>;
    readonly release: () => void;
    /** Whose claims have to end first. */
    readonly before: readonly string[];
  } {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const mine: Held = { id, kind, object, vault, over };
    const before = this.#held.filter((each) => disturbs(each, mine));
    this.#held.push(mine);
    return {
      turn: Promise.all(before.map((each) => each.over)),
      before: before.map((each) => each.id),
      release: () => {
        this.#held = this.#held.filter((each) => each !== mine);
        resolve();
      },
    };
  }
}

const disturbs = (one: Claim, other: Claim): boolean => {
  if (one.vault !== other.vault) return false;
  return one.kind !== 'backup' || other.kind !== 'backup' || one.object === other.object;
};

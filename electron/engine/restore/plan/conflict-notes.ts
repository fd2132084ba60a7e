import { createHash } from 'node:crypto';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { Timestamp } from '../../../../shared/model/element.ts';
import type { ConflictAction } from './conflict.ts';
import { type Conflict, LISTED_CONFLICTS, type Met, type RestorePlan } from './restore-plan.ts';

type Summary = Pick<RestorePlan['conflicts'], 'total' | 'first' | 'standings' | 'replaces'>;
type Changed = Conflict & { readonly met: Met };

/** What is in the way: counts of everything, and the first by name, however many there are. */
export class ConflictNotes {
  #total = 0;
  #changed: Changed[] = [];
  /** Nothing that was changed before this is among the first any more. */
  #since: Timestamp | null = null;
  readonly #others: Conflict[] = [];
  readonly #same = { count: 0, bytes: 0 };
  #replaces = 0;
  readonly #replaced = createHash('sha256');
  readonly #differing = { count: 0, bytes: 0, newer: 0 };

  /** `path` is only made for those that may be listed, and for what is lost. */
  add(action: ConflictAction, met: Met | null, path: () => ByteString): void {
    this.#total += 1;
    if (action === 'replace') this.#loses(path(), met);
    if (met !== null && !met.same) {
      this.#changedOne(action, met, path);
      return;
    }
    if (met !== null) {
      this.#same.count += 1;
      this.#same.bytes += met.there.bytes;
    }
    if (this.#others.length < LISTED_CONFLICTS) this.#others.push({ path: path(), action, met });
  }

  /** What was changed may go on changing; what was the same, or not there, has become something that nobody was told of. */
  #loses(path: ByteString, met: Met | null): void {
    this.#replaces += 1;
    this.#replaced.update(`${path}\0${met?.same === true ? 'same' : 'changed'}\0`, 'latin1');
  }

  #changedOne(action: ConflictAction, met: Met, path: () => ByteString): void {
    const { there, wanted } = met;
    this.#differing.count += 1;
    this.#differing.bytes += there.bytes;
    if (wanted !== null && byTime(there.modifiedAt, wanted.modifiedAt) > 0) this.#differing.newer += 1;
    if (this.#since !== null && byTime(there.modifiedAt, this.#since) <= 0) return;
    this.#changed.push({ path: path(), action, met });
    if (this.#changed.length < LISTED_CONFLICTS * 2) return;
    this.#changed = lastChanged(this.#changed);
    this.#since = this.#changed.at(-1)?.met.there.modifiedAt ?? null;
  }

  summary(): Summary {
    return {
      total: this.#total,
      first: [...lastChanged(this.#changed), ...this.#others].slice(0, LISTED_CONFLICTS),
      replaces: this.#replaces === 0 ? null : this.#replaced.copy().digest('hex'),
      standings: { same: { ...this.#same }, changed: { ...this.#differing } },
    };
  }
}

const byTime = (one: Timestamp, other: Timestamp): number => one.seconds - other.seconds || one.nanos - other.nanos;

const lastChanged = (changed: readonly Changed[]): Changed[] =>
  changed
    .toSorted((one, other) => byTime(other.met.there.modifiedAt, one.met.there.modifiedAt))
    .slice(0, LISTED_CONFLICTS);

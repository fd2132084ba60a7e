import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { ELEMENT_TYPES } from '../../../../shared/model/element.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { type ConflictAction, conflictAction, otherName } from './conflict.ts';
import { standingAt } from './destination-view.ts';
import { ELEMENT_ACTION } from './plan-store.ts';
import type { PriorRun } from './prior-run.ts';

/** What becomes of an element at its target. */
export interface Placement {
  /** Name at the destination. */
  readonly name: ByteString;
  readonly action: ConflictAction;
  /** What the plan does, or null when it leaves the element out. */
  readonly planned: (typeof ELEMENT_ACTION)[keyof typeof ELEMENT_ACTION] | null;
}

const PLANNED: Readonly<Record<ConflictAction, Placement['planned']>> = {
  create: ELEMENT_ACTION.create,
  merge: null,
  rename: ELEMENT_ACTION.create,
  replace: ELEMENT_ACTION.replace,
  skip: null,
  fail: null,
  blocked: null,
};

/** Decides, for each element that is not a directory, what becomes of it, by what stands at its target. */
export class Placements {
  readonly #policy: ConflictPolicy;
  readonly #prior: PriorRun | null;
  readonly #stat = new FileStat();

  constructor(policy: ConflictPolicy, prior: PriorRun | null) {
    this.#policy = policy;
    this.#prior = prior;
  }

  /** `view` is a descriptor of the target directory, null when there is none yet. */
  place(view: number | null, name: ByteString, element: ElementAttributes, isLink: boolean): Placement {
    if (view === null) return { name, action: 'create', planned: ELEMENT_ACTION.create };
    const standing = standingAt(view, name, this.#stat);
    if (standing === 'nothing') return { name, action: 'create', planned: ELEMENT_ACTION.create };
    if (this.#isOurs(element)) return this.#taken(name, isLink);
    const action = conflictAction('other', standing, this.#policy);
    if (action === 'rename') return this.#renamed(view, name, element, isLink);
    return { name, action, planned: PLANNED[action] };
  }

  /** An earlier run finished it. After a power loss its content may not have reached the disk: it is written anew. */
  #taken(name: ByteString, isLink: boolean): Placement {
    const whole = this.#prior?.sameBoot === true && !isLink;
    return { name, action: 'create', planned: whole ? ELEMENT_ACTION.done : ELEMENT_ACTION.replace };
  }

  /** Whether what was looked at last is what an earlier run put there: nobody else has the time to the nanosecond. */
  #isOurs(element: ElementAttributes): boolean {
    if (this.#prior === null) return false;
    const { type, size, modifiedSeconds, modifiedNanos } = this.#stat;
    return (
      ELEMENT_TYPES[type] === element.type &&
      (element.type !== 'file' || size === element.size) &&
      modifiedSeconds === element.modifiedAt.seconds &&
      modifiedNanos === element.modifiedAt.nanos
    );
  }

  #renamed(view: number, name: ByteString, element: ElementAttributes, isLink: boolean): Placement {
    for (let n = 1; ; n += 1) {
      const other = otherName(name, n);
      if (standingAt(view, other, this.#stat) === 'nothing')
        return { name: other, action: 'rename', planned: ELEMENT_ACTION.create };
      if (this.#isOurs(element)) return { ...this.#taken(other, isLink), action: 'rename' };
    }
  }
}

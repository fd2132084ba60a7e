import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { ElementAttributes, StoredExtent } from '../../../../shared/model/element.ts';
import { ELEMENT_TYPES } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { type ConflictAction, conflictAction, otherName } from './conflict.ts';
import { identityOf } from './destination-root.ts';
import { standingAt } from './destination-view.ts';
import { ELEMENT_ACTION } from './plan-store.ts';
import type { PriorRun } from './prior-run.ts';
import type { Met } from './restore-plan.ts';
import { StandingContent } from './standing-content.ts';

/** What becomes of an element at its target. */
export interface Placement {
  /** Name at the destination. */
  readonly name: ByteString;
  readonly action: ConflictAction;
  /** What the plan does, or null when it leaves the element out. */
  readonly planned: (typeof ELEMENT_ACTION)[keyof typeof ELEMENT_ACTION] | null;
  /** What stands in its place, where that is in the way and no folder. */
  readonly met?: Met | null;
  /** It would be replaced, and is not to be. */
  readonly isKept?: true;
}

/** A placement that is not known before the element's content was compared with what stands there. */
export interface OpenPlacement {
  add(extents: readonly StoredExtent[]): void;
  /** `id`: the number that the element gets if it is planned. */
  end(id: number): Placement;
  /** Gives it up. */
  close(): void;
}

/** Where an element goes. */
export interface Target {
  /** A descriptor of the target directory, null when there is none yet; valid until the next look at another one. */
  readonly view: () => number | null;
  /** The directory's number in the earlier run's plan, or null. */
  readonly prior: number | null;
  readonly name: ByteString;
  readonly element: ElementAttributes;
  /** The element that it may be another name of, or null; nothing that stands there is taken for it then. */
  readonly leader: number | null;
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

const REMEMBERED = 8192;

/**
 * Decides, for each element that is not a directory, what becomes of it, by what stands at its target.
 *
 * After an interrupted run some of what stands there is that run's work. Only a name that its plan was to write can be:
 * under every policy but `overwrite` nothing stood there when it was planned. Even then nothing is believed by its looks:
 * what has the element's content, byte by byte, counts as finished (its attributes are set again), everything else is
 * treated by the policy like any other thing in the way. There is one exception, which is written anew and not a
 * conflict: a file that bears the element's time to the nanosecond, but either may not be read by us, or may have lost
 * content when the machine stopped meanwhile.
 */
export class Placements {
  readonly #files: DestinationFiles;
  readonly #policy: ConflictPolicy;
  readonly #prior: PriorRun | null;
  readonly #keptOut: ReadonlySet<string>;
  readonly #stat = new FileStat();
  /** Files with several names whose content was compared: what the first name stands for. */
  readonly #verified = new Map<number, string>();

  /** `keptOut`: identities of files that nothing takes the place of. */
  constructor(
    files: DestinationFiles,
    policy: ConflictPolicy,
    prior: PriorRun | null,
    keptOut: ReadonlySet<string> = new Set(),
  ) {
    this.#files = files;
    this.#keptOut = keptOut;
    this.#policy = policy;
    this.#prior = prior;
  }

  place(target: Target): Placement | OpenPlacement {
    const { name } = target;
    const view = target.view();
    if (view === null) return { name, action: 'create', planned: ELEMENT_ACTION.create };
    const standing = standingAt(this.#files, view, name, this.#stat);
    if (standing === 'nothing') return { name, action: 'create', planned: ELEMENT_ACTION.create };
    if (standing === 'other' && this.#policy === 'overwrite' && this.#keptOut.has(identityOf(this.#stat)))
      return { name, action: 'skip', planned: null, met: this.#met(view, target), isKept: true };
    const ours = standing === 'other' ? this.#ours(view, target, name, 'create') : null;
    if (ours !== null) return ours;
    const met = standing === 'other' ? this.#met(view, target) : null;
    const action = conflictAction('other', standing, this.#policy);
    if (action === 'rename') return this.#renamed(view, target, met, true);
    return { name, action, planned: PLANNED[action], met };
  }

  /** What was looked at last, beside what is wanted there. */
  #met(view: number, { name, element }: Target): Met {
    const { type, size, modifiedSeconds, modifiedNanos } = this.#stat;
    const alike = element.type === 'file' ? this.#looksLike(element) : this.#isSameNode(view, name, element);
    return {
      same: ELEMENT_TYPES[type] === element.type && alike,
      there: { bytes: size, modifiedAt: { seconds: modifiedSeconds, nanos: modifiedNanos } },
      wanted: { bytes: element.size, modifiedAt: element.modifiedAt },
    };
  }

  /** What was looked at last, if it is or may be the work of an earlier run. */
  #ours(view: number, target: Target, name: ByteString, action: ConflictAction): Placement | OpenPlacement | null {
    const { prior, element, leader } = target;
    if (this.#prior === null || prior === null || ELEMENT_TYPES[this.#stat.type] !== element.type) return null;
    if (!this.#prior.planned(prior, name)) return null;
    const finished = { name, action, planned: leader === null ? ELEMENT_ACTION.done : ELEMENT_ACTION.replace };
    if (element.type !== 'file') return this.#isSameNode(view, name, element) ? finished : null;
    const { device, inode } = this.#stat;
    if (leader !== null && this.#verified.get(leader) === `${device}:${inode}`) return finished;
    const torn = this.#isTorn(element);
    const anew = { name, action, planned: ELEMENT_ACTION.replace };
    const content = this.#stat.size < element.size ? null : StandingContent.open(this.#files, view, name);
    if (content === null) return torn || this.#looksLike(element) ? anew : null;
    return {
      add: (extents) => content.add(extents),
      close: () => content.close(),
      end: (id) => {
        if (!content.end(element.size)) return torn ? anew : this.#notOurs(target);
        if (element.links > 1) this.#remember(leader ?? id, content.identity);
        return finished;
      },
    };
  }

  #notOurs(target: Target): Placement {
    const { name } = target;
    const view = target.view();
    const action = conflictAction('other', 'other', this.#policy);
    if (view === null) return { name, action, planned: PLANNED[action] };
    // Other elements were looked at since.
    const standing = standingAt(this.#files, view, name, this.#stat);
    const met = standing === 'other' ? this.#met(view, target) : null;
    if (action === 'rename') return this.#renamed(view, target, met, false) as Placement;
    return { name, action, planned: PLANNED[action], met };
  }

  #isSameNode(
    view: number,
    name: ByteString,
    { type, linkTarget, deviceMajor, deviceMinor }: ElementAttributes,
  ): boolean {
    if (type === 'symlink') return this.#files.readLink(view, name) === linkTarget;
    if (type !== 'chardev' && type !== 'blockdev') return true;
    return this.#stat.deviceMajor === deviceMajor && this.#stat.deviceMinor === deviceMinor;
  }

  /** A power loss takes content from the end, or leaves zeros, of what had its name and time already. */
  #isTorn(element: ElementAttributes): boolean {
    return this.#prior?.sameBoot === false && this.#stat.size <= element.size && this.#hasItsTime(element);
  }

  #looksLike(element: ElementAttributes): boolean {
    return this.#stat.size === element.size && this.#hasItsTime(element);
  }

  #hasItsTime({ modifiedAt }: ElementAttributes): boolean {
    const { modifiedSeconds, modifiedNanos } = this.#stat;
    return modifiedSeconds === modifiedAt.seconds && modifiedNanos === modifiedAt.nanos;
  }

  /** `compare`: whether a name that an earlier run was to write may turn out to be the element already. */
  #renamed(view: number, target: Target, met: Met | null, compare: boolean): Placement | OpenPlacement {
    for (let n = 1; ; n += 1) {
      const other = otherName(target.name, n);
      const standing = standingAt(this.#files, view, other, this.#stat);
      if (standing === 'nothing') return { name: other, action: 'rename', planned: ELEMENT_ACTION.create, met };
      const ours = compare && standing === 'other' ? this.#ours(view, target, other, 'rename') : null;
      if (ours !== null) return ours;
    }
  }

  #remember(leader: number, identity: string): void {
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(leader, identity);
  }
}

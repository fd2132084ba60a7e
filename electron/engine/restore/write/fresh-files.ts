import type { FileStat } from '../../../platform/file-stat.ts';
import { DIRECTORY_STATE, type PlanStore } from '../plan/plan-store.ts';
import type { Destination } from './destination.ts';
import type { PlannedElement } from './element-row.ts';

/** Nobody but us reads a file whose owner is not the final one yet. */
const UNFINISHED_MODE = 0o600;
const OWNER_MAY_WRITE = 0o200;
const PERMISSIONS = 0o777;
const REMEMBERED = 4096;

/** How files come out that are made in a directory. */
interface Habit {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits that come out when they are asked for, and those that do not. */
  readonly honoured: number;
  readonly refused: number;
}

/**
 * Makes files with their final owner and mode where that is what they get anyway, so that neither has to be looked at nor
 * set. How files come out is learnt from the first ones of each directory. Only directories that this restore made are
 * relied upon: nobody else may change what new files in them inherit.
 */
export class FreshFiles {
  readonly #store: PlanStore;
  readonly #destination: Destination;
  readonly #habits = new Map<number, Habit | null>();
  /** Elements whose file was made as it is to be. */
  readonly #right = new Set<number>();

  constructor(store: PlanStore, destination: Destination) {
    this.#store = store;
    this.#destination = destination;
  }

  /** The mode to make an element's file with. */
  mode({ directory, pieces, attributes }: PlannedElement): number {
    const { mode, uid, gid, extendedAttributes } = attributes;
    const habit = this.#habits.get(directory);
    if (!habit || habit.uid !== uid || habit.gid !== gid) return UNFINISHED_MODE;
    // Another thread may have to open it again; an ACL may allow less than the mode.
    const simple = pieces < 2 && extendedAttributes.length === 0 && (mode & ~PERMISSIONS) === 0;
    return simple && (mode & OWNER_MAY_WRITE) !== 0 && (mode & habit.refused) === 0 ? mode : UNFINISHED_MODE;
  }

  /** A file was made for an element. `look` says what it is like; it is called when that is not known. */
  made({ id, directory, attributes }: PlannedElement, mode: number, look: () => FileStat): void {
    const habit = this.#habits.get(directory);
    if (habit === null) return;
    const { uid, gid } = attributes;
    const known = habit !== undefined && (habit.uid !== uid || habit.gid !== gid || (mode & ~habit.honoured) === 0);
    const now = known ? habit : this.#learn(directory, mode, look());
    if (now === null || now.uid !== uid || now.gid !== gid) return;
    if (mode === attributes.mode && (mode & ~now.honoured) === 0) this.#right.add(id);
  }

  /** Whether the file of an element was made with its final owner and mode. Asked once. */
  takeRight(id: number): boolean {
    return this.#right.delete(id);
  }

  #learn(directory: number, asked: number, { uid, gid, mode }: FileStat): Habit | null {
    if (this.#habits.size >= REMEMBERED) this.#habits.clear();
    const before = this.#habits.get(directory);
    const honoured = (before?.honoured ?? 0) | (mode & asked);
    const refused = (before?.refused ?? 0) | (asked & ~mode);
    // Some file systems give every file the same mode.
    const reliable = (mode & ~asked) === 0 && this.#isOurs(directory);
    const habit = reliable ? { uid, gid, honoured, refused } : null;
    this.#habits.set(directory, habit);
    return habit;
  }

  #isOurs(directory: number): boolean {
    if (this.#destination.inheritsAcl(directory)) return false;
    const row = this.#store.statement('SELECT state FROM directory WHERE id = ?').get(directory);
    const state = Number(row?.state);
    return state === DIRECTORY_STATE.make || state === DIRECTORY_STATE.replace;
  }
}

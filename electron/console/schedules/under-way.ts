import type { RunLevel } from '../../../shared/contract/choices.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { strongest } from './run-level.ts';
import { isOpen, nextBegin } from './window.ts';

/** What can be done with a job that runs. Each throws when it has ended. */
export interface Steering {
  readonly pause: (job: string) => void;
  readonly goOn: (job: string) => void;
  /** Ends it: its window is over. */
  readonly end: (job: string) => void;
  /** Ends it so that it holds nothing until its window opens again: at what it can be gone on with from, or to be begun anew. */
  readonly putOff: (job: string, how: PutOff) => void;
  /** Whether it waits for its turn still. */
  readonly isQueued: (job: string) => boolean;
  /** Whether another job waits for the vault that it has. */
  readonly isInTheWay: (job: string) => boolean;
  /** Whether that loses nothing of what the job has done. */
  readonly canBePutOff: (schedule: StoredSchedule, job: string) => boolean;
}

/** What becomes of a run whose job was ended because its window did. */
export type PutOff = 'goes-on' | 'begins-anew' | 'not-begun';

/** A run that was begun here. */
export interface Way {
  readonly schedule: StoredSchedule;
  readonly vault: string | null;
  /** A person began it: its window does not end it. */
  readonly byHand: boolean;
  /** Once it has one; of several, one after the other, the last. */
  job: string | null;
  /** Whether the end of its window paused it where it is, */
  held: boolean;
  /** cancelled it, */
  cancelled: boolean;
  /** or ended it so that the next one has it; null when it did not. */
  putOff: PutOff | null;
  /** What it makes, and when it was begun, milliseconds since 1970. */
  readonly level: RunLevel;
  readonly at: number;
}

const keyOf = ({ task, object, vault }: StoredSchedule): string => `${task} ${object ?? vault}`;

/** The runs that are under way, and what the end of their windows means for them. */
export class UnderWay {
  readonly #steering: Steering;
  /** Hears that a run was paused where it is, and until when, or that it goes on. */
  readonly #held: (way: Way, until: number | null) => void;
  /** By what they do, and to what. */
  readonly #ways = new Map<string, Way>();

  constructor(steering: Steering, held: (way: Way, until: number | null) => void) {
    this.#steering = steering;
    this.#held = held;
  }

  has(schedule: StoredSchedule): boolean {
    return this.#ways.has(keyOf(schedule));
  }

  /** Backups on a vault that no list of jobs has yet. */
  notYetJobs(vault: string): number {
    return [...this.#ways.values()].filter(
      (way) => way.vault === vault && way.job === null && way.schedule.task === 'backup',
    ).length;
  }

  /** Whether a way does the same, was begun since a moment, and makes at least as much: once it went well it made up for a run that was due then. */
  covers(way: Way, schedule: StoredSchedule, { dueAt, level }: Pick<StoredRun, 'dueAt' | 'level'>): boolean {
    return (
      this.#ways.get(keyOf(schedule)) === way &&
      way.at >= dueAt &&
      strongest([way.level, level ?? 'auto']) === way.level
    );
  }

  begin(schedule: StoredSchedule, { vault, byHand, level, at }: Pick<Way, 'vault' | 'byHand' | 'level' | 'at'>): Way {
    const way: Way = { schedule, vault, byHand, level, at, job: null, held: false, cancelled: false, putOff: null };
    this.#ways.set(keyOf(schedule), way);
    return way;
  }

  end(schedule: StoredSchedule): void {
    this.#ways.delete(keyOf(schedule));
  }

  /** Holds, ends or lets go on what runs, as its window says: that which it has in `schedules`, where it is there still. */
  keepWindows(now: number, schedules: readonly StoredSchedule[]): void {
    for (const way of this.#ways.values()) {
      const schedule = schedules.find(({ id }) => id === way.schedule.id) ?? way.schedule;
      const { held, cancelled, putOff } = way;
      try {
        this.#keepWindow(way, schedule, now);
      } catch {
        // The job has ended this very moment: nothing was done to it, and another one may follow.
        Object.assign(way, { held, cancelled, putOff });
      }
    }
  }

  #keepWindow(way: Way, { terms: { window }, zone }: StoredSchedule, now: number): void {
    if (way.byHand || way.job === null || way.cancelled || way.putOff !== null) return;
    if (window === null || isOpen(window, zone, now)) {
      if (way.held) this.#goOn(way, way.job);
      return;
    }
    if (window.atEnd === 'cancel') {
      way.cancelled = true;
      this.#steering.end(way.job);
    } else if (this.#steering.isQueued(way.job)) this.#putOff(way, way.job, 'not-begun');
    else if (window.atEnd === 'pause') this.#pause(way, way.job, nextBegin(window, zone, now));
  }

  #goOn(way: Way, job: string): void {
    way.held = false;
    this.#steering.goOn(job);
    this.#held(way, null);
  }

  /** What cannot be gone on with is held where it is, until somebody else wants its vault. */
  #pause(way: Way, job: string, until: number): void {
    if (this.#steering.canBePutOff(way.schedule, job)) this.#putOff(way, job, 'goes-on');
    else if (this.#steering.isInTheWay(job)) this.#putOff(way, job, 'begins-anew');
    else if (!way.held) {
      way.held = true;
      this.#steering.pause(job);
      this.#held(way, until);
    }
  }

  #putOff(way: Way, job: string, how: PutOff): void {
    way.putOff = how;
    this.#steering.putOff(job, how);
  }
}

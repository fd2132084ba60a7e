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
  /** Ends it at what it can be gone on with from, so that it holds nothing until its window opens again. */
  readonly putOff: (job: string) => void;
  /** Whether that loses nothing of what the job has done. */
  readonly canBePutOff: (schedule: StoredSchedule, job: string) => boolean;
}

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
  /** or ended it so that it goes on in the next one. */
  putOff: boolean;
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
    const way: Way = { schedule, vault, byHand, level, at, job: null, held: false, cancelled: false, putOff: false };
    this.#ways.set(keyOf(schedule), way);
    return way;
  }

  end(schedule: StoredSchedule): void {
    this.#ways.delete(keyOf(schedule));
  }

  /** Holds, ends or lets go on what runs, as its window says. */
  keepWindows(now: number): void {
    for (const way of this.#ways.values()) {
      const { held, cancelled, putOff } = way;
      try {
        this.#keepWindow(way, now);
      } catch {
        // The job has ended this very moment: nothing was done to it, and another one may follow.
        Object.assign(way, { held, cancelled, putOff });
      }
    }
  }

  #keepWindow(way: Way, now: number): void {
    const { window } = way.schedule.terms;
    if (window === null || way.byHand || way.job === null || way.cancelled || way.putOff) return;
    const open = isOpen(window, way.schedule.zone, now);
    if (open && way.held) {
      way.held = false;
      this.#steering.goOn(way.job);
      this.#held(way, null);
    } else if (!open && window.atEnd === 'pause' && !way.held && this.#steering.canBePutOff(way.schedule, way.job)) {
      way.putOff = true;
      this.#steering.putOff(way.job);
    } else if (!open && window.atEnd === 'pause' && !way.held) {
      way.held = true;
      this.#steering.pause(way.job);
      this.#held(way, nextBegin(window, way.schedule.zone, now));
    } else if (!open && window.atEnd === 'cancel') {
      way.cancelled = true;
      this.#steering.end(way.job);
    }
  }
}

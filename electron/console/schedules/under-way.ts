import type { StoredSchedule } from '../store/schedule-table.ts';
import { isOpen } from './window.ts';

/** What can be done with a job that runs. Each throws when it has ended. */
export interface Steering {
  readonly pause: (job: string) => void;
  readonly goOn: (job: string) => void;
  readonly cancel: (job: string) => void;
}

/** A run that was begun here. */
export interface Way {
  readonly schedule: StoredSchedule;
  readonly vault: string | null;
  /** A person began it: its window does not end it. */
  readonly byHand: boolean;
  /** Once it has one. */
  job: string | null;
  /** Whether the end of its window paused it, */
  held: boolean;
  /** or cancelled it. */
  cancelled: boolean;
}

const keyOf = ({ task, object, vault }: StoredSchedule): string => `${task} ${object ?? vault}`;

/** The runs that are under way, and what the end of their windows means for them. */
export class UnderWay {
  readonly #steering: Steering;
  /** By what they do, and to what. */
  readonly #ways = new Map<string, Way>();

  constructor(steering: Steering) {
    this.#steering = steering;
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

  begin(schedule: StoredSchedule, vault: string | null, byHand: boolean): Way {
    const way: Way = { schedule, vault, byHand, job: null, held: false, cancelled: false };
    this.#ways.set(keyOf(schedule), way);
    return way;
  }

  end(schedule: StoredSchedule): void {
    this.#ways.delete(keyOf(schedule));
  }

  /** Holds, ends or lets go on what runs, as its window says. */
  keepWindows(now: number): void {
    for (const way of this.#ways.values()) {
      try {
        this.#keepWindow(way, now);
      } catch {
        // It has ended this very moment.
      }
    }
  }

  #keepWindow(way: Way, now: number): void {
    const { window } = way.schedule.terms;
    if (window === null || way.byHand || way.job === null || way.cancelled) return;
    const open = isOpen(window, way.schedule.zone, now);
    if (open && way.held) {
      way.held = false;
      this.#steering.goOn(way.job);
    } else if (!open && window.atEnd === 'pause' && !way.held) {
      way.held = true;
      this.#steering.pause(way.job);
    } else if (!open && window.atEnd === 'cancel') {
      way.cancelled = true;
      this.#steering.cancel(way.job);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { moverWrites } from './movers.ts';

export interface PowerParts {
  /** Those that wait, run or are paused. */
  readonly jobs: () => readonly JobRecord[];
  readonly pause: (job: string) => void;
  readonly goOn: (job: string) => void;
  readonly fail: (job: string, error: ColdframeError) => void;
  /** Keeps the machine awake from now on, or no longer; nothing where the system offers no way. */
  readonly keepAwake: (on: boolean) => void;
  /** What a job reads and where it writes to, as it is now: what it has to find again when the machine wakes up. */
  readonly identify: (job: JobRecord) => Promise<Identity>;
  /** Both in milliseconds: since 1970, and by a clock that stands still while the machine sleeps. */
  readonly clocks?: { readonly wall: () => number; readonly awake: () => number };
  /** How often the clocks are compared while jobs run, milliseconds. */
  readonly lookMs?: number;
  /** How long devices may take to come back, and how often it is looked, milliseconds. */
  readonly patience?: { readonly forMs: number; readonly everyMs: number };
}

/** A fingerprint of what a job uses, or why it cannot be used. */
export type Identity = { readonly same: string } | { readonly gone: ColdframeError };

const LOOK_MS = 5000;
/** Clocks that went so far apart mean that the machine slept. That the clock was set looks the same, and costs a look. */
const SLEPT_MS = 15_000;
/** A sleep that was announced comes sooner, milliseconds that the machine is awake. */
const ANNOUNCED_MS = 60_000;
/** Disks and networks come back some time after the machine. */
const PATIENCE = { forMs: 60_000, everyMs: 2000 };

/** Keeps the machine awake while a mover writes, and looks at what jobs use anew once it slept all the same. */
export class PowerDesk {
  readonly #parts: PowerParts;
  readonly #clocks: NonNullable<PowerParts['clocks']>;
  /** What each running job found when it began. */
  readonly #known = new Map<string, Promise<Identity>>();
  /** Those that were paused here; true: and by nobody else, so that they go on by themselves. */
  readonly #held = new Map<string, boolean>();
  #awake = false;
  /** Held ones that are being looked at. */
  readonly #looking = new Map<string, Promise<void>>();
  /** Those that were paused by somebody else while the machine slept: they are looked at when they go on. */
  readonly #unsure = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #apart = 0;
  /** When a sleep was announced that has not come, by the clock that stands still meanwhile. */
  #announcedAt: number | null = null;

  constructor(parts: PowerParts) {
    this.#parts = parts;
    this.#clocks = parts.clocks ?? { wall: Date.now, awake: () => performance.now() };
  }

  /** Something about a job has changed. */
  look(): void {
    const jobs = this.#parts.jobs();
    const running = jobs.filter(({ state }) => state === 'running');
    for (const job of running) if (!this.#known.has(job.id)) this.#known.set(job.id, this.#parts.identify(job));
    for (const id of this.#known.keys()) if (!jobs.some((job) => job.id === id)) this.#forget(id);
    this.#keepAwake(moverWrites(jobs));
    for (const { id } of running) if (this.#unsure.delete(id) && this.#hold(id)) void this.#lookAt(id);
    if (jobs.length === 0) this.#stopWatching();
    else if (this.#timer === undefined) {
      this.#apart = this.#driftNow();
      this.#timer = setInterval(() => this.#compareClocks(), this.#parts.lookMs ?? LOOK_MS).unref();
    }
  }

  /** The machine is about to sleep: what runs is held until it woke up. */
  suspend(): void {
    this.#announcedAt = this.#clocks.awake();
    this.#holdAll();
  }

  /** The machine woke up: what ran goes on once it has found again what it uses, and fails with the reason when it does not. */
  async resume(): Promise<void> {
    this.#apart = this.#driftNow();
    this.#announcedAt = null;
    this.#holdAll();
    await Promise.all([...this.#held.keys()].map((id) => this.#lookAt(id)));
  }

  /** Somebody else paused a job: it stays so, and is still looked at once the machine woke up. */
  giveUp(id: string): void {
    if (this.#held.has(id)) this.#held.set(id, false);
  }

  /** Lets the machine sleep again. */
  close(): void {
    this.#stopWatching();
    this.#keepAwake(false);
  }

  #holdAll(): void {
    for (const { id, state } of this.#parts.jobs()) {
      if (state === 'running') this.#hold(id);
      else if (state === 'paused' && !this.#held.has(id)) this.#unsure.add(id);
    }
  }

  /** Looks at a held job. One that is being looked at already, since the machine slept twice, is held until that is over. */
  #lookAt(id: string): Promise<void> {
    const looking = this.#looking.get(id) ?? this.#lookAtOne(id);
    this.#looking.set(id, looking);
    return looking;
  }

  async #lookAtOne(id: string): Promise<void> {
    const known = await this.#known.get(id);
    const { forMs, everyMs } = this.#parts.patience ?? PATIENCE;
    const until = this.#clocks.awake() + forMs;
    for (;;) {
      const job = this.#parts.jobs().find((each) => each.id === id);
      if (job === undefined || !this.#held.has(id)) {
        this.#looking.delete(id);
        return;
      }
      const now = await this.#parts.identify(job);
      // What could not be told when it began cannot be told to be another now.
      if (known === undefined || 'gone' in known || ('same' in now && now.same === known.same))
        return this.#letGoOn(id);
      if ('gone' in now && this.#clocks.awake() < until) {
        await sleep(everyMs);
        continue;
      }
      // From here on another sleep is another look.
      this.#looking.delete(id);
      this.#held.delete(id);
      this.#parts.fail(id, 'gone' in now ? now.gone : otherThan(job));
      return;
    }
  }

  /** Whether it is held now. */
  #hold(id: string): boolean {
    try {
      this.#parts.pause(id);
      this.#held.set(id, true);
      return true;
    } catch {
      // It has ended this very moment.
      return false;
    }
  }

  #letGoOn(id: string): void {
    this.#looking.delete(id);
    const isOurs = this.#held.get(id) === true;
    this.#held.delete(id);
    if (!isOurs) return;
    try {
      this.#parts.goOn(id);
    } catch {
      // It has ended meanwhile.
    }
  }

  #forget(id: string): void {
    this.#known.delete(id);
    this.#held.delete(id);
    this.#unsure.delete(id);
  }

  #keepAwake(on: boolean): void {
    if (on === this.#awake) return;
    this.#awake = on;
    this.#parts.keepAwake(on);
  }

  #driftNow(): number {
    return this.#clocks.wall() - this.#clocks.awake();
  }

  #compareClocks(): void {
    const now = this.#driftNow();
    const slept = now - this.#apart > SLEPT_MS;
    this.#apart = now;
    const announced = this.#announcedAt;
    const putOff = announced !== null && this.#clocks.awake() - announced > ANNOUNCED_MS;
    if (slept || putOff) void this.resume();
  }

  #stopWatching(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const otherThan = ({ kind, vault, object }: JobRecord): ColdframeError =>
  new ColdframeError('NOT_MOUNTED', {
    message: `The machine slept, and what the ${kind} uses is not what it was: another disk lies at ${vault}, or at a folder of ${object ?? 'its object'}.`,
    guidance: 'Mount what was there before, then go on with the job: coldframe job resume ID',
    context: { vault, object },
  });

import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import type { Surroundings } from './surroundings.ts';
import { isOpen, nextEnd } from './window.ts';

/** What a run waits for, in words that hold when it is given up, too. */
export const WAITS = {
  busy: 'A backup of the object was waiting or running still.',
  busyCheck: 'The same was waiting or running still.',
  paused: 'All schedules were paused.',
  window: 'Its window was closed.',
  limit: 'As many backups were running as may use its vault at once.',
  drives: 'As many backups were running as may use the drives of its vault at once.',
  vault: 'Its vault was not there.',
  mains: 'The machine was on battery.',
  idle: 'The machine was in use.',
  metered: 'The link was metered.',
  network: 'What is backed up is reached over a network, and there was no network.',
  spread: 'It begins a little later, so that not all begin at once.',
  held: 'Its window ended; it goes on where it stopped when that opens again.',
  anew: 'Its window ended and another job waited for its vault; it is begun anew when that opens again.',
} as const;

/** Whether a run was begun and waits for its window to open again. */
export const isHeld = ({ reason }: Pick<StoredRun, 'reason'>): boolean =>
  reason === WAITS.held || reason === WAITS.anew;

/** What is said of a run that has begun, of what it waited for. */
const WAITED: Readonly<Record<string, string>> = {
  [WAITS.busy]: 'It waited for another backup of the object.',
  [WAITS.busyCheck]: 'It waited for another one of the same.',
  [WAITS.paused]: 'It waited while all schedules were paused.',
  [WAITS.window]: 'It waited for its window.',
  [WAITS.limit]: 'It waited for other backups that used its vault.',
  [WAITS.drives]: 'It waited for the drives of its vault.',
  [WAITS.vault]: 'It waited for its vault.',
  [WAITS.mains]: 'It waited until the machine was on mains.',
  [WAITS.idle]: 'It waited until nobody used the machine.',
  [WAITS.metered]: 'It waited for a link that is not metered.',
  [WAITS.network]: 'It waited for a network.',
  [WAITS.spread]: 'It began a little later, so that not all begin at once.',
  [WAITS.held]: 'Its window ended meanwhile, and it went on in the next one.',
  [WAITS.anew]: 'Its window ended meanwhile, and it was begun anew in the next one.',
};

/** The reason of a run that begins now. */
export const reasonBegun = (reason: string | null): string | null =>
  reason === null ? null : (WAITED[reason] ?? reason);

/** How long a run waits that does not make up for what it missed, milliseconds. */
const PATIENCE_MS = 3_600_000;

/** When a run is given up that could not begin; null: with the next one. */
export const deadlineOf = (
  { catchUp, terms, zone }: StoredSchedule,
  { dueAt, attempts, notBefore }: Pick<StoredRun, 'dueAt' | 'attempts' | 'notBefore'>,
): number | null => {
  if (catchUp) return null;
  // One that is tried again has as long from then on.
  const begin = attempts > 0 ? (notBefore ?? dueAt) : dueAt;
  if (terms.window !== null) return nextEnd(terms.window, zone, begin);
  return begin + (attempts > 0 ? 0 : terms.jitterMs) + PATIENCE_MS;
};

export type Verdict =
  | { readonly kind: 'begin' }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

/** How things are with the console at a moment. */
export interface Standing {
  readonly now: number;
  readonly pausedUntil: number | null;
  readonly busy: boolean;
  /** Whether its vault has as many backups as it may have. */
  readonly full: boolean;
}

const waitFor = (reason: string): Verdict => ({ kind: 'wait', reason });

/** What a run waits for while the same is under way. */
export const busyWith = ({ task }: StoredSchedule): string => (task === 'backup' ? WAITS.busy : WAITS.busyCheck);

/** Whether a run may begin, as far as the console alone knows. */
export const admit = (schedule: StoredSchedule, run: StoredRun, standing: Standing): Verdict => {
  const { now, pausedUntil, busy, full } = standing;
  // One that was begun goes on until it is done.
  const deadline = isHeld(run) ? null : deadlineOf(schedule, run);
  if (deadline !== null && now >= deadline)
    return { kind: 'skip', reason: [run.reason, 'It could not begin in time.'].filter(Boolean).join(' ') };
  if (run.notBefore !== null && now < run.notBefore) return waitFor(run.reason ?? WAITS.spread);
  if (pausedUntil !== null && now < pausedUntil) return waitFor(WAITS.paused);
  if (schedule.terms.window !== null && !isOpen(schedule.terms.window, schedule.zone, now))
    return waitFor(WAITS.window);
  const goesOn = isHeld(run) || schedule.catchUp;
  if (busy) return goesOn ? waitFor(busyWith(schedule)) : { kind: 'skip', reason: busyWith(schedule) };
  // Whatever is no backup has the vault for itself, and waits in its queue.
  return full && schedule.task === 'backup' ? waitFor(WAITS.limit) : { kind: 'begin' };
};

/** What of the machine a run still waits for; null when nothing. What cannot be known counts as fulfilled. */
export const lacking = async (
  { object, terms: { mains, idleMs, unmetered } }: StoredSchedule,
  vault: string | null,
  surroundings: Surroundings,
): Promise<string | null> => {
  if (vault !== null && !(await surroundings.vaultThere(vault))) return WAITS.vault;
  if (mains && (await surroundings.mains()) === false) return WAITS.mains;
  if (await surroundings.cutOff(object)) return WAITS.network;
  if (unmetered && (await surroundings.metered()) === true) return WAITS.metered;
  if (idleMs === null) return null;
  const idle = await surroundings.idleMs();
  return idle !== null && idle < idleMs ? WAITS.idle : null;
};

/** Which of several that wait goes first: the more urgent, then the full one, then the older. */
export const inOrder = <
  T extends { readonly schedule: StoredSchedule; readonly run: Pick<StoredRun, 'level' | 'dueAt'> },
>(
  waiting: readonly T[],
): T[] =>
  waiting.toSorted(
    (one, other) =>
      URGENCY[other.schedule.terms.priority] - URGENCY[one.schedule.terms.priority] ||
      Number(other.run.level === 'full') - Number(one.run.level === 'full') ||
      one.run.dueAt - other.run.dueAt,
  );

const URGENCY = { low: 0, normal: 1, high: 2 } as const;

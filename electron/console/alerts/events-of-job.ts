import { createHash } from 'node:crypto';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { ERROR_CODES } from '../../../shared/error-codes.ts';
import { damageApart, type FindingsOnTapes, tapesNotHere } from '../../../shared/model/damage-apart.ts';
import { firstFew } from '../../../shared/model/first-few.ts';
import type { NoticeEvent } from '../../../shared/model/notice.ts';
import { type PlacedTape, placedNames } from '../../../shared/model/tape-place.ts';

/** What somebody may want to be told of. Of the names the first is the closest; who asked for a later one wants to hear of it, too. */
export interface Happening {
  readonly events: readonly [NoticeEvent, ...NoticeEvent[]];
  readonly text: string;
  /** The same for the same thing, where not every job that finds it is to be told of. */
  readonly key?: string;
  /** The same is told again on another day. */
  readonly daily?: boolean;
  /** Ids of the objects that it is about, where the job is of none; null for what is of no object. The rules of each count. */
  readonly objects?: readonly (string | null)[];
}

type Away = Omit<PlacedTape, 'tape'>;

interface Result extends FindingsOnTapes {
  readonly outcome?: string;
  readonly tapesAway?: readonly Away[];
  readonly missingTapes?: readonly (PlacedTape & { readonly away?: boolean })[];
  readonly set?: { readonly warnings?: readonly unknown[] };
  readonly warnings?: readonly { readonly code: string; readonly path: string; readonly message: string }[];
  readonly damagedTapes?: readonly unknown[];
  readonly damagedElements?: number;
  readonly newlyDamaged?: number | null;
  readonly damaged?: readonly { readonly tape: string; readonly set?: string; readonly chunk?: number }[];
  readonly wrongIn?: readonly { readonly object: string; readonly id?: string; readonly sets: readonly string[] }[];
  /** Of retention: the object, by its id, and the job whose finding holds it back. */
  readonly heldBy?: { readonly object: string; readonly job: string };
  readonly chunks?: number;
  readonly incomplete?: readonly unknown[];
  readonly elements?: number;
  readonly failures?: readonly { readonly path: string; readonly message: string; readonly code?: string }[];
}

const NAMES: Readonly<Record<JobRecord['kind'], string>> = {
  backup: 'The backup',
  restore: 'The restore',
  verify: 'The verification',
  'restore-test': 'The restore test',
  merge: 'The merge',
  rebuild: 'The rebuild',
  retention: 'The retention',
  erase: 'The erasing of a tape',
  copy: 'The copy of a tape',
  export: 'The export of a tape',
  import: 'The import of a tape',
  reclaim: 'The reclaiming of tapes',
  move: 'The move of a tape',
};

type EndedJob = Pick<JobRecord, 'kind' | 'state' | 'object' | 'objects' | 'vault' | 'error' | 'result'>;

/** What a job that has ended is worth telling; null when it is nothing. A result that is of another shape than this version knows is told as such. */
export const eventOfJob = (job: EndedJob): Happening | null => {
  try {
    return eventOf(job);
  } catch {
    const { kind, state, object, vault } = job;
    const text = `${NAMES[kind] ?? 'A job'} of ${object ?? vault} ended (${state}), and its result cannot be read. Look at its job.`;
    return { events: WIDER[kind] ?? ['backup-warned'], text };
  }
};

const eventOf = (job: EndedJob): Happening | null => {
  const what = `${NAMES[job.kind]} of ${job.object ?? job.objects?.join(', ') ?? job.vault}`;
  // Somebody stands by and hears it.
  if (job.kind === 'move' && job.state === 'failed') return null;
  if (job.state === 'failed' || job.state === 'interrupted') return ofFailure(job, what);
  if (job.state !== 'done' && job.state !== 'done-with-warnings') return null;
  const result = (job.result ?? {}) as Result;
  const damaged = damagedPlaces(result);
  if (job.kind === 'restore') return ofRestore(job, what, result, damaged);
  if (damaged > 0) {
    const { wrongIn = [] } = result;
    const isOfAll = job.object === null && wrongIn.length > 0;
    return {
      events: job.kind === 'verify' ? ['damage-found', 'check-failed'] : ['damage-found'],
      text: `${what} found damage: ${places(damaged)}${wrongIn.length === 0 ? '' : `, ${wrongIn.map(whereText).join('; ')}`}.`,
      ...(isOfAll ? { objects: whose(result) } : {}),
    };
  }
  if (job.kind === 'restore-test') return ofTest(what, result);
  if (job.kind === 'verify') return ofVerify(what, result);
  if (job.kind === 'retention') return ofHold(job.object, result);
  if (job.kind !== 'backup') return null;
  const warnings = result.set?.warnings?.length ?? 0;
  if (job.state === 'done') return { events: ['backup-done'], text: `${what} is done.` };
  return {
    events: ['backup-warned'],
    text: `${what} is done with ${warnings === 1 ? '1 warning' : `${warnings} warnings`}.`,
  };
};

/**
 * Each finding once, not with every restore that meets it: a place that is on record was told of when it was found. What cannot be put on record is
 * told once a day for the same.
 */
const ofRestore = (
  { vault }: Pick<JobRecord, 'vault'>,
  what: string,
  result: Result,
  damaged: number,
): Happening | null => {
  const { newlyDamaged = null } = result;
  if (newlyDamaged === 0 || (newlyDamaged === null && damaged === 0)) return null;
  const lost = damaged > 0 ? '' : ', of which another tape had all whole: nothing is lost';
  const text = `${what} found damage: ${places(Math.max(damaged, newlyDamaged ?? 0))}${lost}.`;
  if (newlyDamaged !== null) return { events: ['damage-found'], text };
  const names = (result.damaged ?? []).map(({ tape, set, chunk }) => `${tape} ${set ?? ''} ${chunk ?? ''}`);
  const digest = createHash('sha256').update(names.toSorted().join('\n')).digest('hex').slice(0, 32);
  return { events: ['damage-found'], text, key: `restore-damage ${vault} ${digest}`, daily: true };
};

/** The objects that something damaged belongs to, and null where some of it is in no set of theirs. */
const whose = (result: Result): (string | null)[] => {
  const { damagedTapes = [], wrongIn = [] } = result;
  const { damaged } = damageApart(result.damaged ?? [], tapesNotHere(result));
  const theirs = new Set(wrongIn.flatMap(({ sets }) => sets));
  const isNobodys = damagedTapes.length > 0 || damaged.some(({ set }) => set === undefined || !theirs.has(set));
  return [...wrongIn.map(({ id }) => id ?? null), ...(isNobodys ? [null] : [])];
};

const WIDER: Partial<Readonly<Record<JobRecord['kind'], readonly [NoticeEvent]>>> = {
  backup: ['backup-failed'],
  merge: ['backup-failed'],
  retention: ['retention-held'],
  verify: ['check-failed'],
  'restore-test': ['check-failed'],
};

/** Something that did not come back as it was backed up; and a test that found nothing that it could take, which proves nothing. */
const ofTest = (what: string, { failures = [], elements = 0, outcome, tapesAway = [] }: Result): Happening | null => {
  const [first] = failures;
  if (first === undefined)
    return elements > 0 ? null : { events: ['check-failed'], text: `${what} found nothing that it could test.` };
  if (outcome === 'away')
    return {
      events: ['check-failed'],
      text: `${what} could not get everything back: ${notHereText(tapesAway)} Nothing that came back is damaged.`,
    };
  const rest = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`;
  const found = failures.some(({ code }) => code !== 'NOT_TRIED_AGAIN' && code !== 'TAPE_AWAY');
  return {
    events: found ? ['check-failed', 'damage-found'] : ['check-failed'],
    text: `${what} failed: ${first.path}${rest}: ${first.message}`,
  };
};

/** What is damaged, elements where there are more of them than chunks; what lies on tapes that are away is not known to be. */
const damagedPlaces = (result: Result): number => {
  const { damaged, away } = damageApart(result.damaged ?? [], tapesNotHere(result));
  const elements = away.length === 0 ? (result.damagedElements ?? 0) : 0;
  return Math.max(damaged.length, elements) + (result.damagedTapes?.length ?? 0);
};

const ofVerify = (what: string, result: Result): Happening | null => {
  const { incomplete = [], missingTapes = [], chunks } = result;
  const notHere = missingTapes.filter(({ away }) => away !== false);
  const sets = incomplete.length === 1 ? '1 set is' : `${incomplete.length} sets are`;
  const told = incomplete.length === 0 ? '' : ` ${sets} incomplete.`;
  if (notHere.length > 0) {
    const read = chunks === 0 ? 'Nothing could be read.' : 'Nothing that it read is damaged.';
    return {
      events: ['check-failed'],
      text: `${what} could not read everything: ${notHereText(notHere)} ${read}${told}`,
    };
  }
  if (incomplete.length === 0) return null;
  return { events: ['check-failed'], text: `${what} found that ${sets} incomplete.` };
};

/** Told once for each set that nobody has looked at yet, and for each finding of damage. */
const ofHold = (object: string | null, { warnings = [], heldBy }: Result): Happening | null => {
  const held = warnings.filter(({ code }) => code === 'RETENTION_HELD');
  const [first] = held;
  if (first === undefined) return null;
  const text = `Retention of ${object} is held back: ${held.map(({ message }) => message).join('; ')}.`;
  const why = heldBy === undefined ? held.map(({ path }) => path).join(' ') : `${heldBy.object} ${heldBy.job}`;
  return { events: ['retention-held'], text, key: `held ${why}` };
};

const ofFailure = (
  { kind, state, error }: Pick<JobRecord, 'kind' | 'state' | 'error'>,
  what: string,
): Happening | null => {
  const rest = WIDER[kind] ?? [];
  const text =
    state === 'interrupted'
      ? `${what} was interrupted: its process ended.`
      : `${what} failed: ${error === null ? 'nobody knows why.' : `${error.message} (${error.code})`}`;
  const closest = closestTo(error?.code ?? null);
  const [first, ...others] = closest === null ? rest : [closest, ...rest];
  return first === undefined ? null : { events: [first, ...others], text };
};

const closestTo = (code: string | null): NoticeEvent | null => {
  const kind = code === null ? null : (ERROR_CODES as Readonly<Record<string, { readonly kind: string }>>)[code]?.kind;
  if (kind === 'no-space' && code !== 'DESTINATION_FULL') return 'out-of-tapes';
  return kind === 'damaged' ? 'damage-found' : null;
};

const whereText = ({ object, sets }: NonNullable<Result['wrongIn']>[number]): string =>
  `in ${sets.length === 1 ? 'set' : 'sets'} ${firstFew(sets.map((set) => set.slice(0, 8)))} of ${object}`;

const notHereText = (tapes: readonly Away[]): string =>
  `${tapes.length === 1 ? 'tape' : 'tapes'} ${placedNames(tapes)} ${tapes.length === 1 ? 'is' : 'are'} not here.`;

const places = (count: number): string => (count === 1 ? '1 place' : `${count} places`);

import type { Attention } from '../../../shared/contract/attention.ts';
import type { CheckStanding } from '../../../shared/contract/checks.ts';
import type { CheckKind } from '../../../shared/contract/choices.ts';
import type { StoredCheck } from '../store/check-table.ts';
import { item } from './attention.ts';

/** How many sets and objects are named. */
const MOST_NAMED = 5;

/** How it stands with a kind of checks, and the newest one where that could not be carried out, or not in full. */
export interface SeenChecks {
  readonly kind: CheckKind;
  readonly standing: CheckStanding;
  readonly failed: StoredCheck | null;
  /** The newest that could not look at everything, where that is how it stands. */
  readonly away: StoredCheck | null;
  /** The one that read back what a backup had written, where what that found wrong is how it stands. */
  readonly readBack: StoredCheck | null;
  /** The sets that what is damaged is in, as far as that is how it stands. */
  readonly damagedSets: readonly string[];
  /** Of a whole vault: names of the objects that what is damaged belongs to. */
  readonly wrongIn: readonly string[];
}

/** What a person should look at of the checks of an object, or of a vault. `inNewest`: its newest set is, or builds on, one that is known to be damaged. */
export const checkAttention = (
  where: { readonly object?: string; readonly vault: string },
  {
    kind,
    standing: { last, overdueSince, scheduled, afterBackup, lostNowhere },
    failed,
    readBack,
    damagedSets,
    wrongIn,
  }: SeenChecks,
  inNewest = false,
): Attention[] => {
  const again = checkAgain(kind, where);
  const anew = { procedure: 'backup', input: { object: where.object, level: 'full' } };
  const found: Attention[] = [];
  const named = {
    sets: listed(damagedSets.map((set) => set.slice(0, 8))),
    setCount: damagedSets.length,
    objects: listed(wrongIn),
    objectCount: wrongIn.length,
  };
  if (lostNowhere && last !== null) {
    const { job, failures } = last;
    found.push(item('CHECK_WRONG', 'look', where, { kind, job, failures, ...named, lostNowhere }, again));
  } else if (readBack !== null) {
    const [first] = readBack.detail.failed;
    const what = first === undefined ? null : [first.path, first.message].filter((part) => part !== '').join(': ');
    const { job, failures, set } = readBack;
    // What is stored anew by an incremental would leave the object without a set that was read back as a whole, and no backup makes up for it that is not read back.
    const context = { kind, job, failures, set, what, readBack: afterBackup };
    found.push(item('CHECK_WRONG', 'lost', where, context, afterBackup ? anew : again));
  } else if (last?.outcome === 'wrong') {
    const { job, failures } = last;
    found.push(
      item('CHECK_WRONG', 'lost', where, { kind, job, failures, ...named, inNewest }, inNewest ? anew : again),
    );
  }
  if (failed !== null) {
    const { error } = failed.detail;
    const why = { error: error?.code ?? null, message: error?.message ?? null };
    found.push(item('CHECK_FAILED', 'look', where, { kind, job: failed.job, ...why }, again));
  }
  if (overdueSince !== null && scheduled)
    found.push(item('CHECK_OVERDUE', 'look', where, { kind, since: overdueSince }, again));
  return found;
};

/** What a person should look at of damage that no check tells of, but a restore or an import found. */
export const damageAttention = (
  where: { readonly object: string; readonly vault: string },
  { under, older }: { readonly under: readonly string[]; readonly older: readonly string[] },
  seen: readonly SeenChecks[],
): Attention[] => {
  const told = seen.some(
    ({ kind, standing: { last, lostNowhere }, damagedSets }) =>
      last?.outcome === 'wrong' &&
      !lostNowhere &&
      (kind === 'verify' || under.every((set) => damagedSets.includes(set))),
  );
  const sets = under.length > 0 ? (told ? [] : under) : older;
  if (sets.length === 0) return [];
  const isNewest = under.length > 0;
  const named = {
    sets: listed(sets.map((set) => set.slice(0, 8))),
    setCount: sets.length,
    read: isNewest ? 'newest' : 'older',
  };
  const anew = { procedure: 'backup', input: { object: where.object, level: 'full' } };
  const act = isNewest ? anew : checkAgain('verify', where);
  return [
    item('CHECK_WRONG', isNewest ? 'lost' : 'look', where, { kind: 'verify', failures: sets.length, ...named }, act),
  ];
};

/** The first of them; null for none. How many there are in all is told beside it. */
const listed = (names: readonly string[]): string | null =>
  names.length === 0 ? null : names.slice(0, MOST_NAMED).join(', ');

/** What carries a check out again. */
export const checkAgain = (kind: CheckKind, { object, vault }: { readonly object?: string; readonly vault: string }) =>
  kind === 'restore-test'
    ? { procedure: 'restore.test', input: { object } }
    : { procedure: 'verify', input: object === undefined ? { vault } : { object } };

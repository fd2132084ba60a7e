import type { Attention } from '../../../shared/contract/attention.ts';
import { ATTENTION_CODES } from '../../../shared/contract/attention-codes.ts';
import type { ObjectOverview, VaultOverview } from '../../../shared/contract/overview.ts';
import type { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { Overdue } from '../schedules/overdue.ts';
import type { VaultSpace } from '../use-cases.ts';

type Code = Attention['code'];
type Action = Attention['action'];

/** Less room than this share of the whole is little. */
const LITTLE = 0.1;

export const item = (
  code: Code,
  severity: Attention['severity'],
  where: { readonly object?: string; readonly vault: string },
  context: Attention['context'],
  action: Action = null,
): Attention => ({ code, severity, object: where.object ?? null, vault: where.vault, context, action });

export interface ObjectMatters {
  readonly incompleteSets: number;
  readonly missingRoots: readonly string[];
  /** Of its last good set. */
  readonly warnings: readonly Warning[];
  /** What says that it is overdue; null when it is not. */
  readonly overdueBy: Overdue['by'] | null;
}

/** What a person should look at of an object. */
export const objectAttention = (
  object: Omit<ObjectOverview, 'sharedDisk'>,
  { incompleteSets, missingRoots, warnings, overdueBy }: ObjectMatters,
): Attention[] => {
  const where = { object: object.name, vault: object.vault.dir };
  const again = object.running ? null : { procedure: 'backup', input: { object: object.name } };
  const { job, error } = object.reason;
  const found: Attention[] = [];
  const failed = object.reason.code === 'JOB_FAILED' || (object.state === 'never' && error !== null);
  if (failed) found.push(item('LAST_FAILED', 'lost', where, { job, error }, again));
  if (object.reason.code === 'JOB_INTERRUPTED')
    found.push(item('LAST_INTERRUPTED', 'look', where, { job }, { procedure: 'job.resume', input: { job } }));
  if (object.state === 'never') {
    const cancelled = !failed && job !== null;
    const takeUp = { procedure: 'job.resume', input: { job } };
    found.push(item('NEVER_BACKED_UP', 'lost', where, cancelled ? { job } : {}, cancelled ? takeUp : again));
  }
  if (object.lastGood !== null && object.overdueSince !== null && object.state !== 'running') {
    const { ageMs } = object.lastGood;
    const context = { ageMs, overdueAfterMs: object.reason.overdueAfterMs, since: object.overdueSince, by: overdueBy };
    found.push(item('OVERDUE', 'look', where, context, again));
  }
  if (object.state === 'warnings')
    found.push(
      item('LAST_WARNED', 'look', where, {
        set: object.lastGood?.id ?? null,
        warnings: warnings.length,
        ...whatWarned(warnings),
      }),
    );
  for (const root of missingRoots) found.push(item('ROOT_MISSING', 'look', where, { root }));
  if (incompleteSets > 0)
    found.push(
      item(
        'SET_INCOMPLETE',
        'lost',
        where,
        { sets: incompleteSets },
        { procedure: 'vault.rebuild', input: { dir: where.vault } },
      ),
    );
  return found;
};

/** The code of all warnings when they have one in common, and the first of them. */
const whatWarned = (warnings: readonly Warning[]): Attention['context'] => {
  const [first] = warnings;
  const same = first !== undefined && warnings.every(({ code }) => code === first.code);
  return { warning: same ? first.code : null, path: first?.path ?? null, message: first?.message ?? null };
};

/** What a person should look at of a vault. `free`: what can still be written to it. */
export const vaultAttention = (
  { vault, reachable, space, tapes, forecast }: VaultOverview,
  free: number,
): Attention[] => {
  const where = { vault: vault.dir };
  if (!reachable || !space) return [item('VAULT_UNREACHABLE', 'lost', where, {})];
  const found: Attention[] = [];
  const more = { procedure: 'tape.label', input: { vault: vault.dir } };
  const onDisk = space.bytesFreeOnDisk !== null && space.bytesFreeOnDisk <= free;
  const context = {
    bytesFree: free,
    bytesCapacity: space.bytesCapacity,
    onDisk,
    fullAt: forecast?.fullAt ?? null,
  };
  // More tapes do not help when it is the disk that is full.
  const action = onDisk ? null : more;
  if (free === 0) found.push(item('VAULT_FULL', 'lost', where, context, action));
  else if (free < space.bytesCapacity * LITTLE) found.push(item('VAULT_NEARLY_FULL', 'look', where, context, action));
  const { damaged = 0 } = tapes;
  if (damaged > 0)
    found.push(
      item('TAPES_DAMAGED', 'lost', where, { tapes: damaged }, { procedure: 'verify', input: { vault: vault.dir } }),
    );
  return found;
};

/** That nobody can tell what a vault holds, and why. */
export const catalogAttention = (dir: string, { code, message }: ColdframeError): Attention =>
  item(
    'CATALOG_UNREADABLE',
    'lost',
    { vault: dir },
    { error: code, message },
    { procedure: 'vault.rebuild', input: { dir } },
  );

/** Drives of a vault that want cleaning: one matter, with the first of them to clean where there is something to do it with. */
export const cleaningAttention = (vault: string, { drives, tapes }: VaultSpace['cleaning']): Attention[] => {
  const [first] = drives;
  if (first === undefined) return [];
  const context = { drives: drives.join(', '), count: drives.length, tapes };
  const action = { procedure: 'library.clean', input: { vault, drive: first } };
  return [item('DRIVE_WANTS_CLEANING', 'look', { vault }, context, tapes === 0 ? null : action)];
};

/** What is lost before what is to be looked at, then in the order of the codes. */
export const byUrgency = (one: Attention, other: Attention): number =>
  Number(other.severity === 'lost') - Number(one.severity === 'lost') ||
  ATTENTION_CODES.indexOf(one.code) - ATTENTION_CODES.indexOf(other.code);

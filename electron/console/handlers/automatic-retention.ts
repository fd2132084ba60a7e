import type { Secrets } from '../../../shared/contract/calls.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { HOLD_KINDS, hasRules } from '../../../shared/model/retention.ts';
import { noteAct } from '../activity.ts';
import type { JobRequest } from '../jobs/request.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { JobControl } from '../use-cases.ts';
import { vaultOf, withSession } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import { applyPlanned, plannedNow } from './retention.ts';
import { holdsOf, type RetentionHold } from './retention-holds.ts';
import { runAsJob } from './run-as-job.ts';

interface Applied extends OutputOf<'retention.apply'> {
  /** The object, and the job that first found the damage that holds it back. */
  readonly heldBy?: { readonly object: string; readonly job: string };
}

/**
 * Lets expire what no rule holds once a backup was made, as a job of its own, if the object is to be treated so. Whatever comes of it, the backup is
 * done. While something is unusual about a set nothing expires, until somebody has looked. Where there is a newer one than `set` by then, as what was
 * merged meanwhile, which is still to be read back, nothing does before that was done, which comes here again.
 */
export const retainAfterBackup = (parts: ConsoleParts, object: StoredObject, set: string, secrets: Secrets): void => {
  try {
    submit(parts, object, set, secrets);
  } catch {
    // The database is out of room: the next backup tries again.
  }
};

const submit = (parts: ConsoleParts, object: StoredObject, set: string, secrets: Secrets): void => {
  const { retention } = parts.store;
  if (!retention.automatic(object.id) || !hasRules(retention.rules(object.id))) return;
  const { outcome } = parts.board.submit(requestOf(parts, object, (job) => retain(parts, object, secrets, set, job)));
  outcome.catch(() => undefined);
};

/**
 * The same at a time of its own, with no backup before it. What a backup is followed by only once what it wrote was read back waits for that here,
 * too: until then an older set may be all that is known to be whole.
 */
export const retainAtItsTime = async (
  parts: ConsoleParts,
  object: StoredObject,
  context: CallContext,
  started: (job: string) => void,
): Promise<Applied> =>
  await runAsJob(
    parts,
    context,
    requestOf(parts, object, async (job) => await retain(parts, object, context.secrets, null, job)),
    started,
  );

const requestOf = (
  parts: ConsoleParts,
  object: StoredObject,
  run: JobRequest<Applied>['run'],
): JobRequest<Applied> => ({
  kind: 'retention',
  object: object.name,
  vault: vaultOf(parts, object).dir,
  input: { object: object.name, automatic: true },
  run,
  warned: ({ warnings }) => warnings.length > 0,
});

/** Nothing expired, and why. */
const heldBack = ({ id, name }: StoredObject, holds: readonly RetentionHold[]): Applied => {
  const warnings = holds.map(({ set, about }) => ({
    code: 'RETENTION_HELD',
    path: set ?? '',
    message: `nothing expires: ${about}`,
  }));
  const [{ job }] = holds as [RetentionHold];
  const heldBy = job === undefined ? {} : { heldBy: { object: id, job } };
  return { object: name, expired: [], kept: 0, bytes: 0, freedTapes: [], warnings, ...heldBy };
};

const retain = async (
  parts: ConsoleParts,
  object: StoredObject,
  secrets: Secrets,
  after: string | null,
  job: JobControl,
): Promise<Applied> => {
  const vault = vaultOf(parts, object);
  const all = await holdsOf(parts, object, HOLD_KINDS, job.signal);
  const holds = after === null ? all : all.filter(({ kind }) => kind !== 'unread');
  if (holds.length > 0) return heldBack(object, holds);
  // The one that it comes after was read back by now, where it was to be.
  if (all.some(({ set }) => set !== after))
    return { object: object.name, expired: [], kept: 0, bytes: 0, freedTapes: [], warnings: [] };
  return await withSession(
    parts,
    vault,
    secrets,
    async (session) => {
      const { plan } = await plannedNow(parts, session, object, {});
      const sets = plan.sets.filter(({ keep }) => !keep).map(({ set }) => set.id);
      if (sets.length === 0)
        return { object: object.name, expired: [], kept: plan.sets.length, bytes: 0, freedTapes: [], warnings: [] };
      const input = { object: object.name, sets };
      try {
        const danger = { object: object.name, context: { sets: sets.length, ids: sets.join(' '), automatic: true } };
        const output = await parts.audit.around('retention.apply', danger, () =>
          applyPlanned(parts, session, object, sets, job),
        );
        noteAct(parts.store, 'retention.apply', input, { output });
        return output;
      } catch (thrown) {
        noteAct(parts.store, 'retention.apply', input, { thrown });
        throw thrown;
      }
    },
    job,
  );
};

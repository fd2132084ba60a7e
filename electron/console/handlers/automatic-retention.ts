import { setImmediate as turn } from 'node:timers/promises';
import type { Secrets } from '../../../shared/contract/calls.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { hasRules } from '../../../shared/model/retention.ts';
import type { SetId } from '../../../shared/units.ts';
import { noteAct } from '../activity.ts';
import { isLostNowhere } from '../checks/open-findings.ts';
import type { JobRequest } from '../jobs/request.ts';
import { anomaliesOf, DifferenceCount } from '../retention/anomalies.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogReader, JobControl } from '../use-cases.ts';
import { checksOfVault } from './check-standing.ts';
import { vaultOf, withCatalog, withSession } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import { unreadHold } from './read-back-hold.ts';
import { applyPlanned, plannedNow } from './retention.ts';
import { runAsJob } from './run-as-job.ts';

interface Applied extends OutputOf<'retention.apply'> {
  /** The object, and the job that first found the damage that holds it back. */
  readonly heldBy?: { readonly object: string; readonly job: string };
}

/** Sets that are looked at for what is unusual about them: all that were made since the last time, as a rule one. */
const MOST_LOOKED_AT = 50;
/** Differences of one set that are counted at most, and after how many others get their turn. */
const MOST_DIFFERENCES = 500_000;
const TURN_AFTER = 2000;

/**
 * Lets expire what no rule holds once a backup was made, as a job of its own, if the object is to be treated so. Whatever comes of it, the backup is
 * done. While something is unusual about a set nothing expires, until somebody has looked.
 */
export const retainAfterBackup = (parts: ConsoleParts, object: StoredObject, secrets: Secrets): void => {
  try {
    submit(parts, object, secrets);
  } catch {
    // The database is out of room: the next backup tries again.
  }
};

const submit = (parts: ConsoleParts, object: StoredObject, secrets: Secrets): void => {
  const { retention } = parts.store;
  if (!retention.automatic(object.id) || !hasRules(retention.rules(object.id))) return;
  const { outcome } = parts.board.submit(requestOf(parts, object, (job) => retain(parts, object, secrets, job)));
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
    requestOf(
      parts,
      object,
      async (job) => (await unreadHold(parts, object)) ?? (await retain(parts, object, context.secrets, job)),
    ),
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

const retain = async (
  parts: ConsoleParts,
  object: StoredObject,
  secrets: Secrets,
  job: JobControl,
): Promise<Applied> => {
  const vault = vaultOf(parts, object);
  await lookForAnomalies(parts, object, job);
  const held = parts.store.retention.held(object.id);
  if (held.length > 0) {
    const warnings = held.map(({ set, anomalies }) => ({
      code: 'RETENTION_HELD',
      path: set,
      message: `nothing expires, because of what is unusual about set ${set.slice(0, 8)}: ${anomalies.map(({ kind }) => kind).join(', ')}`,
    }));
    return { object: object.name, expired: [], kept: 0, bytes: 0, freedTapes: [], warnings };
  }
  // What is newer than a damaged set may build on it: what it replaced may be all that is whole.
  const openIn = (catalog: CatalogReader | null) => checksOfVault(parts, vault, catalog).openOf(object.id);
  const { standing } = (await withCatalog(parts, vault, null, openIn)) ?? openIn(null);
  const wrong = standing.filter((each) => each.outcome === 'wrong' && !isLostNowhere(each));
  const first = wrong.at(-1);
  if (first !== undefined) {
    const sets = [...new Set(wrong.flatMap(({ damaged }) => damaged))];
    const named = sets.map((set) => set.slice(0, 8)).join(', ');
    const what = sets.length === 0 ? '' : ` in ${sets.length === 1 ? 'set' : 'sets'} ${named}`;
    const warning = {
      code: 'RETENTION_HELD',
      path: sets[0] ?? '',
      message: `nothing expires: a verification found damage${what}, and nothing was found right since. Verify the object again, or let go by hand what you do not need`,
    };
    const heldBy = { object: object.id, job: first.check.job };
    return { object: object.name, expired: [], kept: 0, bytes: 0, freedTapes: [], warnings: [warning], heldBy };
  }
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

/** Looks at complete sets that were not looked at yet, and notes what is unusual about each. */
const lookForAnomalies = async (parts: ConsoleParts, object: StoredObject, { signal }: JobControl): Promise<void> => {
  const catalog = await parts.useCases.openCatalog(parts.home, object.vault);
  if (catalog === null) return;
  try {
    const sets = catalog.sets(object.id).filter(({ state }) => state === 'complete');
    const backedUp = sets.find(({ level }) => level !== 'synthetic');
    if (backedUp !== undefined && notMounted(backedUp) === 0) parts.store.retention.settle(object.id, 'not-mounted');
    for (const [at, set] of sets.slice(0, MOST_LOOKED_AT).entries()) {
      if (parts.store.retention.wasLookedAt(set.id)) continue;
      const before = sets.slice(at + 1);
      const [last] = before;
      // One that was made of others is of the same state as the newest of these.
      const differences =
        last === undefined || set.level === 'synthetic'
          ? { removed: 0, otherExtensions: 0 }
          : await differencesOf(catalog, last.id, set.id, signal);
      const anomalies = set.level === 'synthetic' ? [] : anomaliesOf(set, before, differences);
      const lacking = set === backedUp ? notMounted(set) : 0;
      if (lacking > 0) anomalies.push({ kind: 'not-mounted', usual: 0, now: lacking });
      parts.store.retention.noteAnomalies(object.id, set.id, anomalies);
    }
  } finally {
    catalog.close();
  }
};

/** Folders whose disks a backup missed. Each set says so anew until they are back. */
const notMounted = ({ warnings }: BlockSetSummary): number =>
  warnings.filter(({ code }) => code === 'NOT_MOUNTED').length;

const differencesOf = async (catalog: CatalogReader, from: SetId, to: SetId, signal: AbortSignal) => {
  const count = new DifferenceCount();
  let seen = 0;
  for (const { change, type, path } of catalog.diff(from, to, null)) {
    count.add(change, type, path);
    seen += 1;
    if (seen === MOST_DIFFERENCES) break;
    if (seen % TURN_AFTER === 0) await turn();
    signal.throwIfAborted();
  }
  return count.result;
};

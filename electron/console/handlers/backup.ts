import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import { type SetId, setId } from '../../../shared/units.ts';
import { damagedBelow } from '../checks/damaged-below.ts';
import { steeredControl } from '../jobs/control.ts';
import type { BackupOptions, BackupPlan, JobControl, ProtectedObject, VaultInfo, Volumes } from '../use-cases.ts';
import { followBackup, followMerge } from './after-backup.ts';
import { afterNotice, demandFrozen } from './backup-notice.ts';
import { checksOfVault } from './check-standing.ts';
import { objectNamed, prepared, requireAccess, vaultOf, withCatalog, withSession } from './lookups.ts';
import { mergeNow, mergeWhenHere } from './merge-when-here.ts';
import type { CallContext, ConsoleParts, HandlersOf } from './parts.ts';
import { runAsJob } from './run-as-job.ts';
import { belowView, setView } from './views.ts';

/** Serves plan, backup, merge and the list of block sets. */
export const backupHandlers = (parts: ConsoleParts): HandlersOf<'plan' | 'backup' | 'merge' | 'sets'> => ({
  plan: async (input, { secrets, signal }) => {
    const object = objectNamed(parts, input.object);
    const vault = vaultOf(parts, object);
    const byCatalog = vault.sealed && secrets.passphrase === undefined && secrets.recoveryCode === undefined;
    if (byCatalog && (await parts.useCases.hasUnknownSets(parts.home, vault))) throw needsItsCatalog(vault);
    const steering = steeredControl(ignore, ignore);
    const { control } = steering;
    signal.addEventListener('abort', () => steering.abort(signal.reason), { once: true });
    const volumes = await volumesFor(parts, object);
    const plan = byCatalog
      ? await parts.useCases.planUnopened(parts.home, vault, object, optionsOf(input), control, volumes)
      : await withSession(parts, vault, secrets, (session) =>
          parts.useCases.planBackup(session, object, optionsOf(input), control, volumes),
        );
    return {
      ...plan,
      tapesRead: !byCatalog,
      leftOut: everyRule(plan.leftOut, object.selection),
      notEntered: notEnteredView(plan.notEntered),
      tapes: [...plan.tapes],
      warnings: [...plan.warnings],
    };
  },

  backup: (input, context) => runBackupJob(parts, context, input),

  merge: (input, context) => runMergeJob(parts, context, input),

  sets: async ({ object }) => {
    const known = object === undefined ? null : parts.store.objects.byName(object);
    const vaults = known ? [vaultOf(parts, known)] : parts.store.vaults.list();
    const wanted = known?.id ?? object ?? null;
    const found = await Promise.all(vaults.map((vault) => setsIn(parts, vault, wanted)));
    const sets = found.flatMap((each) => each.sets);
    if (object !== undefined && sets.length === 0) objectNamed(parts, object);
    // As this home calls them: another home may have given another object the same name.
    const names = new Map(parts.store.objects.list().map(({ id, name }) => [id, name]));
    const named = sets.map((set) => ({
      ...set,
      object: { ...set.object, name: names.get(set.object.id) ?? set.object.name },
    }));
    const wrong = new Map(found.flatMap((each) => [...each.damaged]));
    const noted = new Set(found.flatMap((each) => [...each.noted]));
    return {
      sets: named
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map(({ tapesAway, below, ...set }) => ({
          ...setView(set),
          tapesAway,
          foundWrong: wrong.get(set.id) ?? null,
          damaged: noted.has(set.id) || wrong.has(set.id),
          damagedBelow: belowView(below),
        })),
    };
  },
});

/** Without the catalog of the vault nobody can say what a backup would build on. */
const needsItsCatalog = ({ dir }: VaultInfo): ColdframeError =>
  new ColdframeError('PASSPHRASE_MISSING', {
    message: `The vault at ${dir} is sealed, and holds block sets that the catalog of this home does not know. What a backup would build on takes the vault's own copy of the catalog, which its passphrase opens.`,
    guidance:
      'Give it with --passphrase-file or COLDFRAME_PASSPHRASE_FILE, or run the command on a terminal to be asked.',
    context: { vault: dir },
  });

/** Sets with the barcodes of tapes that they need and that are not here; of a vault that is out of reach nobody knows that. */
const setsIn = async (parts: ConsoleParts, vault: VaultInfo, object: string | null) => {
  const space = await parts.useCases.vaultSpace(vault.dir).catch(() => null);
  const away = space?.away ?? [];
  return await withCatalog(
    parts,
    vault,
    { sets: [], damaged: new Map<string, string>(), noted: new Set<string>() },
    (catalog) => {
      const lacking = catalog.tapesAwayBySet(away.map(({ tape }) => tape));
      const all = catalog.sets(object);
      const objects = [...new Set(all.map((set) => set.object.id))];
      const { openOf } = checksOfVault(parts, vault, catalog);
      const damaged = new Map(objects.flatMap((id) => [...openOf(id).damagedSets]));
      const noted = catalog.damagedSets();
      const below = damagedBelow(all, new Set([...noted, ...damaged.keys()]), (set) => catalog.resumedBy(set));
      const sets = all.map((set) => ({
        ...set,
        below: below.get(set.id) ?? null,
        tapesAway: (lacking.get(set.id) ?? []).map((tape) => away.find((each) => each.tape === tape)?.barcode ?? tape),
      }));
      return { sets, damaged, noted };
    },
  );
};

const notEnteredView = (found: BackupPlan['notEntered'] = { count: 0, first: [] }): OutputOf<'plan'>['notEntered'] => ({
  count: found.count,
  first: [...found.first],
});

/** What each rule leaves out, those included that leave out nothing: a slip of the hand shows. */
const everyRule = (leftOut: readonly LeftOut[], { unprotected, exclude }: Selection): LeftOut[] => {
  const counted = new Set(leftOut.map(({ rule }) => rule));
  const idle = [...unprotected, ...exclude.map((glob) => `glob:${glob}`)].filter((rule) => !counted.has(rule));
  return [...leftOut, ...idle.map((rule) => ({ rule, elements: 0, bytes: 0 }))];
};

/** Runs a backup as a job; also the way an interrupted one is taken up again. */
export const runBackupJob = async (
  parts: ConsoleParts,
  context: CallContext,
  input: InputOf<'backup'>,
  started?: (id: string) => void,
): Promise<OutputOf<'backup'>> => {
  const object = objectNamed(parts, input.object);
  const vault = vaultOf(parts, object);
  requireAccess(vault, context.secrets);
  const volumes = await volumesFor(parts, object);
  demandFrozen(object, input.noticeMs ?? null);
  if (input.noticeCommand !== undefined && volumes === null) demandFrozen(object, 0);
  let id = '';
  const output = await runAsJob(
    parts,
    context,
    {
      kind: 'backup',
      object: object.name,
      vault: vault.dir,
      input,
      run: (job) =>
        prepared(parts, 'backup', () =>
          withSession(
            parts,
            vault,
            context.secrets,
            async (session) => {
              const caller = { signal: job.signal, emit: context.emit, callOff: () => parts.board.cancel(id) };
              const announced = volumes && afterNotice(volumes, object, input, { board: parts.notices, caller, job });
              const done = await parts.useCases.runBackup(session, object, optionsOf(input), job, announced);
              return {
                set: setView(done.set),
                resumed: [...(done.resumed ?? [])],
                notEntered: notEnteredView(done.notEntered),
              };
            },
            job,
          ),
        ).catch(async (thrown: unknown) => {
          throw await withWayOut(thrown, vault.dir, parts.board.find(id), object.kind);
        }),
      warned: ({ set }) => set.warnings.length > 0,
    },
    (begun) => {
      id = begun;
      started?.(begun);
    },
  );
  followBackup(parts, object, output.set.id, context.secrets);
  return output;
};

/** Runs a merge as a job. */
export const runMergeJob = async (
  parts: ConsoleParts,
  context: CallContext,
  input: InputOf<'merge'>,
  started?: (id: string) => void,
): Promise<OutputOf<'merge'>> => {
  const object = objectNamed(parts, input.object);
  const vault = vaultOf(parts, object);
  requireAccess(vault, context.secrets);
  let id = '';
  const merge = (job: JobControl) =>
    withSession(
      parts,
      vault,
      context.secrets,
      async (session) => {
        const { set, merged, from } = await parts.useCases.runMerge(session, object, job);
        const noted = merged && object.kind === 'volumes' ? await noteMerged(parts, from, set) : set;
        return { set: setView(noted), merged };
      },
      job,
    );
  const output = await runAsJob(
    parts,
    context,
    {
      kind: 'merge',
      object: object.name,
      vault: vault.dir,
      input,
      run: async (job, standAside) => {
        if (input.waitForTapes !== true) return await mergeNow(parts, { object, vault, merge: () => merge(job) });
        const waiting = { job: id, kind: 'merge', object: object.name, vault: vault.dir } as const;
        const merging = { object, vault, waiting, merge: () => merge(job) };
        const newest = await withCatalog(parts, vault, null, (catalog) => catalog.newestComplete(object.id));
        return await parts.mounts.wanting(id, newest === null ? [] : [newest.id], () =>
          mergeWhenHere(parts, context, merging, job, standAside),
        );
      },
      warned: ({ set, merged }) => merged && set.warnings.length > 0,
    },
    (begun) => {
      id = begun;
      started?.(begun);
    },
  );
  if (output.merged) followMerge(parts, object, output.set.id, context.secrets);
  return output;
};

/** The next backup builds on the merged set. Where that cannot be noted, it reads everything and stores what differs. */
const noteMerged = async (parts: ConsoleParts, from: SetId, set: BlockSetSummary): Promise<BlockSetSummary> => {
  try {
    (await parts.volumes()).merged(from, set.id);
    return set;
  } catch (thrown) {
    const message = `it could not be noted that the set was merged, so the next backup reads everything: ${asColdframeError(thrown).message}`;
    return { ...set, warnings: [...set.warnings, { code: 'CHECKPOINT_LOST', path: '', message }] };
  }
};

const volumesFor = async (parts: ConsoleParts, { kind }: ProtectedObject): Promise<Volumes | null> =>
  kind === 'volumes' ? await parts.volumes() : null;

/** A vault that ran out of tapes: what to type, which only the console can say. */
const withWayOut = async (
  thrown: unknown,
  dir: string,
  { id, set }: Pick<JobRecord, 'id' | 'set'>,
  kind: ProtectedObject['kind'],
): Promise<unknown> => {
  const rest =
    kind === 'files'
      ? 'What is on tape already is not written again.'
      : 'It is frozen anew and written from its beginning: add room for all of it.';
  if (!(thrown instanceof ColdframeError) || thrown.code !== 'OUT_OF_TAPES') return thrown;
  const { message, context } = thrown;
  const { usedAgain } = await import('../../engine/tape/library-errors.ts');
  return new ColdframeError('OUT_OF_TAPES', {
    message,
    guidance: `Add a tape with: coldframe tape label ${dir}.${usedAgain(dir, context)} Then go on with: coldframe job resume ${id.slice(0, 8)}. ${rest}`,
    context: { ...context, vault: dir, job: id, set },
    cause: thrown,
  });
};

const optionsOf = ({ level, streams, resume }: Partial<InputOf<'backup'>>): BackupOptions => ({
  level: level ?? 'auto',
  streams: streams ?? null,
  resume: resume === undefined ? null : setId(resume),
});

const ignore = () => undefined;

import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { InputOf, OutputOf, ProcedureName, Procedures } from '../../shared/contract/contract.ts';
import type { ScheduleView } from '../../shared/contract/schedules.ts';
import { asColdframeError } from '../../shared/errors.ts';
import type { Store } from './store/store.ts';
import { warnedOf } from './warned-of.ts';

type Told = Partial<Pick<ActivityEntry, 'object' | 'vault' | 'context'>>;
type Acting = { [P in ProcedureName]: Procedures[P]['nature'] extends 'query' ? never : P }[ProcedureName];
/** What the log says of an act; null when this one is not worth a line. `output` is undefined when it failed. */
type Telling<P extends ProcedureName> = (input: InputOf<P>, output: OutputOf<P> | undefined) => Told | null;

const scheduleTold = (
  { schedule }: { readonly schedule: string },
  output: { readonly schedule: ScheduleView } | undefined,
): Told => ({
  object: output?.schedule.object ?? null,
  context: { schedule: output?.schedule.id ?? schedule, cron: output?.schedule.cron ?? null },
});

/**
 * What of each act goes into the log; null for those that change nothing that anybody would ask about. One that is
 * declared and not decided on here does not compile. Secrets travel beside inputs, so none can get here.
 */
const TELLING: { readonly [P in Acting]: Telling<P> | null } = {
  'vault.create': ({ dir }, output) => ({
    vault: output?.vault.dir ?? dir,
    context: { sealed: output?.vault.sealed ?? null },
  }),
  'vault.open': ({ dir }, output) => ({ vault: output?.vault.dir ?? dir, context: { sets: output?.sets ?? null } }),
  'vault.rebuild': ({ dir }, output) => ({ vault: output?.vault.dir ?? dir, context: { sets: output?.sets ?? null } }),
  'vault.passphrase': ({ dir }, output) => ({
    vault: output?.vault.dir ?? dir,
    context: { tapesSkipped: output?.skipped.length ?? null },
  }),
  'vault.recoveryCode': ({ dir }, output) => ({
    vault: output?.vault.dir ?? dir,
    context: { tapesSkipped: output?.skipped.length ?? null },
  }),
  'object.add': ({ name, vault }, output) => ({ object: name, vault: output?.object.vault.dir ?? vault }),
  'object.update': ({ object, ...changed }, output) => ({
    object,
    vault: output?.object.vault.dir ?? null,
    context: {
      changed: Object.keys(changed)
        .filter((name) => name !== 'was')
        .join(', '),
    },
  }),
  'object.remove': ({ object }, output) => ({ object, vault: output?.object.vault.dir ?? null }),
  restore: ({ set, original, onConflict, dryRun, paths }, output) =>
    dryRun
      ? null
      : {
          object: output?.object ?? null,
          context: {
            set,
            place: output?.place.path ?? null,
            original: original ?? false,
            onConflict: onConflict ?? 'fail',
            asked: paths?.length ?? null,
            restored: output?.restored ?? null,
          },
        },
  verify: ({ vault, object }, output) => ({
    object: object ?? null,
    vault: vault ?? null,
    context: { sets: output?.sets ?? null, damaged: output?.damaged.length ?? null },
  }),
  'restore.test': ({ object }, output) => ({
    object,
    context: {
      set: output?.set ?? null,
      elements: output?.elements ?? null,
      failures: output?.failures.length ?? null,
    },
  }),
  merge: ({ object }, output) => ({ object, context: { set: output?.set.id ?? null } }),
  'tape.label': ({ vault, pool }, output) => ({
    vault,
    context: { tapes: output?.tapes.length ?? null, pool: pool ?? 'scratch' },
  }),
  'tape.erase': ({ tape, sets }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, agreed: sets.length, lost: output?.sets.length ?? null },
  }),
  'tape.forget': ({ tape, sets }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, agreed: sets.length, lost: output?.sets.length ?? null },
  }),
  'tape.copy': ({ tape, to }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, to: output?.copy.barcode ?? to, chunks: output?.chunks ?? null },
  }),
  'tape.export': ({ tape, file }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, file, bytes: output?.bytes ?? null },
  }),
  'tape.import': ({ vault, file, partial }, output) => ({
    vault,
    context: {
      tape: output?.tape.barcode ?? null,
      file,
      partial: partial ?? false,
      missing: output?.missing.reduce((sum, { chunks }) => sum + chunks, 0) ?? null,
    },
  }),
  'tape.reclaim': ({ vault, tapes }, output) => ({
    vault,
    context: {
      tapes: tapes.join(' '),
      freed: output?.freed.map(({ barcode }) => barcode).join(' ') ?? null,
      chunks: output?.chunksMoved ?? null,
      bytes: output?.bytesMoved ?? null,
    },
  }),
  'tape.retire': ({ tape }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape },
  }),
  'tape.protect': ({ tape, on }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, protected: on },
  }),
  'tape.shelve': ({ tape, shelf }, output) => ({
    vault: output?.vault ?? null,
    context: { tape: output?.tape.barcode ?? tape, shelf },
  }),
  'library.load': ({ vault, tape, drive }) => ({ vault, context: { tape, drive } }),
  'library.unload': ({ vault, drive }) => ({ vault, context: { drive } }),
  'library.move': ({ vault, tape, slot }) => ({ vault, context: { tape, slot } }),
  'library.eject': ({ vault, tape }) => ({ vault, context: { tape } }),
  'library.takeIn': ({ vault, tape }) => ({ vault, context: { tape } }),
  'library.clean': ({ vault, drive, tape }, output) => ({
    vault,
    context: { drive, tape: output?.tape ?? tape ?? null, usesLeft: output?.usesLeft ?? null },
  }),
  'library.addCleaningTape': ({ vault, barcode }, output) => ({
    vault,
    context: { tape: barcode ?? output?.cleaning.tapes.at(-1)?.barcode ?? null },
  }),
  'library.removeCleaningTape': ({ vault, barcode }) => ({ vault, context: { tape: barcode } }),
  'library.setCleaning': ({ vault, afterBytes }) => ({ vault, context: { afterBytes } }),
  'library.setAllocation': ({ vault, policy, every }) => ({
    vault,
    context: { policy, ...(every === undefined ? {} : { every }) },
  }),
  'library.inventory': ({ vault }, output) => ({ vault, context: { findings: output?.findings.length ?? null } }),
  'job.cancel': ({ job }, output) => ({ object: output?.job.object ?? null, context: { job: output?.job.id ?? job } }),
  'volume.create': ({ name }, output) => ({ context: { volume: name, path: output?.volume.path ?? null } }),
  'volume.adopt': ({ name, file }, output) => ({ context: { volume: name, path: output?.volume.path ?? file } }),
  'volume.remove': ({ volume }, output) => ({ context: { volume, path: output?.volume.path ?? null } }),
  'volume.serve': ({ volumes, sets = [], overlay, socket, listen, pskFile }) => ({
    context: {
      volumes: [...volumes, ...sets.map(({ set }) => `set/${set}`)].join(', '),
      at: socket ?? listen ?? null,
      encrypted: pskFile !== undefined,
      ...(overlay === undefined ? {} : { overlay: overlay.file ?? 'until it ends' }),
    },
  }),
  'volume.stop': (_, output) => ({ context: { volumes: output?.stopped.join(', ') ?? null } }),
  'volume.protect': ({ volume }, output) => ({
    context: { volume, unprotectedSegments: output?.unprotected.segments ?? null },
  }),
  'snapshot.create': ({ volumes }, output) => ({
    context: { volumes: volumes.join(', '), snapshot: output?.snapshot.id ?? null },
  }),
  'snapshot.callOff': ({ notice }, output) => ({
    context: { notice: output?.calledOff.notice ?? notice, volumes: output?.calledOff.volumes.join(', ') ?? null },
  }),
  'snapshot.release': ({ snapshot }, output) => ({ context: { snapshot: output?.snapshot.id ?? snapshot } }),
  'replica.create': ({ name, volume, file }, output) => ({
    context: {
      replica: name,
      volume,
      path: output?.replica.path ?? file,
      bytesCopied: output?.update.bytesCopied ?? null,
    },
  }),
  'replica.update': ({ replica }, output) => ({
    context: {
      replica,
      bytesCopied: output?.update.bytesCopied ?? null,
      whole: output?.update.whole ?? null,
    },
  }),
  'replica.remove': ({ replica }, output) => ({
    context: { replica, path: output?.replica.path ?? null, fileRemoved: output?.fileRemoved ?? null },
  }),
  'replica.serve': ({ replicas, socket, listen, pskFile }) => ({
    context: { replicas: replicas.join(', '), at: socket ?? listen ?? null, encrypted: pskFile !== undefined },
  }),
  'schedule.add': ({ object, vault, task, cron, level }, output) => ({
    object: object ?? null,
    vault: vault ?? null,
    context: { schedule: output?.schedule.id ?? null, task: task ?? 'backup', cron, level: level ?? 'auto' },
  }),
  'schedule.update': scheduleTold,
  'schedule.pauseAll': (_, output) => ({ context: { until: output?.pausedUntil ?? null } }),
  'schedule.pause': scheduleTold,
  'schedule.resume': scheduleTold,
  'schedule.remove': scheduleTold,
  'retention.set': ({ object }, output) => ({
    object,
    context: output === undefined ? {} : { ...output.rules, automatic: output.automatic },
  }),
  'retention.apply': ({ object, sets }, output) => ({
    object,
    context: {
      agreed: sets.length,
      expired: output?.expired.map(({ id }) => id.slice(0, 8)).join(' ') ?? null,
      tapes: output?.freedTapes.join(' ') ?? null,
    },
  }),
  'retention.acknowledge': ({ object }) => ({ object }),
  'retention.hold': ({ set, note }, output) => ({
    object: output?.object ?? null,
    context: { set, note: note ?? null },
  }),
  'retention.keep': ({ set, until }, output) => ({ object: output?.object ?? null, context: { set, until } }),
  'retention.release': ({ set }, output) => ({ object: output?.object ?? null, context: { set } }),
  'autostart.set': ({ what, on }) => ({ context: { what, on } }),
  'notice.add': ({ name, target }) => ({ context: { notice: name, kind: target.kind } }),
  'notice.change': ({ notice, name, target }) => ({
    context: { notice, ...(name === undefined || name === notice ? {} : { name }), kind: target.kind },
  }),
  'notice.rule': ({ notice, event, object, send }) => ({ object: object ?? null, context: { notice, event, send } }),
  'notice.remove': ({ notice }) => ({ context: { notice } }),
  'settings.setOfObject': ({ object, ...changed }) => ({
    object,
    context: {
      changed: Object.keys(changed)
        .filter((name) => name !== 'was')
        .join(', '),
    },
  }),
  'config.change': ({ steps, dryRun }, output) =>
    dryRun
      ? null
      : {
          context: {
            asked: steps.length,
            made: output?.made ?? 0,
            changed: [...new Set(steps.map(({ procedure }) => procedure))].join(', '),
          },
        },
  'settings.set': (input) => ({ context: { changed: Object.keys(input).join(', ') } }),
  shutdown: ({ cancelJobs }) => ({ context: { cancelJobs: cancelJobs ?? false } }),
  // Jobs have a record of their own.
  backup: null,
  'schedule.run': null,
  'notice.test': null,
  'job.pause': null,
  'job.resume': null,
  'place.make': null,
  'place.reveal': null,
  'sample.create': null,
  'web.link': null,
};

/** Notes how an act ended, when it is one of those that the log is for. */
export const noteAct = <P extends ProcedureName>(
  { activity }: Store,
  procedure: P,
  input: InputOf<P>,
  end: { readonly output: OutputOf<P> } | { readonly thrown: unknown },
): void => {
  if ('thrown' in end && isOnlyAsked(end.thrown)) return;
  const telling = (TELLING as Partial<Record<ProcedureName, unknown>>)[procedure] as Telling<P> | null | undefined;
  const told = telling?.(input, 'output' in end ? end.output : undefined);
  if (!told) return;
  try {
    activity.append(entryOf(procedure, told, end));
  } catch {
    // The act is done, or has failed, whatever becomes of its line in the log.
  }
};

/**
 * Whether a sealed vault was not opened because nothing was given to open it with: a window asks for the passphrase then, and tries
 * again. A sealed tape in a vault that is none names its tape, and stays worth a line, as a wrong passphrase does.
 */
const isOnlyAsked = (thrown: unknown): boolean => {
  const { code, context } = asColdframeError(thrown);
  return code === 'PASSPHRASE_MISSING' && 'vault' in context;
};

/** Notes that the report of a month, which nobody asked for, could not be written, with why. */
export const noteFailedReport = ({ activity }: Store, month: string, thrown: unknown): void => {
  const context = { month, why: asColdframeError(thrown).message };
  try {
    activity.append(entryOf('report.month', { context }, { thrown }));
  } catch {
    // The notice of it says so, too.
  }
};

const entryOf = (
  act: string,
  told: Told,
  end: { readonly output: unknown } | { readonly thrown: unknown },
): Omit<ActivityEntry, 'sequence' | 'at'> => {
  const error = 'thrown' in end ? asColdframeError(end.thrown) : null;
  const warned = 'output' in end ? warnedOf(end.output) : {};
  const outcome = error === null ? ('warned' in warned ? 'warned' : 'done') : failureOf(error.kind);
  return {
    act,
    outcome,
    error: error?.code ?? null,
    object: told.object ?? null,
    vault: told.vault ?? null,
    context: { ...told.context, ...warned },
  };
};

const failureOf = (kind: string): ActivityEntry['outcome'] => (kind === 'cancelled' ? 'cancelled' : 'failed');

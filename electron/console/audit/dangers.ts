import { statSync } from 'node:fs';
import type { InputOf, ProcedureName, Procedures } from '../../../shared/contract/contract.ts';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import type { PathIn } from '../../../shared/contract/values.ts';
import { DEFAULT_SENDS, NOTICE_SENDS } from '../../../shared/model/notice.ts';
import type { Danger } from './audit-log.ts';

type Acting = { [P in ProcedureName]: Procedures[P]['nature'] extends 'query' ? never : P }[ProcedureName];
/** What is dangerous about an act; null when nothing is, this time. */
type Judge<P extends ProcedureName> = (input: InputOf<P>, settings: Settings) => Danger | null;

const ofSchedule = ({ schedule }: { readonly schedule: string }): Danger => ({ context: { schedule } });
const ofSet = ({ set }: { readonly set: string }): Danger => ({ context: { set } });

const isDevice = (place: PathIn | undefined): boolean => {
  if (place === undefined) return false;
  const path = 'path' in place ? place.path : Buffer.from(place.pathBase64, 'base64');
  try {
    return statSync(path, { throwIfNoEntry: false })?.isBlockDevice() ?? false;
  } catch {
    return false;
  }
};

const shown = (place: PathIn | undefined): string | null =>
  place === undefined ? null : 'path' in place ? place.path : Buffer.from(place.pathBase64, 'base64').toString();

/** Whether an address of an NBD server can be reached from other machines. */
const isOpen = (listen: string | undefined): boolean =>
  listen !== undefined && !/^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)(:\d+)?$/.test(listen.trim());

const served = (names: readonly string[], listen: string | undefined, pskFile: string | undefined): Danger | null =>
  isOpen(listen)
    ? { context: { names: names.join(', '), listen: listen ?? null, encrypted: pskFile !== undefined } }
    : null;

/** Later warnings, or none. */
const loosened = (change: InputOf<'settings.set'>, settings: Settings): Danger | null => {
  const hours = change.overdueAfterHours === null ? DEFAULT_SETTINGS.overdueAfterHours : change.overdueAfterHours;
  const later = hours !== undefined && hours > settings.overdueAfterHours;
  const silent = change.notify === 'nothing' && settings.notify !== 'nothing';
  const unread = settings.verifyAfterBackup && change.verifyAfterBackup !== undefined && !change.verifyAfterBackup;
  if (!later && !silent && !unread) return null;
  return {
    context: {
      ...(later ? { overdueAfterHours: hours, before: settings.overdueAfterHours } : {}),
      ...(silent ? { notify: 'nothing' } : {}),
      ...(unread ? { verifyAfterBackup: false } : {}),
    },
  };
};

/** Every act that changes something is decided about: one that is declared and not listed does not compile. */
const DANGERS: { readonly [P in Acting]: Judge<P> | null } = {
  'tape.erase': ({ tape, vault, sets, damagedFront, althoughHeld }) => ({
    vault,
    context: {
      tape,
      sets: sets.length,
      ids: sets.join(' '),
      ...(damagedFront === undefined ? {} : { damagedFront }),
      ...(althoughHeld === true ? { althoughHeld } : {}),
    },
  }),
  'tape.forget': ({ tape, vault, sets, althoughHeld }) => ({
    vault,
    context: {
      tape,
      sets: sets.length,
      ids: sets.join(' '),
      ...(althoughHeld === true ? { althoughHeld } : {}),
    },
  }),
  'tape.reclaim': ({ tapes, vault, below }) =>
    tapes.length === 0 ? null : { vault, context: { tapes: tapes.join(' '), below: below ?? null } },
  'tape.retire': ({ tape, vault }) => ({ vault, context: { tape } }),
  'tape.protect': ({ tape, vault, on }) => (on ? null : { vault, context: { tape, protected: false } }),
  'tape.shelve': null,
  'tape.label': null,
  'tape.copy': null,
  'tape.export': null,
  'tape.import': null,
  'object.remove': ({ object }) => ({ object }),
  'object.update': ({ object, ...changed }) => ({ object, context: { changed: Object.keys(changed).join(', ') } }),
  'object.add': null,
  'retention.set': ({ object, rules, automatic }) => ({
    object,
    context: {
      ...Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)),
      ...(automatic === undefined ? {} : { automatic }),
    },
  }),
  'retention.apply': ({ object, sets, although = [] }) => ({
    object,
    context: {
      sets: sets.length,
      ids: sets.join(' '),
      ...(although.length === 0 ? {} : { althoughHeld: although.map(({ kind }) => kind).join(' ') }),
    },
  }),
  'retention.acknowledge': ({ object }) => ({ object }),
  'retention.hold': ({ set, note }) => ({ context: { set, note: note ?? null } }),
  'retention.keep': ({ set, until }) => ({ context: { set, until } }),
  'retention.release': ofSet,
  'vault.passphrase': ({ dir }) => ({ vault: dir }),
  'vault.recoveryCode': ({ dir }) => ({ vault: dir }),
  'vault.create': null,
  'vault.open': null,
  'vault.rebuild': ({ dir }) => ({ vault: dir }),
  restore: ({ set, to, onConflict, original, dryRun }) =>
    dryRun || (onConflict !== 'overwrite' && !isDevice(to))
      ? null
      : {
          context: {
            set,
            to: shown(to),
            original: original ?? false,
            device: isDevice(to),
            onConflict: onConflict ?? 'fail',
          },
        },
  'restore.test': null,
  verify: null,
  merge: null,
  backup: null,
  // Each of its changes is noted by its own name.
  'config.change': null,
  'settings.set': loosened,
  // How late a warning comes, and whether what was written is read back.
  'settings.setOfObject': ({ object, overdueAfterHours, verifyAfterBackup }) => {
    const context = {
      ...(overdueAfterHours === undefined ? {} : { overdueAfterHours }),
      ...(verifyAfterBackup === undefined ? {} : { verifyAfterBackup }),
    };
    return Object.keys(context).length === 0 ? null : { object, context };
  },
  // Other conditions, another window or fewer retries may keep it from running as other times do.
  'schedule.update': ({ schedule, terms = {}, ...change }) => ({
    context: {
      schedule,
      changed: [...Object.keys(change), ...Object.keys(terms)].join(', '),
      ...(change.cron === undefined ? {} : { cron: change.cron }),
      ...(change.level === undefined ? {} : { level: change.level }),
    },
  }),
  'schedule.pause': ofSchedule,
  'schedule.remove': ofSchedule,
  'schedule.pauseAll': (input) =>
    'forMs' in input
      ? { context: { forMs: input.forMs } }
      : input.until === null
        ? null
        : { context: { until: input.until } },
  // By a schedule of this task sets expire, and nobody is asked any more.
  'schedule.add': ({ task, object, vault, cron }) =>
    task === 'retention' ? { object: object ?? null, vault: vault ?? null, context: { task, cron } } : null,
  'schedule.resume': null,
  'schedule.run': null,
  'notice.change': ({ notice, name, target }) => ({
    context: { notice, ...(name === undefined || name === notice ? {} : { name }), kind: target.kind },
  }),
  'notice.remove': ({ notice }) => ({ context: { notice } }),
  'notice.rule': ({ notice, event, object, send }) =>
    send !== 'default' && NOTICE_SENDS.indexOf(send) > NOTICE_SENDS.indexOf(DEFAULT_SENDS[event])
      ? { object: object ?? null, context: { notice, event, send } }
      : null,
  'notice.add': null,
  'notice.test': null,
  'autostart.set': ({ what, on }) => (on ? null : { context: { what, on } }),
  'volume.serve': ({ volumes, listen, pskFile }) => served(volumes, listen, pskFile),
  'replica.serve': ({ replicas, listen, pskFile }) => served(replicas, listen, pskFile),
  'volume.remove': ({ volume }) => ({ context: { volume } }),
  'volume.protect': ({ volume }) => ({ context: { volume } }),
  'replica.remove': ({ replica }) => ({ context: { replica } }),
  'volume.create': null,
  'volume.adopt': null,
  'volume.stop': null,
  'snapshot.create': null,
  'snapshot.callOff': null,
  'snapshot.release': null,
  'replica.create': null,
  'replica.update': null,
  'library.load': null,
  'library.unload': null,
  'library.move': null,
  'library.eject': null,
  'library.takeIn': null,
  'library.clean': null,
  'library.addCleaningTape': null,
  'library.removeCleaningTape': null,
  'library.setCleaning': null,
  'library.setAllocation': null,
  'library.inventory': null,
  'job.cancel': null,
  'job.pause': null,
  'job.resume': null,
  'place.make': null,
  'place.reveal': null,
  'sample.create': null,
  'web.link': null,
  shutdown: null,
};

/** What is dangerous about a call; null when nothing is. Secrets travel beside inputs, so none can get here. */
export const dangerOf = <P extends ProcedureName>(
  procedure: P,
  input: InputOf<P>,
  settings: () => Settings,
): Danger | null => {
  const judge = (DANGERS as Partial<Record<ProcedureName, unknown>>)[procedure] as Judge<P> | null | undefined;
  return judge ? judge(input, settings()) : null;
};

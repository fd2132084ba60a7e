import { mkdirSync } from 'node:fs';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import { secretStore } from '../platform/secret-store.ts';
import { noteAct } from './activity.ts';
import { AlertBoard, deliver } from './alerts/deliver.ts';
import { NoticeDesk } from './alerts/desk.ts';
import { NoticeSecrets } from './alerts/secrets.ts';
import { AuditLog, type Danger } from './audit/audit-log.ts';
import { dangerOf } from './audit/dangers.ts';
import { demandOpening } from './handlers/demand-opening.ts';
import { GoingSets } from './handlers/going-sets.ts';
import { handlersOf } from './handlers/handlers.ts';
import { Listings } from './handlers/listings.ts';
import { setNamed } from './handlers/lookups.ts';
import { overdueFindings } from './handlers/overdue-findings.ts';
import type { Browsers, CallContext, ConsoleParts, ShellHooks } from './handlers/parts.ts';
import { reportFindings, reportPageOf } from './handlers/report-findings.ts';
import { carryOut, doneFor } from './handlers/scheduled-task.ts';
import { tapeNamed } from './handlers/tapes.ts';
import { homeLayout } from './home/directory.ts';
import { removeLeftovers } from './home/leftovers.ts';
import { homeFull, keepReserve } from './home/reserve.ts';
import { JobBoard } from './jobs/board.ts';
import { LimitKeeper } from './limits/limit-keeper.ts';
import { MountBoard } from './mounts/mount-board.ts';
import { NoticeBoard } from './notices/notice-board.ts';
import { identifyIn } from './power/identify.ts';
import { PowerDesk } from './power/power-desk.ts';
import { ScheduleKeeper } from './schedules/keeper.ts';
import { machineSurroundings, type ObjectSource } from './schedules/surroundings.ts';
import type { StoredSchedule } from './store/schedule-table.ts';
import { openStore, type Store } from './store/store.ts';
import type { FolderPages, UseCases, Volumes } from './use-cases.ts';

/** A console that runs in this process. */
export interface Console extends ConsoleClient {
  readonly home: string;
  /** For what a shell does by itself that is dangerous. */
  readonly audit: AuditLog;
  /** Set by the shell that serves browsers. */
  readonly browsers: Browsers;
  /** Calls under way, jobs included. */
  readonly active: number;
  /** Ends when no job is left. */
  idle(): Promise<void>;
  cancelAll(): void;
  /** Ends jobs as the end of the console does: they are interrupted, and schedules take theirs up again. */
  interruptAll(): void;
  /** Whether to start backups when schedules say so, from now on. For processes that serve the home for long. */
  keepSchedules(keep: boolean): void;
  /** Resolves when a caller asked this process to end. */
  readonly stopRequested: Promise<void>;
  /** Hears from the shell that the machine is going to sleep, and that it woke up. */
  readonly power: Pick<PowerDesk, 'suspend' | 'resume'>;
  close(): Promise<void>;
}

/** How long a console that ends waits for servers to take its notices. */
const LAST_NOTICES_MS = 5000;

/** Opens the console of a home that this process owns; `close` it when it is idle. */
export const openConsole = (home: string, useCases: UseCases, shell: ShellHooks = {}): Console => {
  const layout = homeLayout(home);
  mkdirSync(layout.jobs, { recursive: true, mode: 0o700 });
  mkdirSync(layout.catalogs, { recursive: true, mode: 0o700 });
  removeLeftovers(home);
  const store = openStore(layout.database);
  if (store.objects.list().length > 0) keepReserve(home);
  const limits = new LimitKeeper({
    rulesOf: (name) => {
      const object = name === null ? null : store.objects.byName(name);
      const own = object && store.settings.own(object.id).limits;
      return own ? { rules: own, own: true } : { rules: store.settings.read().limits, own: false };
    },
    restoreWaits: () => board.restoreWaits,
    busy: () => board.active > 0,
    now: Date.now,
  });
  const board = new JobBoard(store.jobs, {
    keep: (picture) => store.pictures.put(picture, store.settings.read().picturesKept),
    pacesFor: (kind, object) => limits.pacesFor(kind, object),
    demandRecords: () => store.demandInPlace(),
  });
  const stop = Promise.withResolvers<void>();
  const listings = new Listings();
  let pages: Promise<FolderPages> | undefined;
  let volumes: Promise<Volumes> | undefined;
  const audit = new AuditLog(store.audit, Date.now);
  const browsers: Browsers = { link: null };
  store.schedules.interruptUnfinished();
  const schedules = new ScheduleKeeper({
    table: store.schedules,
    busy: ({ task, ...what }) => {
      const { object, vault } = subjectOf(store, what);
      const users = vault === null ? [] : board.usersOf(vault);
      return users.some((job) => job.kind === task && job.object === object);
    },
    vaultOf: (schedule) => subjectOf(store, schedule).vault,
    load: (vault) => board.usersOf(vault).filter(({ kind }) => kind === 'backup').length,
    limit: () => store.settings.read().runsPerVault,
    limitByDrives: async (vault) => {
      const { library } = await useCases.showVault(vault);
      return library.drives * store.settings.read().runsPerDrive;
    },
    surroundings: machineSurroundings(shell.idleMs, (id) => sourceOf(store, id)),
    steering: {
      pause: (job) => {
        board.pause(job);
        power.giveUp(job);
      },
      goOn: (job) => board.unpause(job),
      end: (job) => board.stop(job, 'window-over'),
      putOff: (job, how) => board.stop(job, how === 'goes-on' ? 'window-pauses' : 'window-closed'),
      isQueued: (job) => board.find(job).state === 'queued',
      isInTheWay: (job) =>
        board.usersOf(board.find(job).vault).some(({ id, state }) => id !== job && state === 'queued'),
      canBePutOff: (schedule, job) => board.find(job).kind === 'backup' && isResumable(store, schedule),
    },
    doneFor: (job) => doneFor(board, job),
    backUp: (schedule, started, interrupted, level) => carryOut(parts, schedule, { started, interrupted, level }),
    now: Date.now,
  });
  const alertBoard = new AlertBoard();
  const noticeSecrets = new NoticeSecrets(layout.noticeSecrets, secretStore());
  const alerts = new NoticeDesk({
    store,
    jobById: (id) => store.jobs.byPrefix(id)[0] ?? null,
    overdue: [() => overdueFindings(parts), () => reportFindings(parts)],
    send: (notice, message, signal) =>
      deliver(notice, message, {
        board: alertBoard,
        notify: () => store.settings.read().notify,
        secrets: noticeSecrets,
        signal,
        pages: (month) => reportPageOf(parts, month),
      }),
    homeTrouble: () => homeFull(home),
    watched: () => alertBoard.watched,
    now: Date.now,
  });
  const power = new PowerDesk({
    jobs: () => board.underWay,
    pause: (job) => board.pause(job),
    goOn: (job) => board.unpause(job),
    fail: (job, error) => board.fail(job, error),
    keepAwake: (on) => shell.keepAwake?.(on),
    identify: identifyIn(store, useCases),
  });
  board.onChange((_, what) => {
    if (what === 'state') power.look();
  });
  board.onChange((job) => {
    if (job.finishedAt !== null) alerts.wake();
  });
  const parts: ConsoleParts = {
    home,
    startedAt: new Date(),
    store,
    audit,
    board,
    schedules,
    power,
    limits,
    notices: new NoticeBoard(),
    goingSets: new GoingSets(),
    mounts: new MountBoard(),
    alerts,
    alertBoard,
    noticeSecrets,
    useCases,
    listings,
    shell,
    folderPages: async () => {
      pages ??= useCases.openFolderPages();
      return await pages;
    },
    volumes: async () => {
      volumes ??= useCases.openVolumes(layout.volumes);
      return await volumes;
    },
    browsers,
    requestStop: stop.resolve,
  };
  const handlers = handlersOf(parts);
  let active = 0;
  return {
    home,
    audit,
    browsers,
    get active() {
      return Math.max(active, board.active);
    },
    idle: () => board.idle(),
    cancelAll: () => board.cancelAll(),
    interruptAll: () => board.interruptAll(),
    keepSchedules: (keep) => {
      for (const keeper of [schedules, alerts]) {
        if (keep) keeper.start();
        else keeper.stop();
      }
    },
    stopRequested: stop.promise,
    power,
    close: async () => {
      schedules.stop();
      alerts.stop();
      limits.stop();
      power.close();
      await alerts.flush(LAST_NOTICES_MS);
      listings.close();
      void pages?.then((opened) => opened.close());
      try {
        await (await volumes?.catch(() => undefined))?.close();
      } finally {
        store.close();
      }
    },
    call: async <P extends ProcedureName>(procedure: P, input: InputOf<P>, options: CallOptions = {}) => {
      active += 1;
      try {
        const handler = handlers[procedure] as (input: InputOf<P>, context: CallContext) => Promise<OutputOf<P>>;
        const danger = await withNames(
          parts,
          dangerOf(procedure, input, () => store.settings.read()),
        );
        const carryOut = () => handler(input, contextOf(options));
        if (danger !== null) demandOpening(parts, procedure, danger, options.secrets ?? {});
        const output = await (danger === null ? carryOut() : audit.around(procedure, danger, carryOut));
        noteAct(store, procedure, input, { output });
        return output;
      } catch (thrown) {
        const error = options.signal?.aborted ? cancelled(thrown) : asColdframeError(thrown);
        noteAct(store, procedure, input, { thrown: error });
        throw error;
      } finally {
        active -= 1;
      }
    },
  };
};

/** What names meant then: NAME@latest is another set tomorrow, and every vault may have a tape CF0001. */
const withNames = async (parts: ConsoleParts, danger: Danger | null): Promise<Danger | null> => {
  const { set: name, tape, schedule } = danger?.context ?? {};
  if (typeof schedule === 'string') {
    // What it was for is not known any more once it is removed.
    const [found, another] = parts.store.schedules.byPrefix(schedule);
    return found === undefined || another !== undefined ? danger : { ...danger, ...subjectOf(parts.store, found) };
  }
  if (typeof tape === 'string') {
    const found = await tapeNamed(parts, tape, danger?.vault ?? undefined).catch(() => null);
    return { ...danger, vault: found?.vault.dir ?? danger?.vault ?? null };
  }
  if (typeof name !== 'string') return danger;
  const set = await setNamed(parts, name).catch(() => null);
  return {
    ...danger,
    vault: danger?.vault ?? set?.vault.dir ?? null,
    context: { ...danger?.context, setId: set?.set ?? null },
  };
};

/** Whether what was written of it is used when it is gone on with: a backup of volumes begins anew. */
const isResumable = ({ objects }: Store, { task, object }: StoredSchedule): boolean =>
  task === 'backup' && objects.list().find(({ id }) => id === object)?.kind === 'files';

/** What a schedule is for: the name of its object, null for a whole vault, and the folder of the vault; null when there is none. */
const subjectOf = (
  { objects, vaults }: Store,
  schedule: Pick<StoredSchedule, 'object' | 'vault'>,
): { readonly object: string | null; readonly vault: string | null } => {
  const object = objects.list().find(({ id }) => id === schedule.object);
  const vault = vaults.list().find(({ id }) => id === (schedule.vault ?? object?.vault));
  return { object: object?.name ?? null, vault: vault?.dir ?? null };
};

/** The folders of an object, as raw bytes in latin1, and the URIs of its exports. */
const sourceOf = ({ objects }: Store, id: string): ObjectSource => {
  const selection = objects.list().find((each) => each.id === id)?.selection;
  return {
    roots: (selection?.roots ?? []).map(({ pathBase64 }) => Buffer.from(pathBase64, 'base64').toString('latin1')),
    exports: Object.values(selection?.sources ?? {}),
  };
};

const contextOf = ({ signal, secrets, onEvent }: CallOptions): CallContext => ({
  signal: signal ?? new AbortController().signal,
  secrets: secrets ?? {},
  emit: (event) => onEvent?.(event) !== false,
});

const cancelled = (thrown: unknown): ColdframeError =>
  thrown instanceof ColdframeError && thrown.kind === 'cancelled'
    ? thrown
    : new ColdframeError('CANCELLED', {
        message: 'The command was cancelled.',
        guidance: 'Run it again when you want it done.',
        cause: thrown,
      });

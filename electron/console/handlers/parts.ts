import type { ByteString } from '../../../shared/byte-string.ts';
import type { Secrets } from '../../../shared/contract/calls.ts';
import type { Handlers, ProcedureName } from '../../../shared/contract/contract.ts';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { AlertBoard } from '../alerts/deliver.ts';
import type { NoticeDesk } from '../alerts/desk.ts';
import type { NoticeSecrets } from '../alerts/secrets.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { JobBoard } from '../jobs/board.ts';
import type { LimitKeeper } from '../limits/limit-keeper.ts';
import type { MountBoard } from '../mounts/mount-board.ts';
import type { NoticeBoard } from '../notices/notice-board.ts';
import type { PowerDesk } from '../power/power-desk.ts';
import type { ScheduleKeeper } from '../schedules/keeper.ts';
import type { Store } from '../store/store.ts';
import type { FolderPages, UseCases, Volumes } from '../use-cases.ts';
import type { GoingSets } from './going-sets.ts';
import type { Listings } from './listings.ts';

/** What a handler knows of the call it serves. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly secrets: Secrets;
  /** False when the caller cannot take the event now. */
  readonly emit: (event: ConsoleEvent) => boolean;
}

/** The context of a call that the console makes by itself. */
export const NOBODY: Omit<CallContext, 'secrets'> = { signal: new AbortController().signal, emit: () => true };

/** What a shell can do that the console cannot. */
export interface ShellHooks {
  /** Shows a file or folder in the file manager. */
  readonly reveal?: (path: ByteString) => Promise<void>;
  /** For how long nobody has used the machine, milliseconds; null when it cannot say. */
  readonly idleMs?: () => number | null;
  /** Keeps the machine awake from now on, or no longer. */
  readonly keepAwake?: (on: boolean) => void;
  /** How the desktop is started without its window: program and arguments. */
  readonly launch?: readonly string[];
  /** Where the system itself keeps whether it starts with the session. */
  readonly loginItem?: { readonly get: () => boolean; readonly set: (on: boolean) => void };
}

/** How a browser gets to this console. */
export interface Browsers {
  /** Makes a link that opens it once; null while no web shell runs. Milliseconds since 1970. */
  link: (() => { readonly url: string; readonly expiresAt: number }) | null;
}

/** What all handlers of a console share. */
export interface ConsoleParts {
  readonly home: string;
  readonly startedAt: Date;
  readonly store: Store;
  readonly audit: AuditLog;
  readonly board: JobBoard;
  readonly schedules: ScheduleKeeper;
  readonly power: Pick<PowerDesk, 'giveUp'>;
  readonly limits: LimitKeeper;
  readonly notices: NoticeBoard;
  /** Sets that are about to go, so that nobody holds them in vain. */
  readonly goingSets: GoingSets;
  /** Jobs that wait for tapes. */
  readonly mounts: MountBoard;
  readonly alerts: NoticeDesk;
  readonly alertBoard: AlertBoard;
  readonly noticeSecrets: NoticeSecrets;
  readonly useCases: UseCases;
  readonly listings: Listings;
  readonly shell: ShellHooks;
  /** Pages of folders; the thread behind them is started by the first who asks. */
  readonly folderPages: () => Promise<FolderPages>;
  /** The managed volumes of the home, which stay in use until the console ends. */
  readonly volumes: () => Promise<Volumes>;
  /** The web shell of this console, as far as there is one. */
  readonly browsers: Browsers;
  /** Asks the process that serves this console to end. */
  readonly requestStop: () => void;
}

/** The handlers of one group of procedures, those whose names begin alike. */
export type HandlersOf<Names extends ProcedureName> = Pick<Handlers<CallContext>, Names>;

import { bindNative } from '../linux/koffi.ts';

/** Addresses are plain numbers, as in `linux/libc.ts`. */
const DECLARATIONS = {
  create: 'uintptr_t iscsi_create_context(str)',
  destroy: 'int iscsi_destroy_context(uintptr_t)',
  setTarget: 'int iscsi_set_targetname(uintptr_t, str)',
  setSessionType: 'int iscsi_set_session_type(uintptr_t, int)',
  setCredentials: 'int iscsi_set_initiator_username_pwd(uintptr_t, str, str)',
  setTimeout: 'int iscsi_set_timeout(uintptr_t, int)',
  setNoReconnect: 'void iscsi_set_noautoreconnect(uintptr_t, int)',
  connect: 'int iscsi_connect_sync(uintptr_t, str)',
  login: 'int iscsi_login_sync(uintptr_t)',
  logout: 'int iscsi_logout_sync(uintptr_t)',
  disconnect: 'int iscsi_disconnect(uintptr_t)',
  error: 'str iscsi_get_error(uintptr_t)',
  createTask: 'uintptr_t scsi_create_task(int, uintptr_t, int, int)',
  dataIn: 'int scsi_task_add_data_in_buffer(uintptr_t, int, uintptr_t)',
  dataOut: 'int scsi_task_add_data_out_buffer(uintptr_t, int, uintptr_t)',
  command: 'uintptr_t iscsi_scsi_command_sync(uintptr_t, int, uintptr_t, uintptr_t)',
  freeTask: 'void scsi_free_scsi_task(uintptr_t)',
} as const;

/** Where `struct scsi_task` (scsi-lowlevel.h) has what is read of it, on 64-bit systems. */
export interface TaskLayout {
  readonly bytes: number;
  readonly status: number;
  readonly residualStatus: number;
  readonly residual: number;
  readonly senseKey: number;
  /** Size of what came with the status; its address lies 8 bytes behind. */
  readonly senseBytes: number;
}

const common = { status: 0, residualStatus: 32, residual: 40, senseKey: 52 } as const;
/** Up to 1.19; since 1.20 the parsed sense data also has its information field. */
const EARLIER: TaskLayout = { ...common, senseBytes: 64, bytes: 80 };
const LATER: TaskLayout = { ...common, senseBytes: 72, bytes: 88 };

/** Names of the library in the order in which they are looked for, with the layout that each is known to have. */
const NAMES: readonly (readonly [name: string, layout: TaskLayout])[] = [
  ['libiscsi.so.7', EARLIER],
  ['libiscsi.so.8', EARLIER],
  ['libiscsi.so.9', EARLIER],
  ['libiscsi.so.10', LATER],
  ['libiscsi.so.11', LATER],
];

type Calls = Record<Exclude<keyof typeof DECLARATIONS, 'error'>, (...values: (number | string)[]) => number>;

export type Libiscsi = Readonly<Calls> & {
  readonly layout: TaskLayout;
  error(context: number): string | null;
  /** A copy of memory of this process. */
  peek(address: number, length: number): Uint8Array;
};

let bound: Libiscsi | null | undefined;

/** The iSCSI client library of this machine; null when it has none that is known. */
export const libiscsi = (): Libiscsi | null => {
  if (bound === undefined) bound = bindAny();
  return bound;
};

const bindAny = (): Libiscsi | null => {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  for (const [name, layout] of NAMES) {
    try {
      return bindNative((koffi) => {
        const library = koffi.load(name);
        const calls: Record<string, unknown> = {};
        for (const [call, declaration] of Object.entries(DECLARATIONS)) calls[call] = library.func(declaration);
        return { ...calls, layout, peek } as unknown as Libiscsi;
      });
    } catch {
      // Not this one.
    }
  }
  return null;
};

const peek: Libiscsi['peek'] = (address, length) =>
  bindNative((koffi) =>
    Uint8Array.from(koffi.decode(BigInt(address), koffi.array('uint8_t', length)) as Iterable<number>),
  );

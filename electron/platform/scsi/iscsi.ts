import { hostname } from 'node:os';
import type { ColdframeError } from '../../../shared/errors.ts';
import { allocate, lazily } from '../linux/memory.ts';
import type { IscsiAddress } from './address.ts';
import { deviceSupportMissing, deviceUnreachable } from './device-errors.ts';
import { type Libiscsi, libiscsi } from './libiscsi.ts';
import { MAX_TRANSFER_BYTES, type ScsiCommand, type ScsiReply, type ScsiTransport } from './transport.ts';

/** `enum scsi_xfer_dir` and `enum iscsi_session_type` of libiscsi. */
const TRANSFER = { none: 0, in: 1, out: 2 } as const;
const SESSION_NORMAL = 2;
const RESIDUAL_UNDERFLOW = 1;
/** libiscsi's own states of a command that got no status from the device. */
const FIRST_STATUS_OF_ITS_OWN = 0x0f000000;
const CHECK_CONDITION = 2;
/** Length of the sense data itself, before it, in the data segment of a response (RFC 7143, 11.4.7.2). */
const SENSE_LENGTH_BYTES = 2;
const LOGIN_SECONDS = 20;

/** Who this machine says that it is. Sites may let in certain initiators alone, so it stays the same. */
export const initiatorName = (host = hostname()): string =>
  `iqn.2026-01.invalid.coldframe:${host.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-') || 'localhost'}`;

/** A CHAP name and secret; never part of an address, a message or an error. */
export interface ChapSecret {
  readonly user: string;
  readonly secret: string;
}

const memory = lazily(() => ({ data: allocate(MAX_TRANSFER_BYTES), cdb: allocate(16) }));

/** One session with one logical unit, through libiscsi, in user space. */
class IscsiTransport implements ScsiTransport {
  readonly name: string;
  readonly #library: Libiscsi;
  readonly #address: IscsiAddress;
  #context: number;
  #lost: ColdframeError | null = null;

  constructor(library: Libiscsi, address: IscsiAddress, context: number) {
    this.name = nameOf(address);
    this.#library = library;
    this.#address = address;
    this.#context = context;
  }

  execute({ cdb, out, inBytes = 0, timeoutMs }: ScsiCommand): ScsiReply {
    if (this.#context === 0) throw new RangeError(`the session with ${this.name} is closed`);
    if (this.#lost) throw this.#lost;
    const outBytes = out?.reduce((sum, part) => sum + part.length, 0) ?? 0;
    if (Math.max(outBytes, inBytes) > MAX_TRANSFER_BYTES) throw new RangeError('a transfer is larger than its memory');
    const { data, cdb: command } = memory();
    command.bytes.set(cdb);
    data.bytes.fill(0, 0, inBytes);
    let at = 0;
    for (const part of out ?? []) {
      data.bytes.set(part, at);
      at += part.length;
    }
    const direction = outBytes > 0 ? TRANSFER.out : inBytes > 0 ? TRANSFER.in : TRANSFER.none;
    const task = this.#library.createTask(cdb.length, command.address, direction, outBytes + inBytes);
    if (task === 0) throw this.#lose('there is no memory for a command');
    if (direction === TRANSFER.in) this.#library.dataIn(task, inBytes, data.address);
    if (direction === TRANSFER.out) this.#library.dataOut(task, outBytes, data.address);
    this.#library.setTimeout(this.#context, Math.max(2, Math.ceil(timeoutMs / 1000)));
    if (this.#library.command(this.#context, this.#address.lun, task, 0) === 0)
      // The task is left to the library: it may still be in its queue.
      throw this.#lose(this.#library.error(this.#context) ?? 'the command could not be sent');
    try {
      return this.#replyOf(task, inBytes, outBytes);
    } finally {
      this.#library.freeTask(task);
    }
  }

  close(): void {
    if (this.#context === 0) return;
    if (this.#lost === null) {
      this.#library.setTimeout(this.#context, LOGIN_SECONDS);
      this.#library.logout(this.#context);
      this.#library.disconnect(this.#context);
      this.#library.destroy(this.#context);
    }
    this.#context = 0;
  }

  #replyOf(task: number, inBytes: number, outBytes: number): ScsiReply {
    const { layout } = this.#library;
    const fields = Buffer.from(this.#library.peek(task, layout.bytes));
    const status = fields.readUInt32LE(layout.status);
    if (status >= FIRST_STATUS_OF_ITS_OWN)
      throw this.#lose(this.#library.error(this.#context) ?? 'the connection was lost, or there was no answer in time');
    const short = fields.readUInt32LE(layout.residualStatus) === RESIDUAL_UNDERFLOW;
    const residual = short ? Number(fields.readBigUInt64LE(layout.residual)) : 0;
    return {
      status,
      sense: status === CHECK_CONDITION ? this.#senseOf(fields) : new Uint8Array(),
      data: memory().data.bytes.subarray(0, inBytes),
      received: Math.max(0, inBytes - residual),
      sent: Math.max(0, outBytes - residual),
    };
  }

  /** The sense data as it came. Its key has to be where the layout says, or this is another library than it says. */
  #senseOf(fields: Buffer): Uint8Array {
    const { layout } = this.#library;
    const length = fields.readUInt32LE(layout.senseBytes);
    const address = Number(fields.readBigUInt64LE(layout.senseBytes + 8));
    if (address === 0 || length <= SENSE_LENGTH_BYTES || length > 65_536) return new Uint8Array();
    const sense = this.#library.peek(address, length).subarray(SENSE_LENGTH_BYTES);
    const descriptors = ((sense[0] ?? 0) & 0x7f) >= 0x72;
    const key = (descriptors ? (sense[1] ?? 0) : (sense[2] ?? 0)) & 0x0f;
    if (key !== fields.readUInt32LE(layout.senseKey)) throw this.#lose('its sense data cannot be made out');
    return sense;
  }

  /** The session is over. Its context is not freed: a command that got no answer may still point into it. */
  #lose(what: string): ColdframeError {
    this.#lost = deviceUnreachable(this.name, what);
    this.#library.disconnect(this.#context);
    return this.#lost;
  }
}

const nameOf = ({ portal, target, lun }: IscsiAddress): string => `iscsi://${portal}/${target}/${lun}`;

/** Logs in at a portal. Blocks its thread. Errors: DEVICE_UNREACHABLE, DEVICE_SUPPORT_MISSING. */
export const openIscsi = (address: IscsiAddress, chap: ChapSecret | null = null): ScsiTransport => {
  const name = nameOf(address);
  const library = libiscsi();
  if (library === null)
    throw deviceSupportMissing(
      name,
      'the library libiscsi is not on this machine, or in a version that is not known',
      'Install it (Debian, Ubuntu: the package libiscsi7) and try again. On other systems than Linux iSCSI is not supported.',
    );
  const context = library.create(initiatorName());
  const steps: readonly (() => number)[] = [
    () => library.setTarget(context, address.target),
    () => library.setSessionType(context, SESSION_NORMAL),
    () => (chap === null ? 0 : library.setCredentials(context, chap.user, chap.secret)),
    () => library.setTimeout(context, LOGIN_SECONDS),
    () => library.connect(context, address.portal),
    () => library.login(context),
  ];
  library.setNoReconnect(context, 1);
  for (const step of steps) {
    if (step() === 0) continue;
    const what = library.error(context) ?? 'no reason was given';
    library.disconnect(context);
    library.destroy(context);
    throw deviceUnreachable(name, what.replaceAll(/\s+/g, ' ').trim());
  }
  return new IscsiTransport(library, address, context);
};

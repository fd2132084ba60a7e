/** One command of a SCSI initiator. */
export interface ScsiCommand {
  /** 6, 10, 12 or 16 bytes. */
  readonly cdb: Uint8Array;
  /** What goes to the device, in order; at most `MAX_TRANSFER_BYTES`. Copied before the call returns. */
  readonly out?: readonly Uint8Array[];
  /** Room for what comes from the device; at most `MAX_TRANSFER_BYTES`. */
  readonly inBytes?: number;
  readonly timeoutMs: number;
}

/** What the device answered: SAM status, and sense data as they came (empty when there are none). */
export interface ScsiReply {
  readonly status: number;
  readonly sense: Uint8Array;
  /** A view of the transport's memory, as large as was asked for, with zeros where nothing came: take what you need before the next command. */
  readonly data: Uint8Array;
  /** How many bytes came, as the device counts. Some count wrong where a block has another length than was asked for. */
  readonly received: number;
  /** How many bytes of what was to go to the device it took, as it counts. */
  readonly sent: number;
}

/**
 * A way to one logical unit. Blocks its thread: for worker threads. A command is sent once and never again by itself, for
 * nobody can know whether a tape moved. Errors: DEVICE_UNREACHABLE; after one, only `close` is left.
 */
export interface ScsiTransport {
  /** For messages: the address, without secrets. */
  readonly name: string;
  execute(command: ScsiCommand): ScsiReply;
  close(): void;
}

/** A record of 1 MiB, and as much again as any list of elements that is asked for in one piece. */
export const MAX_TRANSFER_BYTES = 2 * 1024 * 1024;

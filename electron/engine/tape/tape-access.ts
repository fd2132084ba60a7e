import type { TapeId, VaultId } from '../../../shared/units.ts';
import type { Codec } from '../blockset/unit.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import type { DrivePlace } from './scsi/open-scsi-tape.ts';
import type { LabelRequest } from './tape-label.ts';

/** A tape that is to get a new label in its drive. */
export interface Relabel {
  /** The tape that it has to be, and how many chunks it has to have at least. */
  readonly sequence: number;
  readonly chunks: number;
  /** Sets of which nothing is kept. */
  readonly expired: readonly string[];
  /** Of one that was erased: the sequences that its label may have, whatever lies on it. */
  readonly agreed?: readonly number[];
}

/** Where the tape of a vault with a changer is to be used, and its label, when it may still have to be written. */
export interface DeviceAccess extends DrivePlace {
  readonly label: LabelRequest | null;
  /** Of a tape that holds something which may go: what it has to be before it gets that label. */
  readonly relabels?: Relabel;
}

/** All that a thread needs to use a tape: plain data, so that it can be sent to a worker. */
export interface TapeAccess {
  /** The `.tap` file. */
  readonly path: string;
  /** Of a vault with a changer: where the tape is used instead. */
  readonly device?: DeviceAccess;
  readonly vault: VaultId;
  readonly volume: TapeId;
  /** Bytes. */
  readonly capacity: number;
  /** Compresses directory and catalog. */
  readonly codec: Codec;
  /** The vault key of a sealed vault, 32 bytes; null when the vault is not sealed. Never leaves the process. */
  readonly vaultKey: Uint8Array | null;
  /** Go into the tail; empty when the vault is not sealed. */
  readonly envelopes: readonly KeyEnvelope[];
  /** That of the library, whose envelopes they are; a tail with later ones keeps its own. */
  readonly envelopesGeneration: number;
}

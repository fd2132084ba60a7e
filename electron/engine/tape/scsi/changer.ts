import { MAX_TRANSFER_BYTES } from '../../../platform/scsi/transport.ts';
import {
  ELEMENT_TYPES,
  type ElementType,
  initializeElementStatus,
  moveMedium,
  readElementStatus,
} from './changer-commands.ts';
import { type Element, parseElementStatus } from './element-status.ts';
import type { ScsiDevice } from './scsi-device.ts';
import { deviceFailed } from './scsi-errors.ts';

const STATUS_MS = 300_000;
/** A large library travels, turns and threads. */
const MOVE_MS = 900_000;
const FIRST_TRY_BYTES = 65_536;

/** A robot that moves tapes between slots and drives. Blocks its thread. */
export interface TapeChanger {
  readonly name: string;
  /** Every element, in the order of their addresses, as the changer knows them: it looks at nothing anew. */
  elements(): Element[];
  /** Moves the tape in one element to another, which has to be empty. Errors: DEVICE_FAILED when it cannot, with nothing moved. */
  move(from: number, to: number): void;
  close(): void;
}

/** A changer as SMC-3 has it. Errors: DEVICE_UNSUITABLE, DEVICE_FAILED, DEVICE_UNREACHABLE, TAPE_IN_USE. */
export class ScsiChanger implements TapeChanger {
  readonly name: string;
  readonly #device: ScsiDevice;

  constructor(device: ScsiDevice) {
    this.#device = device;
    this.name = device.name;
    device.demandType('changer');
    device.awaitReady();
  }

  elements(): Element[] {
    const types = Object.keys(ELEMENT_TYPES) as ElementType[];
    return types.flatMap((type) => this.#elementsOf(type)).sort((a, b) => a.address - b.address);
  }

  /** Has the changer look at everything anew, barcodes too; may take minutes. */
  initialize(): void {
    const command = { cdb: initializeElementStatus(), timeoutMs: MOVE_MS };
    this.#device.run(command, { doing: 'looking at its slots', anyState: true });
  }

  move(from: number, to: number): void {
    const command = { cdb: moveMedium(0, from, to), timeoutMs: MOVE_MS };
    // Where things are is asked before each move, so an attention changes nothing.
    this.#device.run(command, { doing: `moving a tape from element ${from} to ${to}`, anyState: true });
  }

  close(): void {
    this.#device.close();
  }

  #elementsOf(type: ElementType): readonly Element[] {
    for (let bytes = FIRST_TRY_BYTES; ; bytes = MAX_TRANSFER_BYTES) {
      const command = { cdb: readElementStatus(type, 0, 0xffff, bytes), inBytes: bytes, timeoutMs: STATUS_MS };
      const { data, sense } = this.#device.run(command, {
        doing: `listing its ${type} elements`,
        anyState: true,
        // It has no elements of this type.
        expects: ({ key }) => key === 'illegal-request',
      });
      if (sense !== null) return [];
      const parsed = parseElementStatus(data);
      if (parsed !== null) return parsed.elements;
      if (bytes === MAX_TRANSFER_BYTES || data.length < bytes)
        throw deviceFailed(this.name, `its list of ${type} elements cannot be read`);
    }
  }
}

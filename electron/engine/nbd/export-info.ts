import type { BlockDevice } from '../snapshot/block-device.ts';
import { EXPORT_FLAG } from './protocol.ts';

/** What people see in a list of exports. */
export interface ExportTitle {
  readonly name: string;
  readonly description: string;
}

/** The exports as one connection sees them. */
export interface ExportsView {
  list(): readonly ExportTitle[];
  /** Opens an export, for this connection alone; null when there is none of that name. Errors: those of the device. */
  open(name: string): OpenExport | null;
}

export interface OpenExport extends ExportTitle {
  readonly device: BlockDevice;
  close(): void;
}

/** Smallest, preferred and largest request (`NBD_INFO_BLOCK_SIZE`). */
export const BLOCK_SIZES = { minimum: 1, preferred: 4096 } as const;

/**
 * What an export offers. Several connections may be used as one, since every device of an export sees what another wrote
 * and flushes it (`BlockDevice`).
 */
export const exportFlags = (device: BlockDevice, structured: boolean): number =>
  EXPORT_FLAG.hasFlags |
  EXPORT_FLAG.sendFlush |
  EXPORT_FLAG.sendFua |
  EXPORT_FLAG.canMultiConn |
  EXPORT_FLAG.sendCache |
  (structured ? EXPORT_FLAG.sendDf : 0) |
  (device.readOnly
    ? EXPORT_FLAG.readOnly
    : EXPORT_FLAG.sendTrim | EXPORT_FLAG.sendWriteZeroes | EXPORT_FLAG.sendFastZero);

import type { VaultOverview } from '../../../shared/contract/overview.ts';

type Space = NonNullable<VaultOverview['space']>;

/** Bytes that a vault can come to hold: its tapes may be able to take more than its disk has room for. */
export const roomOf = ({ bytesUsed, bytesCapacity, bytesFreeOnDisk }: Space): { bytes: number; byDisk: boolean } => {
  const onDisk = bytesFreeOnDisk === null ? Number.POSITIVE_INFINITY : bytesUsed + bytesFreeOnDisk;
  return { bytes: Math.min(bytesCapacity, onDisk), byDisk: onDisk < bytesCapacity };
};

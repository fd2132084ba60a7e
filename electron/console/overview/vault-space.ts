import { statfs } from 'node:fs/promises';
import { inspectVault } from '../../engine/tape/vault.ts';
import type { VaultSpace } from '../use-cases.ts';

const UNUSABLE = new Set(['damaged', 'missing', 'retired']);

/** What a vault can hold and holds. Needs no secret. Throws NO_SUCH_VAULT. */
export const vaultSpace = async (dir: string): Promise<VaultSpace> => {
  const { settings, drives, slots, tapes } = inspectVault(dir);
  const usable = tapes.filter(({ state }) => !UNUSABLE.has(state));
  const slotsFree =
    slots.filter(({ tape }) => tape === null).length - drives.filter(({ tape }) => tape !== null).length;
  const empty = Math.max(0, slotsFree);
  const room = usable
    .filter(({ state, writeProtected }) => state !== 'full' && !writeProtected)
    .reduce((sum, { usedBytes }) => sum + Math.max(0, settings.tapeBytes - usedBytes), 0);
  const disk = await statfs(dir).catch(() => null);
  const counts: Record<string, number> = {};
  for (const { state } of tapes) counts[state] = (counts[state] ?? 0) + 1;
  return {
    bytesCapacity: (usable.length + empty) * settings.tapeBytes,
    bytesUsed: tapes.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
    bytesFree: room + empty * settings.tapeBytes,
    bytesFreeOnDisk: disk && disk.bavail * disk.bsize,
    slots: slots.length,
    slotsFree: empty,
    drives: drives.length,
    tapes: counts,
  };
};

import type { SetView } from '../../../shared/contract/backup.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import type { VaultView } from '../../../shared/contract/vaults.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { pathOfBase64, pathView } from '../paths.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { VaultInfo } from '../use-cases.ts';

/** Milliseconds since 1970 as the contract writes a time. */
export const isoTime = (at: number): string => new Date(at).toISOString();

export const vaultView = ({ id, name, dir, sealed, createdAt }: VaultInfo): VaultView => ({
  id,
  name,
  dir,
  sealed,
  createdAt: createdAt === null ? null : isoTime(createdAt),
});

export const objectView = (object: StoredObject, vault: VaultInfo): ObjectView => ({
  id: object.id,
  name: object.name,
  kind: object.kind,
  vault: { id: vault.id, dir: vault.dir },
  roots: object.selection.roots.map(({ pathBase64, crossFileSystems }) => ({
    ...pathView(pathOfBase64(pathBase64)),
    crossFileSystems,
  })),
  volumes: [...object.volumes],
  sources: Object.entries(object.selection.sources ?? {}).map(([volume, uri]) => ({ volume, uri })),
  unprotected: [...object.selection.unprotected],
  exclude: [...object.selection.exclude],
  noticeMs: object.noticeMs ?? null,
  createdAt: isoTime(object.createdAt),
});

export const setView = (set: BlockSetSummary): SetView => ({
  ...set,
  object: set.object.name,
  objectId: set.object.id,
  createdAt: isoTime(set.createdAt),
  finishedAt: set.finishedAt === null ? null : isoTime(set.finishedAt),
  tapes: [...set.tapes],
  tapesAway: [],
  foundWrong: null,
  damaged: false,
  damagedBelow: null,
  warnings: [...set.warnings],
});

/** The damaged set that another one builds on. */
export const belowView = (
  below: Pick<BlockSetSummary, 'id' | 'createdAt'> | null | undefined,
): SetView['damagedBelow'] => (below ? { set: below.id, createdAt: isoTime(below.createdAt) } : null);

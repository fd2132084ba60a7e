import type { StoredCheck } from '../store/check-table.ts';
import type { StoredObject } from '../store/object-table.ts';
import { checksOfVault } from './check-standing.ts';
import { vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';

/** How many verifications of an object are looked through. */
const LOOK_BACK = 200;

/**
 * Where what a backup writes is read back before anything expires: the newest set, merged ones too, where that was not done for it, or did
 * not come out right. Null where it was, where nobody asked for it, and where there is no set yet.
 */
export const unreadSet = async (parts: ConsoleParts, object: StoredObject): Promise<string | null> => {
  if (!parts.store.settings.of(object.id).verifyAfterBackup) return null;
  const vault = vaultOf(parts, object);
  return await withCatalog(parts, vault, null, (catalog) => {
    const newest = catalog.sets(object.id).find(({ state }) => state === 'complete');
    if (newest === undefined) return null;
    const { checks, jobs } = parts.store;
    const known = checksOfVault(parts, vault, catalog);
    const isProof = (check: StoredCheck): boolean => {
      if (known.seenBy(check, object.id)?.outcome !== 'right') return false;
      if (check.set !== null) return check.set === newest.id;
      // One of everything may have waited for tapes while the set was made: only what began after it has read it for sure.
      const [job] = jobs.byPrefix(check.job);
      const began = job?.startedAt ?? null;
      return began !== null && Date.parse(began) >= (newest.finishedAt ?? newest.createdAt);
    };
    const whole = checks.last('verify', vault.id, null, false);
    const own = checks.list({ kind: 'verify', object: object.id, vault: vault.id, limit: LOOK_BACK });
    return [...own, ...(whole === null ? [] : [whole])].some(isProof) ? null : newest.id;
  });
};

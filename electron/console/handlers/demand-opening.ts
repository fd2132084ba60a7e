import type { ProcedureName } from '../../../shared/contract/contract.ts';
import type { Danger } from '../audit/audit-log.ts';
import { objectNamed, requireAccess, vaultAt, vaultOf } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

/** Dangerous acts that open the vault before they do anything. */
const OPENING: ReadonlySet<ProcedureName> = new Set([
  'restore',
  'retention.apply',
  'tape.erase',
  'tape.forget',
  'tape.reclaim',
  'vault.passphrase',
]);

/**
 * Refuses an act on a sealed vault that came with nothing to open it, before its beginning is noted: nothing is tried, and a window
 * asks for the passphrase and calls again. What cannot be told here is told by the act itself. Throws PASSPHRASE_MISSING.
 */
export const demandOpening = (
  parts: ConsoleParts,
  procedure: ProcedureName,
  { object, vault }: Danger,
  secrets: CallContext['secrets'],
): void => {
  if (!OPENING.has(procedure)) return;
  const known = knownVault(parts, object ?? null, vault ?? null);
  if (known !== null) requireAccess(known, secrets);
};

const knownVault = (parts: ConsoleParts, object: string | null, vault: string | null) => {
  try {
    if (vault !== null) return vaultAt(parts, vault);
    return object === null ? null : vaultOf(parts, objectNamed(parts, object));
  } catch {
    return null;
  }
};

import { CHECK_KINDS, type CheckKind } from '../../../shared/contract/choices.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import type { Finding } from '../alerts/desk.ts';
import { ageOf } from '../retention/dates.ts';
import { isBeingMade } from '../schedules/overdue.ts';
import type { StoredObject } from '../store/object-table.ts';
import { checksOfVault, standing } from './check-standing.ts';
import { knownDamage } from './known-damage.ts';
import { vaultOf, withCatalog } from './lookups.ts';
import { overdueNow } from './overdue-of.ts';
import type { ConsoleParts } from './parts.ts';
import { isoTime } from './views.ts';

/** What is overdue now: each object once for its last good set, and not while a backup of it is being made; and where nobody can tell, that. */
export const overdueFindings = async (parts: ConsoleParts): Promise<Finding[]> => {
  const objects = parts.store.objects.list();
  const found = await Promise.all(objects.map(async (object) => await orWhyNot(parts, object, ofObject)));
  const tests = await Promise.all(objects.map(async (object) => await orWhyNot(parts, object, ofTests)));
  return [...found, ...tests, ofVaults(parts)].flat();
};

/** What cannot be told of one object must not keep what is known of the others. Told once a month, and once for all of a vault. */
const orWhyNot = async (
  parts: ConsoleParts,
  object: StoredObject,
  find: (parts: ConsoleParts, object: StoredObject) => Promise<Finding[]>,
): Promise<Finding[]> => {
  try {
    return await find(parts, object);
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    const now = Date.now();
    const dir = parts.store.vaults.byId(object.vault)?.dir ?? null;
    return [
      {
        events: ['overdue'],
        key: `overdue unknown ${object.vault} ${code} ${isoTime(now).slice(0, 7)}`,
        at: now,
        object: null,
        vault: dir,
        text: `Whether backups are missing in ${dir ?? 'a vault'} cannot be told: ${message} (${code})`,
      },
    ];
  }
};

const ofObject = async (parts: ConsoleParts, object: StoredObject): Promise<Finding[]> => {
  const { running } = parts.board.backupsOf(object.name);
  if (isBeingMade(running, Date.now())) return [];
  const vault = vaultOf(parts, object);
  const good = await withCatalog(
    parts,
    vault,
    null,
    (catalog) => knownDamage(catalog, object.id, catalog.damagedSets()).good,
  );
  const now = Date.now();
  const age = good && ageOf(good, now);
  const goodAt = age === null ? null : now - age;
  const since = overdueNow(parts, object, good, now)?.since ?? null;
  if (since === null) return [];
  const last =
    good === null || goodAt === null
      ? good === null
        ? 'it was never backed up'
        : 'its last good backup is dated after now, so that nobody can tell its age'
      : `its last good backup is of ${isoTime(goodAt).slice(0, 16).replace('T', ' ')} UTC`;
  return [
    {
      events: ['overdue'],
      key: `overdue ${object.id} ${good?.id ?? 'never'}`,
      at: now,
      object: object.name,
      vault: vault.dir,
      text: `A backup of ${object.name} is missing since ${isoTime(since).slice(0, 16).replace('T', ' ')} UTC: ${last}${running === null ? '' : `, and ${begun(running)}`}.`,
    },
  ];
};

const begun = ({ state, createdAt }: JobRecord): string => {
  const how = { queued: 'has waited for its turn', paused: 'is paused, and was begun,' }[state as string] ?? 'has run';
  return `the one that ${how} since ${createdAt.slice(0, 16).replace('T', ' ')} UTC has not ended`;
};

/** Restore tests and verifications of an object that schedules were to make. */
const ofTests = async (parts: ConsoleParts, object: StoredObject): Promise<Finding[]> => {
  const vault = vaultOf(parts, object);
  const seen = checksOfVault(parts, vault, null);
  return CHECK_KINDS.flatMap((kind) => {
    const { overdueSince: since, scheduled } = standing(parts, kind, seen, object, Date.now()).standing;
    return since === null || !scheduled
      ? []
      : [missingCheck(kind, since, { of: object.name, object: object.name }, object.id, vault.dir)];
  });
};

const ofVaults = (parts: ConsoleParts): Finding[] =>
  parts.store.vaults.list().flatMap((vault) => {
    const { overdueSince: since, scheduled } = standing(
      parts,
      'verify',
      checksOfVault(parts, vault, null),
      null,
      Date.now(),
    ).standing;
    return since === null || !scheduled
      ? []
      : [missingCheck('verify', since, { of: vault.name, object: null }, vault.id, vault.dir)];
  });

const missingCheck = (
  kind: CheckKind,
  since: string,
  { of, object }: { readonly of: string; readonly object: string | null },
  id: string,
  vault: string,
): Finding => ({
  events: ['overdue'],
  key: `overdue ${kind} ${id} ${since}`,
  at: Date.now(),
  object,
  vault,
  text: `A ${kind === 'verify' ? 'verification' : 'restore test'} of ${of} is missing since ${since.slice(0, 16).replace('T', ' ')} UTC.`,
});

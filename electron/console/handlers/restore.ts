import type { ByteString } from '../../../shared/byte-string.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { outcomeOfVerify } from '../../../shared/model/check-outcome.ts';
import type { SetId } from '../../../shared/units.ts';
import { findingsByObject, foundRight, type KnownSet } from '../checks/findings-by-object.ts';
import { setsInDoubt } from '../checks/open-findings.ts';
import type { JobRequest } from '../jobs/request.ts';
import { bytesOfPath } from '../paths.ts';
import { otherVersions } from '../restore/other-versions.ts';
import { managedDisks, ownFolders } from '../restore/own-folders.ts';
import { realPlace } from '../restore/real-place.ts';
import { refuseOwnFolders } from '../restore/refuse-own-folders.ts';
import type { ObjectFinding } from '../store/check-table.ts';
import type { StoredObject } from '../store/object-table.ts';
import type {
  CatalogReader,
  JobControl,
  RestoreRequest,
  RestoreResult,
  VaultInfo,
  VaultSession,
  VerifiedPart,
  VerifyResult,
} from '../use-cases.ts';
import { findingOfVerify, recorded } from './checks.ts';
import { laterIncomplete } from './later-incomplete.ts';
import {
  objectNamed,
  prepared,
  requireAccess,
  secretsToRead,
  setNamed,
  vaultAt,
  vaultOf,
  withCatalog,
  withSession,
} from './lookups.ts';
import { noSuchSet } from './no-such-set.ts';
import type { CallContext, ConsoleParts, HandlersOf } from './parts.ts';
import { intoImage } from './restore-image.ts';
import { restoreInParts } from './restore-in-parts.ts';
import type { RestoreTarget } from './restore-target.ts';
import { runAsJob } from './run-as-job.ts';
import { verifyInParts } from './verify-in-parts.ts';

/** Serves restore and verify. */
export const restoreHandlers = (parts: ConsoleParts): HandlersOf<'restore' | 'verify'> => ({
  restore: async (input, context) => {
    const { set, vault } = await setNamed(parts, input.set);
    requireAccess(vault, context.secrets);
    const own = await ownFolders(parts);
    // The disk of a volume, which `original` means, may lie in the home.
    const refuse = (): void => {
      if (input.to !== undefined) refuseOwnFolders(bytesOfPath(input.to), own);
    };
    refuse();
    const keptOut = [...own, ...(await managedDisks(parts))];
    const target = await intoImage(parts, vault, { ...requestOf(input, set), keptOut });
    const { request } = target;
    // Again when its turn has come: what was not there may be a link into a vault by then.
    const hold: RestoreTarget['hold'] = async () => {
      refuse();
      return await target.hold();
    };
    const waits = input.waitForTapes === true && input.dryRun !== true;
    if (waits && request.image !== undefined) throw oneVolume();
    const carryOut = async (session: VaultSession, job: JobControl): Promise<RestoreResult> => {
      if (input.dryRun) {
        const planned = await parts.useCases.planRestore(session, request, job);
        return { ...planned, pace: paceOf(parts, vault.dir, planned) };
      }
      const held = await hold();
      const result = await parts.useCases.runRestore(session, request, job).catch(async (error: unknown) => {
        await held.end(false);
        throw error;
      });
      const more = await held.end(result.restored > 0);
      return { ...result, warnings: [...result.warnings, ...more] };
    };
    const [object = null] = await objectsOf(parts, vault, [set]);
    const later = await laterIncomplete(parts, input.set, { vault, set }, 'restore');
    const beside = await placesBeside(parts, vault, request, input.dryRun === true);
    const open = async <Result>(job: JobControl, work: (session: VaultSession) => Promise<Result>): Promise<Result> =>
      await prepared(parts, 'restore', () =>
        withSession(parts, vault, secretsToRead(vault, context.secrets), work, job),
      );
    const wantedOf = (tapes: readonly string[]) =>
      withCatalog(parts, vault, '', (catalog) => catalog.tapesAway(set, tapes).join(' '));
    let id = '';
    const job: JobRequest<RestoreResult> = {
      kind: 'restore',
      object,
      vault: vault.dir,
      beside,
      input: withoutPaths(input),
      passing: input.dryRun === true,
      run: async (job, standAside) => {
        const waiting = { job: id, kind: 'restore', object, vault: vault.dir } as const;
        const result = waits
          ? await parts.mounts.wanting(id, [set], () =>
              restoreInParts(parts, context, { request, hold, open, waiting, wantedOf }, job, standAside),
            )
          : await open(job, (session) => carryOut(session, job));
        const warnings = [...later, ...result.warnings];
        const named = { ...result, warnings, vault: vault.dir, ...(object === null ? {} : { object }) };
        const harmed = [...result.damaged, ...result.knownDamage];
        if (harmed.length === 0) return named;
        const others = await withCatalog(parts, vault, [], (catalog) => otherVersions(catalog, harmed, set));
        return { ...named, others };
      },
      warned: ({ warnings, damaged }) => warnings.length > 0 || damaged.length > 0,
    };
    return await runAsJob(parts, context, job, (begun) => {
      id = begun;
    });
  },

  verify: async (input, context) => {
    const result = await runVerifyJobs(parts, context, input);
    return { ...result, outcome: outcomeOfVerify(result) };
  },
});

/** How long a restore takes at the pace of the last ones from its vault; null when none of them moved enough to tell. */
const paceOf = (
  { board }: ConsoleParts,
  vault: string,
  { bytes }: Pick<RestoreResult, 'bytes'>,
): NonNullable<RestoreResult['pace']> | null => {
  const before = board
    .page({ kinds: ['restore'], states: ['done'], limit: LOOKED_AT_FOR_PACE })
    .jobs.filter((job) => job.vault === vault)
    .map((job) => job.result as Partial<RestoreResult> | null)
    .filter((result) => (result?.bytes ?? 0) >= TELLING_BYTES && (result?.durationMs ?? 0) > 0)
    .slice(0, MOST_FOR_PACE);
  const sum = (of: 'bytes' | 'durationMs') => before.reduce((total, result) => total + (result?.[of] ?? 0), 0);
  if (before.length === 0) return null;
  return { durationMs: Math.ceil((bytes * sum('durationMs')) / sum('bytes')), restores: before.length };
};

const LOOKED_AT_FOR_PACE = 100;
const MOST_FOR_PACE = 5;
/** A restore of less says more of how it began and ended than of how it read. */
const TELLING_BYTES = 16 * 1024 * 1024;

/** Verifies as jobs, one a vault, and keeps what came of them. */
export const runVerifyJobs = async (
  parts: ConsoleParts,
  context: CallContext,
  input: InputOf<'verify'>,
  started?: (job: string) => void,
): Promise<VerifyResult> => {
  const wanted = await toVerify(parts, input);
  const otherwise = wanted.length > 1 ? ' To verify one vault alone: coldframe verify --vault DIR' : '';
  for (const { vault } of wanted) requireAccess(vault, context.secrets, otherwise);
  const results: VerifyResult[] = [];
  const failures: ColdframeError[] = [];
  for (const each of wanted) {
    const result = await verified(parts, context, input, each, started).catch((thrown: unknown) => {
      const error = asColdframeError(thrown);
      // What was found in one vault is not lost because another one cannot be read.
      if (wanted.length === 1 || error.kind === 'cancelled') throw error;
      failures.push(error);
      return unverified(each.vault, error);
    });
    results.push(result);
  }
  if (failures.length > 0 && failures.length === results.length) throw failures[0];
  return results.reduce(sum, NOTHING);
};

const verified = async (
  parts: ConsoleParts,
  context: CallContext,
  input: InputOf<'verify'>,
  { vault, sets, object, owner, set, kept, later = [] }: Wanted,
  started?: (job: string) => void,
): Promise<VerifyResult> => {
  let id = '';
  const names = sets === null ? [] : await objectsOf(parts, vault, sets);
  const [only = null] = names.length === 1 ? names : [];
  const work = (job: JobControl, missed?: VerifiedPart['missed']) =>
    prepared(parts, 'verify', () =>
      withSession(
        parts,
        vault,
        secretsToRead(vault, context.secrets),
        (session) => parts.useCases.runVerify(session, sets, job, { missed, written: input.written }),
        job,
      ),
    );
  return await runAsJob(
    parts,
    context,
    {
      kind: 'verify',
      object: object?.name ?? only,
      ...(names.length > 1 ? { objects: names } : {}),
      vault: vault.dir,
      input,
      run: async (job, standAside) => {
        const waiting = { job: id, kind: 'verify', object: object?.name ?? only, vault: vault.dir } as const;
        const readPart = (missed?: VerifiedPart['missed']) => work(job, missed);
        // What earlier sets wrote was not read: that is a finding about this set, and none about all of an object.
        const part = input.written ? (sets?.[0] ?? null) : set;
        const subject = { job: id, kind: 'verify', object: owner, vault: vault.id, set: part } as const;
        const after = parts.store.checks.newest();
        const before = await setsKnown(parts, vault);
        const renews = input.written === true && part !== null && (await isNewestFull(parts, vault, owner, part));
        const byObject = new Map<string, ObjectFinding>();
        let proved: readonly string[] = [];
        let isKnown = true;
        const found = await recorded(
          parts,
          kept && (!input.written || sets?.length === 1) ? subject : null,
          async () => {
            const {
              read,
              places: _,
              anew: __,
              ...result
            } = await (input.waitForTapes
              ? parts.mounts.wanting(id, sets ?? before.map((each) => each.id), () =>
                  verifyInParts(parts, context, waiting, readPart, job, standAside),
                )
              : readPart());
            // Sets may have been made, or have expired, since it began, where it waited for tapes.
            const known = [...(await setsKnown(parts, vault)), ...before];
            for (const [of, each] of findingsByObject(result, { read, known, owner })) byObject.set(of, each);
            proved = foundRight(result, read);
            isKnown = result.damaged.every(({ set: each }) => known.some(({ id: one }) => one === each));
            return { ...result, wrongIn: namedFindings(parts, byObject, known) };
          },
          (result) => {
            const doubted = setsInDoubt(parts.store.checks.found(vault.id));
            return findingOfVerify(result, {
              isKnown,
              after,
              byObject: Object.fromEntries(byObject),
              proved: proved.filter((each) => doubted.has(each)),
              written: input.written ?? false,
              renews,
            });
          },
        );
        // What it found is about what it read alone.
        return { ...found, warnings: [...later, ...found.warnings], outcome: outcomeOfVerify(found) };
      },
      warned: ({ damaged, damagedTapes, incomplete, warnings }) =>
        [damaged, damagedTapes, incomplete, warnings].some(({ length }) => length > 0),
    },
    (begun) => {
      id = begun;
      started?.(begun);
    },
  );
};

/** Names of the objects that sets are of, as this home calls them now; none where the catalog cannot be read. */
const objectsOf = async (parts: ConsoleParts, vault: VaultInfo, sets: readonly SetId[]): Promise<string[]> => {
  const wanted = new Set(sets);
  const all = await withCatalog(parts, vault, [], (catalog) => catalog.sets(null)).catch(() => []);
  const known = new Map(parts.store.objects.list().map(({ id, name }) => [id, name]));
  return [
    ...new Set(all.filter(({ id }) => wanted.has(id)).map(({ object }) => known.get(object.id) ?? object.name)),
  ].sort();
};

/** Whether all that a set holds was written by its own backup, and none of its object that is complete is newer; false where nobody can tell. */
const isNewestFull = async (parts: ConsoleParts, vault: VaultInfo, owner: string | null, set: string) => {
  if (owner === null) return false;
  const isIt = (catalog: CatalogReader): boolean => {
    const newest = catalog.newestComplete(owner);
    return newest?.id === set && newest.level === 'full' && (catalog.resumedBy(newest.id) ?? []).length === 0;
  };
  return await withCatalog(parts, vault, false, isIt).catch(() => false);
};

/** All sets that the catalog of a vault has; none where nobody can tell. */
const setsKnown = async (parts: ConsoleParts, vault: VaultInfo): Promise<readonly KnownSet[]> => {
  const all = await withCatalog(parts, vault, [], (catalog) => catalog.sets(null)).catch(() => []);
  return all.map(({ id, object }) => ({ id, object: object.id, name: object.name }));
};

/** What is wrong of which objects, as this home calls them now. */
const namedFindings = (
  { store }: ConsoleParts,
  byObject: ReadonlyMap<string, ObjectFinding>,
  known: readonly KnownSet[],
): VerifyResult['wrongIn'] => {
  const names = new Map(known.map(({ object, name }) => [object, name]));
  for (const { id, name } of store.objects.list()) names.set(id, name);
  return [...byObject]
    .flatMap(([id, { outcome, sets }]) =>
      outcome === 'wrong' ? [{ object: names.get(id) ?? id, id, sets: sets.map((set) => set as SetId) }] : [],
    )
    .toSorted((a, b) => (a.object < b.object ? -1 : 1));
};

/**
 * Where a restore writes to that runs beside backups of its vault; undefined where it has to have the vault for itself: one from a real changer, whose
 * tapes cannot be read past the drives, and one that puts a whole disk in its place.
 */
const placesBeside = async (
  { useCases }: ConsoleParts,
  { dir }: VaultInfo,
  { image, to }: RestoreRequest,
  dryRun: boolean,
): Promise<readonly ByteString[] | undefined> => {
  if (image !== undefined) return undefined;
  // A library that cannot be read is told of when the vault is opened.
  if (!(await useCases.hasTapesInFiles(dir).catch(() => false))) return undefined;
  if (dryRun) return [];
  return [to === null ? ('/' as ByteString) : realPlace(bytesOfPath(to))];
};

const requestOf = (input: InputOf<'restore'>, set: SetId): RestoreRequest => {
  if ((input.to === undefined) === (input.original === undefined)) {
    throw new ColdframeError('USAGE', {
      message: 'A restore goes either to a place or to where the elements came from: exactly one has to be said.',
      guidance: 'Give either --to PLACE or --original.',
    });
  }
  return {
    set,
    paths: input.paths ?? [],
    to: input.to ?? null,
    relativeTo: input.relativeTo ?? null,
    onConflict: input.onConflict ?? 'fail',
    ...(input.agreed === undefined ? {} : { agreed: input.agreed }),
  };
};

const oneVolume = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message:
      'A volume that goes into one image, or onto a device, is restored as a whole: that does not wait for a part of it.',
    guidance: 'Put the tapes back first, or restore into a folder.',
  });

/** A job record does not hold a million paths. */
const withoutPaths = ({ paths, ...input }: InputOf<'restore'>) => ({ ...input, pathCount: paths?.length ?? 0 });

interface Wanted {
  readonly vault: VaultInfo;
  readonly sets: readonly SetId[] | null;
  /** Whose sets these all are; null for a vault, and for a part of them. */
  readonly object: StoredObject | null;
  /** Id of the object that the sets are of; null for a vault, and where there are several. */
  readonly owner: string | null;
  /** The set that was named; null when none was. */
  readonly set: SetId | null;
  /** Whether what comes of it is kept beside its job: not that of several sets, which are neither one nor all. */
  readonly kept: boolean;
  /** That there is a later set than one that was named, which is not whole. */
  readonly later?: readonly Warning[];
}

const unverified = ({ dir }: VaultInfo, { code, message, guidance }: ColdframeError): VerifyResult => ({
  ...NOTHING,
  unverified: [{ vault: dir, code, message, guidance }],
});

/** Which sets of which vaults: those named, all of the object named, else all of the vault named, else all of every vault. */
const toVerify = async (parts: ConsoleParts, { sets, vault, object }: InputOf<'verify'>): Promise<Wanted[]> => {
  const whole = { sets: null, object: null, owner: null, set: null, kept: true };
  if (object !== undefined) {
    if (vault !== undefined || sets?.length) throw tooMuchNamed();
    return [await ofObject(parts, objectNamed(parts, object))];
  }
  if (vault !== undefined && !sets?.length) return [{ vault: vaultAt(parts, vault), ...whole }];
  if (!sets?.length) return parts.store.vaults.list().map((each) => ({ vault: each, ...whole }));
  const found = await Promise.all(
    sets.map(async (name) => {
      const named = await setNamed(parts, name);
      return { ...named, later: await laterIncomplete(parts, name, named, 'verify') };
    }),
  );
  const byVault = Map.groupBy(found, (each) => each.vault.id);
  return await Promise.all(
    [...byVault.values()].map(async (each) => {
      const [{ vault: theirs }] = each as [(typeof found)[number]];
      const wanted = await ofSets(
        parts,
        theirs,
        each.map(({ set }) => set),
      );
      return { ...wanted, later: each.flatMap(({ later }) => later) };
    }),
  );
};

/** Sets that were named: all of an object where no complete one of it is missing among them. */
const ofSets = async (parts: ConsoleParts, vault: VaultInfo, sets: readonly SetId[]): Promise<Wanted> => {
  const all = await withCatalog(parts, vault, [], (catalog) => catalog.sets(null));
  const [owner, ...more] = new Set(all.filter(({ id }) => sets.includes(id)).map(({ object }) => object.id));
  const one = more.length === 0 ? (owner ?? null) : null;
  const complete = all.filter(({ state, object }) => state === 'complete' && object.id === one).map(({ id }) => id);
  const isAll = complete.every((id) => sets.includes(id)) && sets.every((id) => complete.includes(id));
  const object = isAll ? parts.store.objects.list().find(({ id }) => id === one) : undefined;
  if (object !== undefined) return { vault, sets, object, owner: object.id, set: null, kept: true };
  return { vault, sets, object: null, owner: one, set: sets[0] ?? null, kept: new Set(sets).size === 1 };
};

/** All sets of an object that are whole. */
const ofObject = async (parts: ConsoleParts, object: StoredObject): Promise<Wanted> => {
  const vault = vaultOf(parts, object);
  const sets = await withCatalog(parts, vault, [], (catalog) =>
    catalog
      .sets(object.id)
      .filter(({ state }) => state === 'complete')
      .map(({ id }) => id),
  );
  if (sets.length === 0) throw noSuchSet(parts, object.name, 0);
  return { vault, sets, object, owner: object.id, set: null, kept: true };
};

const tooMuchNamed = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'What is to be verified is named in more than one way.',
    guidance: 'Name sets, or one object, or one vault.',
  });

const NOTHING: VerifyResult = {
  sets: 0,
  chunks: 0,
  bytes: 0,
  damaged: [],
  tapes: [],
  wrongIn: [],
  warnings: [],
  missingTapes: [],
  damagedTapes: [],
  unlisted: [],
  incomplete: [],
  unverified: [],
  durationMs: 0,
};

const sum = (a: VerifyResult, b: VerifyResult): VerifyResult => ({
  sets: a.sets + b.sets,
  chunks: a.chunks + b.chunks,
  bytes: a.bytes + b.bytes,
  damaged: [...a.damaged, ...b.damaged],
  tapes: [...a.tapes, ...b.tapes],
  wrongIn: [...a.wrongIn, ...b.wrongIn],
  warnings: [...a.warnings, ...b.warnings],
  missingTapes: [...a.missingTapes, ...b.missingTapes],
  damagedTapes: [...a.damagedTapes, ...b.damagedTapes],
  unlisted: [...a.unlisted, ...b.unlisted],
  incomplete: [...a.incomplete, ...b.incomplete],
  unverified: [...a.unverified, ...b.unverified],
  durationMs: a.durationMs + b.durationMs,
});

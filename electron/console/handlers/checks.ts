import type { CheckView } from '../../../shared/contract/checks.ts';
import type { CheckOutcome } from '../../../shared/contract/choices.ts';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { outcomeOfTest, outcomeOfVerify } from '../../../shared/model/check-outcome.ts';
import { placedName } from '../../../shared/model/tape-place.ts';
import type { SetId } from '../../../shared/units.ts';
import { randomId } from '../../platform/ids.ts';
import { chooseSet } from '../checks/choose-set.ts';
import type { CheckDetail, StoredCheck } from '../store/check-table.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogReader, JobControl, RestoreTestResult, VaultInfo, VerifyResult } from '../use-cases.ts';
import {
  objectNamed,
  prepared,
  realDir,
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
import { runAsJob } from './run-as-job.ts';
import { isoTime } from './views.ts';

const ELEMENTS = 25;
const BYTES = 1 << 30;
/** What failed is kept by name up to this. */
const MOST_NAMED = 1000;
const PAGE = 100;

/** Serves restore tests, and the record of what they and verifications found. */
export const checkHandlers = (parts: ConsoleParts): HandlersOf<'restore.test' | 'check.list'> => ({
  'restore.test': (input, context) => runRestoreTestJob(parts, context, input),
  'check.list': async ({ kind, object, vault, limit = PAGE }) => {
    const found = parts.store.checks.list({
      kind: kind ?? null,
      object: object === undefined ? null : objectNamed(parts, object).id,
      vault: vault === undefined ? null : vaultAt(parts, realDir(vault)).id,
      limit,
    });
    const objects = new Map(parts.store.objects.list().map(({ id, name }) => [id, name]));
    const vaults = new Map(parts.store.vaults.list().map(({ id, dir }) => [id, dir]));
    return { checks: found.map((check) => checkView(check, objects, vaults)) };
  },
});

const checkView = (
  { object, vault, at, detail, ...check }: StoredCheck,
  objects: ReadonlyMap<string, string>,
  vaults: ReadonlyMap<string, string>,
): CheckView => {
  const { failed, error, population, tooLong, sourceSame, sourceChanged } = detail;
  const wrong = Object.entries(detail.byObject ?? {}).flatMap(([id, each]) => (each.outcome === 'wrong' ? [id] : []));
  return {
    ...check,
    error,
    population,
    tooLong,
    sourceSame,
    sourceChanged,
    written: detail.written ?? false,
    wrongIn: object === null ? wrong.flatMap((id) => objects.get(id) ?? []).toSorted() : [],
    failed: failed.map((each) => ({ ...each })),
    object: object === null ? null : (objects.get(object) ?? null),
    vault: vaults.get(vault) ?? null,
    at: isoTime(at),
  };
};

/** Runs a restore test as a job, and keeps what came of it. */
export const runRestoreTestJob = async (
  parts: ConsoleParts,
  context: CallContext,
  input: InputOf<'restore.test'>,
  started?: (job: string) => void,
): Promise<OutputOf<'restore.test'>> => {
  const object = objectNamed(parts, input.object);
  const vault = vaultOf(parts, object);
  requireAccess(vault, context.secrets);
  const { set, again } = await toTest(parts, object, vault, input.set);
  const request = {
    set,
    kind: object.kind,
    elements: input.elements ?? ELEMENTS,
    bytes: input.bytes ?? BYTES,
    first: (again?.detail.failed ?? []).map(({ path, pathBase64 }) =>
      pathBase64 === undefined ? { path } : { pathBase64 },
    ),
  };
  const damaged = await knownToBeDamaged(parts, object, vault, set);
  let id = '';
  const work = (job: JobControl) =>
    prepared(parts, 'restore', () =>
      withSession(
        parts,
        vault,
        secretsToRead(vault, context.secrets),
        (session) => parts.useCases.runRestoreTest(session, request, job),
        job,
      ),
    );
  const result = await runAsJob(
    parts,
    context,
    {
      kind: 'restore-test',
      object: object.name,
      vault: vault.dir,
      input: { ...input, set },
      run: async (job) => {
        const subject = { job: id, kind: 'restore-test', object: object.id, vault: vault.id, set } as const;
        const before = again?.outcome ?? null;
        const found = await recorded(
          parts,
          subject,
          () => work(job),
          (test) => findingOfTest(test, before),
        );
        return { ...found, warnings: [...damaged, ...found.warnings], outcome: outcomeOfTest(found, before) };
      },
      warned: ({ failures, warnings }) => failures.length > 0 || warnings.length > 0,
    },
    (begun) => {
      id = begun;
      started?.(begun);
    },
  );
  return {
    ...result,
    object: object.name,
    failures: result.failures.map((failure) => ({ ...failure, code: failure.code as 'NOT_RESTORED' })),
    tapesAway: [...result.tapesAway],
    warnings: [...result.warnings],
  };
};

type Subject = Pick<StoredCheck, 'job' | 'kind' | 'object' | 'vault' | 'set'>;
type Finding = Pick<StoredCheck, 'outcome' | 'elements' | 'bytes' | 'failures'> & {
  readonly detail: Partial<CheckDetail>;
};

/** Keeps what came of a check, before its job says that it is done; one that was cancelled came to nothing and leaves nothing. */
export const recorded = async <Result>(
  { store }: ConsoleParts,
  subject: Subject | null,
  work: () => Promise<Result>,
  findingOf: (result: Result) => Finding,
): Promise<Result> => {
  const put = ({ detail, ...finding }: Finding): void => {
    if (subject === null) return;
    store.checks.put({ ...subject, ...finding, at: Date.now(), detail: { ...NO_DETAIL, ...detail } });
  };
  let result: Result;
  try {
    result = await work();
  } catch (thrown) {
    const { code, message, kind } = asColdframeError(thrown);
    try {
      if (kind !== 'cancelled')
        put({ outcome: 'failed', elements: 0, bytes: 0, failures: 0, detail: { error: { code, message } } });
    } catch {
      // The home has no room: why the check failed matters more than that this could not be noted, too.
    }
    throw thrown;
  }
  put(findingOf(result));
  return result;
};

const NO_DETAIL: CheckDetail = {
  failed: [],
  error: null,
  population: null,
  tooLong: null,
  sourceSame: null,
  sourceChanged: null,
  sets: null,
  objects: null,
  byObject: null,
  after: null,
  proved: null,
  kinds: null,
  tapesAway: [],
};

const findingOfTest = (result: RestoreTestResult, before: CheckOutcome | null): Finding => {
  const { elements, bytes, failures, tapesAway, population, tooLong, sourceSame, sourceChanged } = result;
  const failed = failures.slice(0, MOST_NAMED).map(({ path, pathBase64, message }) => ({
    path,
    message,
    ...(pathBase64 === undefined ? {} : { pathBase64 }),
  }));
  return {
    outcome: outcomeOfTest(result, before),
    elements,
    bytes,
    failures: failures.length,
    detail: {
      failed,
      population,
      tooLong,
      sourceSame,
      sourceChanged,
      kinds: { away: failures.filter(({ code }) => code === 'TAPE_AWAY').length, copied: 0, tapes: 0, sets: 0 },
      tapesAway: tapesAway.map(({ tape, barcode }) => ({ tape, barcode })),
    },
  };
};

/** What a verification found, and of what. */
export const findingOfVerify = (
  result: VerifyResult,
  {
    isKnown,
    ...of
  }: Pick<CheckDetail, 'after' | 'byObject' | 'proved' | 'written' | 'renews'> & {
    /** Whether the catalog knows all sets in which something was found. */
    readonly isKnown: boolean;
  },
): Finding => {
  const { chunks, bytes, damaged, damagedTapes, incomplete, missingTapes } = result;
  const tapesAway = missingTapes.filter((missing) => missing.away);
  const away = new Map(tapesAway.map((missing) => [missing.tape, placedName(missing)]));
  const failed = [
    ...damaged.map(({ tape, chunk, elements, wholeOn }) => ({
      path: elements[0] ?? '',
      message: away.has(tape)
        ? `Tape ${away.get(tape)} is not here, and chunk ${chunk} lies on it.`
        : wholeOn.length > 0
          ? `Chunk ${chunk} is damaged on tape ${tape}, and whole on ${wholeOn.join(', ')}.`
          : `Chunk ${chunk} on tape ${tape} is damaged or missing.`,
    })),
    ...damagedTapes.map(({ barcode, reason }) => ({ path: barcode, message: reason })),
    ...incomplete.map(({ set, object }) => ({ path: object, message: `Set ${set.slice(0, 8)} is incomplete.` })),
  ];
  return {
    outcome: outcomeOfVerify(result),
    elements: chunks,
    bytes,
    failures: failed.length,
    detail: {
      failed: failed.slice(0, MOST_NAMED),
      ...of,
      kinds: {
        away: damaged.filter(({ tape }) => away.has(tape)).length,
        copied: damaged.filter(({ wholeOn }) => wholeOn.length > 0).length,
        tapes: damagedTapes.length,
        sets: incomplete.length,
      },
      tapesAway: tapesAway.map(({ tape, barcode }) => ({ tape, barcode })),
      sets:
        damagedTapes.length > 0 || !isKnown ? null : [...new Set([...damaged, ...incomplete].map(({ set }) => set))],
    },
  };
};

/** The set that is to be tested, and the test of it that did not get everything back. */
const toTest = async (
  parts: ConsoleParts,
  object: StoredObject,
  vault: VaultInfo,
  named: string | undefined,
): Promise<{ set: SetId; again: StoredCheck | null }> => {
  const open = parts.store.checks.open('restore-test', vault.id, object.id);
  if (named !== undefined) {
    const { set } = await setNamed(parts, named);
    const own = await withCatalog(parts, vault, false, (catalog) =>
      catalog.sets(object.id).some(({ id }) => id === set),
    );
    if (!own) throw noSuchSet(parts, named, 0);
    return { set, again: open.find((check) => check.set === set) ?? null };
  }
  const complete = (catalog: CatalogReader) => catalog.sets(object.id).filter(({ state }) => state === 'complete');
  const choice = chooseSet(await withCatalog(parts, vault, [], complete), open, random);
  if (choice === null) throw noSuchSet(parts, object.name, 0);
  return { set: choice.set.id, again: choice.again };
};

/** Says which complete sets are known to be damaged: a test of another one that is right, or of a sample, says nothing of that. */
const knownToBeDamaged = async (
  parts: ConsoleParts,
  object: StoredObject,
  vault: VaultInfo,
  tested: SetId,
): Promise<RestoreTestResult['warnings']> => {
  const find = (catalog: CatalogReader) => {
    const damaged = catalog.damagedSets();
    return damaged.size === 0
      ? []
      : catalog.sets(object.id).filter(({ id, state }) => state === 'complete' && damaged.has(id));
  };
  const hurt = await withCatalog(parts, vault, [], find);
  return hurt.map(({ id }) => ({
    code: 'SET_KNOWN_DAMAGED',
    path: id,
    message: `set ${id.slice(0, 8)} is known to be damaged since it was read last${id === tested ? '' : ', and was not tested'}. Verify ${object.name}, and back it up in full`,
  }));
};

const random = (): number => Number.parseInt(randomId().slice(0, 8), 16) / 0x1_0000_0000;

import type { InputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import { bytesOfPath } from '../paths.ts';
import { otherVersions } from '../restore/other-versions.ts';
import { refuseOwnFolders } from '../restore/refuse-own-folders.ts';
import type { JobControl, RestoreRequest, RestoreResult, VaultInfo, VaultSession, VerifyResult } from '../use-cases.ts';
import { prepared, requireAccess, secretsToRead, setNamed, vaultAt, withCatalog, withSession } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { intoImage } from './restore-image.ts';
import { runAsJob } from './run-as-job.ts';

/** Serves restore and verify. */
export const restoreHandlers = (parts: ConsoleParts): HandlersOf<'restore' | 'verify'> => ({
  restore: async (input, context) => {
    const { set, vault } = await setNamed(parts, input.set);
    requireAccess(vault, context.secrets);
    // The disk of a volume, which `original` means, may lie in the home.
    if (input.to !== undefined) refuseOwnFolders(bytesOfPath(input.to), [vault.dir, parts.home]);
    const { request, hold } = await intoImage(parts, vault, requestOf(input, set));
    const carryOut = async (session: VaultSession, job: JobControl): Promise<RestoreResult> => {
      if (input.dryRun) return await parts.useCases.planRestore(session, request, job);
      const held = await hold();
      const result = await parts.useCases.runRestore(session, request, job).catch(async (error: unknown) => {
        await held.end(false);
        throw error;
      });
      const more = await held.end(result.restored > 0);
      return { ...result, warnings: [...result.warnings, ...more] };
    };
    return await runAsJob(parts, context, {
      kind: 'restore',
      object: null,
      vault: vault.dir,
      input: withoutPaths(input),
      run: async (job) => {
        const result = await prepared(parts, 'restore', () =>
          withSession(parts, vault, secretsToRead(vault, context.secrets), (session) => carryOut(session, job), job),
        );
        if (result.damaged.length === 0) return result;
        const others = await withCatalog(parts, vault, [], (catalog) => otherVersions(catalog, result.damaged, set));
        return { ...result, others };
      },
      warned: ({ warnings, damaged }) => warnings.length > 0 || damaged.length > 0,
    });
  },

  verify: async (input, context) => {
    const wanted = await toVerify(parts, input);
    const otherwise = wanted.length > 1 ? ' To verify one vault alone: coldframe verify --vault DIR' : '';
    for (const { vault } of wanted) requireAccess(vault, context.secrets, otherwise);
    const verified = async ({ vault, sets }: Wanted): Promise<VerifyResult> =>
      await runAsJob(parts, context, {
        kind: 'verify',
        object: null,
        vault: vault.dir,
        input,
        run: (job) =>
          prepared(parts, 'verify', () =>
            withSession(
              parts,
              vault,
              secretsToRead(vault, context.secrets),
              (session) => parts.useCases.runVerify(session, sets, job),
              job,
            ),
          ),
        warned: ({ damaged, damagedTapes, incomplete, warnings }) =>
          [damaged, damagedTapes, incomplete, warnings].some(({ length }) => length > 0),
      });
    const results: VerifyResult[] = [];
    const failures: ColdframeError[] = [];
    for (const each of wanted) {
      const result = await verified(each).catch((thrown: unknown) => {
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
  },
});

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
  };
};

/** A job record does not hold a million paths. */
const withoutPaths = ({ paths, ...input }: InputOf<'restore'>) => ({ ...input, pathCount: paths?.length ?? 0 });

interface Wanted {
  readonly vault: VaultInfo;
  readonly sets: readonly SetId[] | null;
}

const unverified = ({ dir }: VaultInfo, { code, message, guidance }: ColdframeError): VerifyResult => ({
  ...NOTHING,
  unverified: [{ vault: dir, code, message, guidance }],
});

/** Which sets of which vaults: those named, else all of the vault named, else all of every vault. */
const toVerify = async (parts: ConsoleParts, { sets, vault }: InputOf<'verify'>): Promise<Wanted[]> => {
  if (vault !== undefined && !sets?.length) return [{ vault: vaultAt(parts, vault), sets: null }];
  if (!sets?.length) return parts.store.vaults.list().map((each) => ({ vault: each, sets: null }));
  const found = await Promise.all(sets.map((name) => setNamed(parts, name)));
  const byVault = Map.groupBy(found, (each) => each.vault.id);
  return [...byVault.values()].map((each) => ({
    vault: (each[0] as (typeof found)[number]).vault,
    sets: each.map(({ set }) => set),
  }));
};

const NOTHING: VerifyResult = {
  sets: 0,
  chunks: 0,
  bytes: 0,
  damaged: [],
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
  warnings: [...a.warnings, ...b.warnings],
  missingTapes: [...a.missingTapes, ...b.missingTapes],
  damagedTapes: [...a.damagedTapes, ...b.damagedTapes],
  unlisted: [...a.unlisted, ...b.unlisted],
  incomplete: [...a.incomplete, ...b.incomplete],
  unverified: [...a.unverified, ...b.unverified],
  durationMs: a.durationMs + b.durationMs,
});

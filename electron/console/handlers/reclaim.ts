import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { ReclaimRequest } from '../use-cases.ts';
import { demandStillSealed, requireAccess, vaultAt, withCatalog, withSession } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { runAsJob } from './run-as-job.ts';

/** Serves the procedures that move what is kept away from tapes that are nearly empty. */
export const reclaimHandlers = (parts: ConsoleParts): HandlersOf<'tape.reclaimPlan' | 'tape.reclaim'> => ({
  'tape.reclaimPlan': async ({ vault: dir, below, tapes }, { secrets }) => {
    const vault = vaultAt(parts, dir);
    requireAccess(vault, secrets);
    const request = { tapes: tapes ?? null, below: below ?? null, isServed: await servedIn(parts, vault) };
    const plan = await withSession(
      parts,
      vault,
      secrets,
      async (session) => await parts.useCases.planReclaim(session, request),
    );
    return { ...plan, vault: vault.dir };
  },

  'tape.reclaim': async (input, context) => {
    const vault = vaultAt(parts, input.vault);
    await demandStillSealed(vault, await parts.useCases.inspectVault(vault.dir));
    requireAccess(vault, context.secrets);
    return await runAsJob(parts, context, {
      kind: 'reclaim',
      object: null,
      vault: vault.dir,
      input,
      run: async (job) => {
        const request = {
          tapes: input.tapes,
          below: input.below ?? null,
          isServed: await servedIn(parts, vault),
        };
        const result = await withSession(
          parts,
          vault,
          context.secrets,
          async (session) => await parts.useCases.reclaimTapes(session, request, job),
          job,
        );
        return { ...result, vault: vault.dir };
      },
      warned: ({ warnings, left }) => warnings.length > 0 || left.length > 0,
    });
  },
});

/**
 * Tells sets of objects of which one is served as a disk whenever it is asked: what that needs lies in chunks of the others, too. One that was not
 * there at first and is served may need any.
 */
const servedIn = async (
  parts: ConsoleParts,
  vault: ReturnType<typeof vaultAt>,
): Promise<ReclaimRequest['isServed']> => {
  if (!parts.store.objects.list().some(({ kind }) => kind === 'volumes')) return () => false;
  const desk = await parts.volumes();
  const sets = await withCatalog<readonly BlockSetSummary[]>(parts, vault, [], (catalog) => catalog.sets(null));
  return ({ object }) =>
    desk.served().exports.some((each) => {
      const prefix = /^set\/([0-9a-f]+)/.exec(each.export)?.[1];
      if (prefix === undefined) return false;
      const served = sets.filter(({ id }) => id.startsWith(prefix));
      return served.length === 0 || served.some((set) => set.object.id === object.id);
    });
};

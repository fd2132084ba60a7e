import { setImmediate as turn } from 'node:timers/promises';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Warning } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import { DamagedChunks, isExpired, newestExpiry } from '../../engine/catalog/index.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { machineZone } from '../../platform/periods.ts';
import type { JobControl, ProtectedObject, RetentionRequest, RetentionResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { mayExpire } from './expired-tape.ts';
import { type JudgedSet, setsToJudge } from './judge.ts';
import { planRetention } from './plan.ts';

/**
 * Lets expire what no rule holds. Each step is durable before the next, and all of them can be run again: the sets leave the catalog, in
 * one transaction; the vault's copy of the catalog says so too, which is what other homes go by; tapes on which nothing else lies are
 * marked. A marked tape is labelled anew when a backup wants one, not before. Throws CATALOG_BEHIND, RETENTION_CHANGED, VAULT_HELD.
 */
export const applyRetention = async (
  vault: OpenVault,
  object: ProtectedObject,
  request: RetentionRequest & { readonly agreed: readonly string[] },
  job: JobControl,
): Promise<RetentionResult> => {
  vault.demandCurrent();
  vault.demandHeld();
  tell(job, 'planning');
  const { expired, kept } = await expireSets(vault, object, request, job);
  const damage = forgetDamage(vault);
  tell(job, 'copying the catalog');
  const warnings = [...damage, ...(await publish(vault))];
  tell(job, 'looking at tapes');
  return { expired, kept, freedTapes: await freeTapes(vault), warnings };
};

const expireSets = async (
  vault: OpenVault,
  { id, name }: ProtectedObject,
  request: RetentionRequest & { readonly agreed: readonly string[] },
  job: JobControl,
): Promise<{ readonly expired: readonly BlockSetSummary[]; readonly kept: number }> => {
  const agreed = new Set(request.agreed);
  let judged: readonly JudgedSet[] = await setsToJudge(vault, id, request);
  const at = Date.now();
  for (;;) {
    job.signal.throwIfAborted();
    const plan = planRetention(judged, request.rules, { zone: machineZone(), now: at });
    const going = plan.filter(({ keep }) => !keep).map(({ set }) => set.summary);
    const kept = plan.length - going.length;
    const more = going.filter((set) => !agreed.has(set.id));
    if (more.length > 0) throw changed(name, more);
    if (going.length === 0) return { expired: [], kept };
    // The plan read tapes meanwhile, which takes as long as it takes.
    request.demandFree(going.map((set) => set.id));
    const needed = await expireIn(vault, going, at);
    if (needed === null) return { expired: going, kept };
    // The plan knows what is built on what; the catalog knows every extent, and has the last word.
    judged = judged.map((set) => (set.id === needed ? { ...set, used: 'needed' } : set));
  }
};

/** Takes sets out of the catalog; gives the one that stands against it, if there is one, and then nothing has changed. */
const expireIn = async (vault: OpenVault, going: readonly BlockSetSummary[], at: number): Promise<string | null> => {
  const sequences = Object.fromEntries(
    vault.vault.library.state.tapes.map(({ volume, sequence }) => [volume, sequence]),
  );
  vault.demandHeld();
  try {
    await vault.writer.expire({ sets: going.map(({ id }) => id), run: randomId(), at, sequences });
    return null;
  } catch (thrown) {
    const { code, context } = asColdframeError(thrown);
    if (code === 'SET_NEEDED' && going.some(({ id }) => id === context.set)) return context.set as string;
    throw thrown;
  }
};

/** That chunks of what expired were damaged is nobody's concern any more. */
const forgetDamage = (vault: OpenVault): Warning[] => {
  const damaged = DamagedChunks.of(vault.catalogFile).chunks.filter(({ set }) => isExpired(vault.catalog, set));
  return damaged.length === 0 ? [] : DamagedChunks.note(vault.catalogFile, [], damaged);
};

const publish = async (vault: OpenVault): Promise<Warning[]> => {
  try {
    await vault.refreshCatalogCopy();
    failpoint('retention:after-publish');
    return [];
  } catch (thrown) {
    const message = `the vault's copy of the catalog does not say yet what expired, so no tape is free; the next run tries again: ${asColdframeError(thrown).message}`;
    return [{ code: 'CATALOG_COPY_STALE', path: '', message }];
  }
};

/** Marks the tapes on which nothing is left that is kept; none while a home that trusts the copy could still count on them. */
const freeTapes = async (vault: OpenVault): Promise<readonly string[]> => {
  if (newestExpiry(vault.catalog) === null || !vault.expiryIsPublished) return [];
  const { library } = vault.vault;
  const free: TapeId[] = [];
  for (const tape of library.state.tapes) {
    if (!mayExpire(tape) || library.isHeld(tape.volume)) continue;
    await turn();
    if (vault.holdsOnlyExpired(tape, true)) free.push(tape.volume);
  }
  if (free.length > 0) library.noteExpired(free);
  return free;
};

const tell = (job: JobControl, phase: string): void =>
  job.report({ phase, elementsDone: 0, elementsTotal: null, bytesRead: 0, bytesStored: 0, bytesTotal: null });

const changed = (object: string, more: readonly BlockSetSummary[]): ColdframeError =>
  new ColdframeError('RETENTION_CHANGED', {
    message: `${more.length === 1 ? `Set ${more[0]?.id} of ${object} would expire, which was` : `${more.length} sets of ${object} would expire, set ${more[0]?.id} among them, which were`} not in the plan that was agreed to. Nothing was changed.`,
    guidance: `Look at what would expire now with: coldframe retention plan ${object}`,
    context: { object, sets: more.map(({ id }) => id).join(' ') },
  });

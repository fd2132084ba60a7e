import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { damageApart } from '../../../shared/model/damage-apart.ts';
import type { SetId } from '../../../shared/units.ts';
import {
  chunkCountOn,
  DamagedChunks,
  expiredChunks,
  isBrowsable,
  resumedBy,
  sets as setsOf,
} from '../../engine/catalog/index.ts';
import {
  planVerifyInThread,
  type VerifyOrder,
  type VerifyPlan,
  verifySets,
  wholeTapesInThread,
} from '../../engine/restore/index.ts';
import { randomId } from '../../platform/ids.ts';
import { damagedFronts } from '../damaged-fronts.ts';
import { homeLayout } from '../home/directory.ts';
import { countErrors } from '../library/count-errors.ts';
import { driveFailed, noteDriveFailures } from '../library/drive-failed.ts';
import { noteReadRight } from '../library/note-read-right.ts';
import { placedTape } from '../library/placed-tape.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { JobControl, ReadBack, VerifiedPart, VerifyResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { copyAlone } from './copy-alone.ts';
import { JobSwitch } from './job-switch.ts';
import { libraryDrives } from './library-drives.ts';
import { shownAsLanes } from './shown-as-lanes.ts';
import { wholeAway } from './whole-away.ts';

const MOST_CHECKERS = 4;

/**
 * Reads sets back, all of the vault for null, and names what is damaged; of tapes that were `missed` before only what lies on them, or on
 * others that hold the same. Rejects with CANCELLED, NO_SUCH_SET, IO.
 */
export const runVerify = async (
  vault: OpenVault,
  sets: readonly SetId[] | null,
  job: JobControl,
  { missed, written = false }: VerifiedPart = {},
): Promise<ReadBack> => {
  const started = performance.now();
  const { jobs } = homeLayout(vault.home);
  await mkdir(jobs, { recursive: true, mode: 0o700 });
  const file = join(jobs, `verify-${randomId()}`);
  using control = new JobSwitch(job);
  const wanted = sets ?? completeSets(vault);
  const part = missed && { missed: missed.missingTapes.map(({ tape }) => tape) };
  let order: VerifyOrder = {
    catalog: vault.catalogFile,
    sets: wanted,
    written,
    ...part,
    file,
    control: control.control,
  };
  try {
    const planned = await planVerifyInThread(order);
    const anew = missed?.places.some((each) => isMoved(vault, planned, each)) ?? false;
    if (anew) {
      rmSync(file, { force: true });
      order = { ...order, missed: undefined };
    }
    const plan = anew ? await planVerifyInThread(order) : planned;
    const counters = { phase: 'verifying', elementsTotal: plan.chunks, bytesStored: 0, bytesTotal: plan.bytes };
    const outcome = await verifySets(plan, order, {
      keys: { vault: vault.vault.id, vaultKey: vault.keys?.exportKey() ?? null },
      drives: libraryDrives(vault),
      control: control.control,
      signal: job.signal,
      checkers: Math.max(1, Math.min(MOST_CHECKERS, availableParallelism())),
      present: tapesAtHand(vault.vault),
      known: DamagedChunks.of(vault.catalogFile),
      ...shownAsLanes(vault, job),
      onWrong: ({ tape, set, sequence }) =>
        job.picture.warned({
          code: 'UNIT_DAMAGED',
          path: tape,
          message: `chunk ${sequence} of set ${set} is not what was written; what it concerns is told at the end`,
        }),
      onProgress: ({ chunks, bytes }) => job.report({ ...counters, elementsDone: chunks, bytesRead: bytes }),
    });
    const whole = await wholeTapesInThread({ catalog: vault.catalogFile, file, tapes: outcome.rightTapes });
    // First: that a tape was read right counts only when it is said of the damaged tape that it is.
    const damagedTapes = damagedFronts(vault.vault, plan.tapes);
    const warnings = [
      ...vault.behind(),
      ...DamagedChunks.note(vault.catalogFile, outcome.wrong, outcome.right),
      ...countErrors(vault, outcome.wrong),
      ...noteDriveFailures(vault, outcome.driveFailures),
      ...outcome.driveFailures.map((failure) => driveFailed(failure, 'it was not read on')),
      ...noteReadRight(vault, whole, outcome.wrongTapes),
      ...outcome.rightBeside.map((tape) => ({
        code: 'TAPE_DAMAGED',
        path: tape,
        message:
          'something on it is damaged that lies on it once more and is right there: nothing is lost. What is kept of it can be moved: coldframe tape reclaim',
      })),
    ];
    const lost = damageApart(
      outcome.damaged.filter(({ wholeOn }) => wholeOn.length === 0),
      outcome.missing.filter(({ away }) => away !== false).map(({ tape }) => tape),
    ).damaged;
    warnings.push(...wholeAway(vault, lost, 'When it is back, verify again.'), ...copyAlone(vault, wanted));
    // Where a place is right beside a damaged one nothing is told but by a warning.
    const told = outcome.wrong.filter(({ tape, set, sequence }) =>
      outcome.damaged.some((each) => each.tape === tape && each.set === set && each.chunk === sequence),
    );
    job.onDone(() => DamagedChunks.tell(vault.catalogFile, told));
    const damaged = outcome.damaged.map((damage) => ({
      ...damage,
      elements: [...damage.elements],
      wholeOn: [...damage.wholeOn],
    }));
    const { chunks, bytes } = outcome;
    const missingTapes = outcome.missing.map((missing) => ({
      ...missing,
      ...placedTape(vault.vault.dir, vault.vault.library.state, missing.tape),
    }));
    const unlisted = sets === null ? unlistedChunks(vault) : [];
    const incomplete = sets === null ? incompleteSets(vault) : [];
    const durationMs = Math.round(performance.now() - started);
    return {
      sets: wanted.length,
      chunks,
      bytes,
      damaged,
      tapes: tapesNamed(vault, damaged),
      wrongIn: [],
      warnings,
      missingTapes,
      damagedTapes,
      unlisted,
      incomplete,
      unverified: [],
      durationMs,
      places: missingTapes.map(({ tape }) => ({
        tape,
        chunks: plan.chunksOn[tape] ?? 0,
        sequence: sequenceOf(vault, tape),
      })),
      anew,
      read: [...wanted, ...(written ? [] : attemptsRead(vault, wanted, plan.from))],
    };
  } finally {
    rmSync(file, { force: true });
  }
};

const sequenceOf = ({ vault }: OpenVault, tape: string): number | null =>
  vault.library.state.tapes.find(({ volume }) => volume === tape)?.sequence ?? null;

/** Whether something left a tape since it was wanted and was away: what was moved lies where this part would not look for it. */
const isMoved = (
  vault: OpenVault,
  { chunksOn }: VerifyPlan,
  { tape, chunks, sequence }: ReadBack['places'][number],
): boolean => sequenceOf(vault, tape) !== sequence || (chunksOn[tape] ?? 0) < chunks;

/** What stands on each tape that damage names; none of what lies on no tape that is known. */
const tapesNamed = ({ vault }: OpenVault, damaged: VerifyResult['damaged']): VerifyResult['tapes'] => {
  const named = new Set(damaged.flatMap(({ tape, wholeOn }) => (tape === '' ? wholeOn : [tape, ...wholeOn])));
  return [...named].map((tape) => ({ tape, barcode: placedTape(vault.dir, vault.library.state, tape).barcode }));
};

/** Tapes to which more chunks were written than the catalog knows of; those of sets that expired it does. */
const unlistedChunks = ({ vault, catalog }: OpenVault): VerifyResult['unlisted'] => {
  const expired = expiredChunks(catalog);
  return vault.library.state.tapes
    .map(({ volume, barcode, chunks, sequence }) => ({
      tape: volume,
      barcode,
      chunks: chunks - chunkCountOn(catalog, volume) - expired(volume, sequence),
    }))
    .filter(({ chunks }) => chunks > 0);
};

/** Sets of which something is missing, but for those that are known to have been interrupted: they never were complete. */
const incompleteSets = ({ catalog }: OpenVault): VerifyResult['incomplete'] => {
  const sets = setsOf(catalog);
  const wasInterrupted = interruptedOf(catalog, sets);
  return sets
    .filter((set) => set.state === 'incomplete' && !wasInterrupted(set))
    .map(({ id, object, createdAt }) => ({
      set: id,
      object: object.name,
      createdAt: new Date(createdAt).toISOString(),
    }));
};

/** Tells sets that were interrupted from others. A rebuild that lacks a tape cannot tell them from sets whose metadata is on that tape. */
const interruptedOf = (catalog: OpenVault['catalog'], sets: readonly BlockSetSummary[]) => {
  const isUncertain = ({ id, state }: BlockSetSummary): boolean => state === 'incomplete' && !isBrowsable(catalog, id);
  const resumed = new Set(sets.some(isUncertain) ? sets.flatMap(({ id }) => resumedBy(catalog, id) ?? []) : []);
  return (set: BlockSetSummary): boolean => set.state === 'interrupted' || (isUncertain(set) && resumed.has(set.id));
};

/**
 * Interrupted sets of which all was read that any complete set needs of them. `from`: the sets that something was read of. As long as a complete
 * set of their object was left out nobody can tell.
 */
const attemptsRead = ({ catalog }: OpenVault, wanted: readonly SetId[], from: readonly string[]): SetId[] => {
  const others = new Set(from);
  for (const id of wanted) others.delete(id);
  if (others.size === 0) return [];
  const sets = setsOf(catalog);
  const whole = new Set(wanted);
  const inPart = new Set(
    sets.filter(({ id, state }) => state === 'complete' && !whole.has(id)).map(({ object }) => object.id),
  );
  const wasInterrupted = interruptedOf(catalog, sets);
  return sets
    .filter((set) => others.has(set.id) && !inPart.has(set.object.id) && wasInterrupted(set))
    .map(({ id }) => id);
};

/** Sets that say of themselves that they can be restored. */
const completeSets = ({ catalog }: OpenVault): SetId[] =>
  setsOf(catalog)
    .filter(({ state }) => state === 'complete')
    .map(({ id }) => id);

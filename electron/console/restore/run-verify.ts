import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { SetId } from '../../../shared/units.ts';
import {
  chunkCountOn,
  DamagedChunks,
  expiredChunks,
  isBrowsable,
  resumedBy,
  sets as setsOf,
} from '../../engine/catalog/index.ts';
import { planVerifyInThread, verifySets, wholeTapesInThread } from '../../engine/restore/index.ts';
import { randomId } from '../../platform/ids.ts';
import { damagedFronts } from '../damaged-fronts.ts';
import { homeLayout } from '../home/directory.ts';
import { countErrors } from '../library/count-errors.ts';
import { noteReadRight } from '../library/note-read-right.ts';
import { placedTape } from '../library/placed-tape.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { JobControl, VerifiedPart, VerifyResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { JobSwitch } from './job-switch.ts';
import { libraryDrives } from './library-drives.ts';
import { shownAsLanes } from './shown-as-lanes.ts';

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
): Promise<VerifyResult> => {
  const started = performance.now();
  const { jobs } = homeLayout(vault.home);
  await mkdir(jobs, { recursive: true, mode: 0o700 });
  const file = join(jobs, `verify-${randomId()}`);
  using control = new JobSwitch(job);
  const wanted = sets ?? completeSets(vault);
  const part = missed && { missed: missed.map(({ tape }) => tape) };
  const order = { catalog: vault.catalogFile, sets: wanted, written, ...part, file, control: control.control };
  try {
    const plan = await planVerifyInThread(order);
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
      onProgress: ({ chunks, bytes }) => job.report({ ...counters, elementsDone: chunks, bytesRead: bytes }),
    });
    const whole = await wholeTapesInThread({ catalog: vault.catalogFile, file, tapes: outcome.rightTapes });
    // First: that a tape was read right counts only when it is said of the damaged tape that it is.
    const damagedTapes = damagedFronts(vault.vault, plan.tapes);
    const warnings = [
      ...DamagedChunks.note(vault.catalogFile, outcome.wrong, outcome.right),
      ...countErrors(vault, outcome.wrong),
      ...noteReadRight(vault, whole, outcome.wrongTapes),
      ...outcome.rightBeside.map((tape) => ({
        code: 'TAPE_DAMAGED',
        path: tape,
        message:
          'something on it is damaged that lies on it once more and is right there: nothing is lost. What is kept of it can be moved: coldframe tape reclaim',
      })),
    ];
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
      wrongIn: [],
      warnings,
      missingTapes,
      damagedTapes,
      unlisted,
      incomplete,
      unverified: [],
      durationMs,
    };
  } finally {
    rmSync(file, { force: true });
  }
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
  const incomplete = sets.filter(({ state }) => state === 'incomplete');
  // A rebuild that lacks a tape cannot tell an interrupted set from one whose metadata is on that tape.
  const uncertain = incomplete.some(({ id }) => !isBrowsable(catalog, id));
  const resumed = new Set(uncertain ? sets.flatMap(({ id }) => resumedBy(catalog, id) ?? []) : []);
  return incomplete
    .filter(({ id }) => isBrowsable(catalog, id) || !resumed.has(id))
    .map(({ id, object, createdAt }) => ({
      set: id,
      object: object.name,
      createdAt: new Date(createdAt).toISOString(),
    }));
};

/** Sets that say of themselves that they can be restored. */
const completeSets = ({ catalog }: OpenVault): SetId[] =>
  setsOf(catalog)
    .filter(({ state }) => state === 'complete')
    .map(({ id }) => id);

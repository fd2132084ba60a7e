import type { RestoreOutcome, RestorePlan } from '../../engine/restore/index.ts';
import { pathView } from '../paths.ts';
import type { RestoreResult } from '../use-cases.ts';

const conflictsOf = ({ conflicts }: RestorePlan): RestoreResult['conflicts'] =>
  conflicts.first.map(({ path, action }) => ({ ...pathView(path), action }));

/** Tapes that a restore would have to do without. */
const missingTapes = ({ tapes, lostChunks }: RestorePlan): RestoreResult['warnings'] => [
  ...tapes
    .filter(({ present }) => !present)
    .map(({ tape, chunks }) => ({
      code: 'NO_SUCH_TAPE',
      path: tape,
      message: `Tape ${tape} is not in the vault; ${chunks} of the wanted chunks lie on it.`,
    })),
  ...(lostChunks === 0
    ? []
    : [{ code: 'NO_SUCH_TAPE', path: '', message: `No tape is known that holds ${lostChunks} of the wanted chunks.` }]),
];

/** A plan in the contract's shape: what would be restored, from which tapes. */
export const plannedResult = (plan: RestorePlan, durationMs: number): RestoreResult => ({
  restored: plan.elements,
  skipped: plan.skipped,
  bytes: plan.bytes,
  mounts: plan.tapes.filter(({ present }) => present).map(({ tape }) => ({ tape, drive: 0, count: 1 })),
  conflicts: conflictsOf(plan),
  damaged: [],
  warnings: [...plan.warnings, ...missingTapes(plan)],
  durationMs,
  dryRun: true,
});

/** What a restore did, in the contract's shape. Elements that an earlier run had finished count as restored. */
export const restoredResult = (plan: RestorePlan, outcome: RestoreOutcome, durationMs: number): RestoreResult => ({
  restored: outcome.restored + plan.alreadyDone,
  skipped: plan.skipped + outcome.skipped,
  bytes: outcome.bytes,
  mounts: [...outcome.mounts],
  conflicts: conflictsOf(plan),
  damaged: outcome.damaged.map((damage) => ({ ...damage, elements: [...damage.elements] })),
  warnings: [...plan.warnings, ...missingTapes(plan), ...outcome.warnings],
  durationMs,
  dryRun: false,
});

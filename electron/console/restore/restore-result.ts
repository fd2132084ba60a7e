import { displayText } from '../../../shared/byte-string.ts';
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

/**
 * What was to be overwritten and will not be, because a folder is in the way. Conflicts beyond those that a plan lists may
 * be such ones too: then the elements that are left out tell.
 */
const notOverwritten = ({ conflicts, destination, skipped, warnings }: RestorePlan): RestoreResult['warnings'] => {
  const blocked = conflicts.first.filter(({ action }) => action === 'blocked');
  const unlisted = conflicts.total > conflicts.first.length && destination.policy === 'overwrite';
  const others = unlisted ? skipped - warnings.length - blocked.length : 0;
  return [
    ...blocked.map(({ path }) => ({
      code: 'DESTINATION_TAKEN',
      path: displayText(path),
      message: 'A folder stands in its place, and a folder is never removed: it is left out.',
    })),
    ...(others > 0
      ? [
          {
            code: 'DESTINATION_TAKEN',
            path: '',
            message: `${others} more elements are left out: folders are in the way.`,
          },
        ]
      : []),
  ];
};

/** A plan in the contract's shape: what would be restored, from which tapes. */
export const plannedResult = (plan: RestorePlan, durationMs: number): RestoreResult => ({
  restored: plan.elements,
  skipped: plan.skipped,
  bytes: plan.bytes,
  mounts: plan.tapes.filter(({ present }) => present).map(({ tape }) => ({ tape, drive: 0, count: 1 })),
  conflicts: conflictsOf(plan),
  damaged: [],
  warnings: [...plan.warnings, ...notOverwritten(plan), ...missingTapes(plan)],
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
  warnings: [...plan.warnings, ...notOverwritten(plan), ...missingTapes(plan), ...outcome.warnings],
  durationMs,
  dryRun: false,
});

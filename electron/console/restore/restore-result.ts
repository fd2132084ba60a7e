import { type ByteString, displayText, joinBytes, parentOf } from '../../../shared/byte-string.ts';
import { lastPlace, type PlacedTape, placedNames, takeInCommand } from '../../../shared/model/tape-place.ts';
import {
  type DriveFailure,
  plannedMounts,
  type RestoreOutcome,
  type RestorePlan,
  type Side,
} from '../../engine/restore/index.ts';
import { isoOf } from '../entry-view.ts';
import { driveFailed } from '../library/drive-failed.ts';
import { pathView } from '../paths.ts';
import type { RestoreResult } from '../use-cases.ts';

const conflictsOf = ({ conflicts }: RestorePlan): RestoreResult['conflicts'] =>
  conflicts.first.map(({ path, action, met }) => ({
    ...pathView(path),
    action,
    ...(met === null ? {} : { same: met.same, there: sideView(met.there) }),
    ...(met === null || met.wanted === null ? {} : { wanted: sideView(met.wanted) }),
  }));

const sideView = ({ bytes, modifiedAt }: Side) => ({ bytes, modifiedAt: isoOf(modifiedAt) });

/** Whether nothing is restored because something is in the way. */
const isRefused = ({ conflicts, destination }: RestorePlan): boolean =>
  destination.policy === 'fail' && conflicts.total > 0;

/** What the shelf tells of tapes. */
export interface Shelf {
  /** Folder of the vault. */
  readonly dir: string;
  /** What stands on a tape that a volume id means, and where it was last. */
  readonly placed: (volume: string) => PlacedTape;
  /** Barcode of the tape that another one is a copy of; null when it is none. */
  readonly copyOf: (volume: string) => string | null;
  /** The barcode under whose name the file of a tape lies that is not in its own place; null when it lies nowhere here. */
  readonly lyingAs: (volume: string) => string | null;
  /** Copies of a tape, and the one that it is a copy of; none of a tape of which there is no other. */
  readonly sameAs: (volume: string) => readonly PlacedTape[];
  /** Tapes that sets were written to and that are not at hand. */
  readonly awayOf: (sets: readonly string[]) => readonly string[];
  /** What is to be done again once a tape is back. */
  readonly again: RestoreAgain;
}

export type RestoreAgain = 'restore' | 'test';

/**
 * What to do once tapes are back. What a test restored is gone, so nothing is there that could be skipped; what was to be overwritten must not be
 * skipped, and of what was renamed there would be two.
 */
const AGAIN = {
  fail: {
    back: 'When it is back, the same restore with --on-conflict skip brings the rest.',
    rebuilt: 'the same restore with --on-conflict skip',
  },
  skip: { back: 'When it is back, the same restore brings the rest.', rebuilt: 'the same restore' },
  overwrite: { back: 'When it is back, the same restore brings the rest.', rebuilt: 'the same restore' },
  rename: {
    back: 'When it is back, restore what is missing by its paths; with --wait, a restore waits for it.',
    rebuilt: 'a restore of the paths that are missing',
  },
  test: { back: 'Put it back and test again.', rebuilt: 'test again' },
} as const;

/** What to do once a tape is back on which lies what was not restored. */
export const againOnceBack = (plan: RestorePlan, again: RestoreAgain): string => adviceFor(plan, again).back;

const adviceFor = ({ destination }: RestorePlan, again: RestoreAgain): (typeof AGAIN)[keyof typeof AGAIN] =>
  AGAIN[again === 'test' ? 'test' : destination.policy];

/** Tapes that a restore would have to do without. */
const missingTapes = (plan: RestorePlan, shelf: Shelf): RestoreResult['warnings'] => [
  ...missing(plan, shelf),
  ...(plan.lostChunks === 0 ? [] : [unplaced(plan, shelf.awayOf(plan.lostSets), shelf.again)]),
];

const missing = (plan: RestorePlan, shelf: Shelf): RestoreResult['warnings'] =>
  plan.tapes
    .filter(({ present }) => !present)
    .map(({ tape, chunks }) => {
      const at = shelf.placed(tape);
      const { lies, first } = whereaboutsOf(at, shelf);
      return {
        code: 'NO_SUCH_TAPE',
        path: tape,
        message: `Tape ${tape} (barcode ${at.barcode}, ${lastPlace(at)}) is ${lies}; ${chunks} of the wanted chunks lie on it. ${first}${adviceFor(plan, shelf.again).back}`,
      };
    });

/** Where a tape is that is not in its place, and what has to be done first. */
const whereaboutsOf = (
  at: PlacedTape,
  { dir, sameAs, lyingAs }: Shelf,
): { readonly lies: string; readonly first: string } => {
  const others = sameAs(at.tape);
  const copy = others.length === 0 ? 'a copy' : placedNames(others);
  if (typeof at.importExport === 'number')
    return {
      lies: `where no job reaches it, and neither is ${copy} in the vault`,
      first: `Take it in: ${takeInCommand(at.barcode, dir)}. `,
    };
  const name = lyingAs(at.tape);
  if (name === null) return { lies: `not in the vault, and nor is ${copy}`, first: '' };
  return {
    lies: `not in its place: its file lies in the folder "tapes" as ${name}.tap`,
    first: `Give each file the name that its label says, this one ${at.barcode}.tap; "vault rebuild" does so. `,
  };
};

/** A catalog that was made anew without a tape knows of its chunks, and not that they lie there. */
const unplaced = (
  plan: RestorePlan,
  away: readonly string[],
  again: RestoreAgain,
): RestoreResult['warnings'][number] => ({
  code: 'NO_SUCH_TAPE',
  path: away.length === 1 ? String(away[0]) : '',
  message: `The catalog knows no place of ${plan.lostChunks} of the wanted chunks. ${
    away.length === 0
      ? 'If tapes of this vault are somewhere else, put them back into its folder "tapes"'
      : `What wrote them also wrote to ${away.join(', ')}, not in the vault now: put back what is missing`
  }, run "vault rebuild" and then ${adviceFor(plan, again).rebuilt}.`,
});

/** What was to be overwritten and will not be, because a folder is in the way. */
const notOverwritten = ({ conflicts: { blocked } }: RestorePlan): RestoreResult['warnings'] => {
  const others = blocked.total - blocked.first.length;
  return [
    ...blocked.first.map((path) => ({
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

const refusal = (plan: RestorePlan): RestoreResult['warnings'] =>
  isRefused(plan)
    ? [
        {
          code: 'DESTINATION_TAKEN',
          path: displayText(plan.destination.root),
          message: `Nothing would be restored: ${plan.conflicts.total} of what is wanted is there already, and --on-conflict is fail.`,
        },
      ]
    : [];

const NOTHING_MET = { otherTapes: [], driveFailures: [] };

/** Drives that failed: what they did not read came from elsewhere, or did not come. */
const failedDrives = (
  failures: readonly DriveFailure[],
  damaged: RestoreOutcome['damaged'],
  plan: RestorePlan,
  again: RestoreAgain,
): RestoreResult['warnings'] =>
  failures.map((failure) =>
    driveFailed(
      failure,
      damaged.some(({ tape }) => tape === failure.tape)
        ? `what was wanted of this tape and not read by then was not restored. Once a drive reads it, ${adviceFor(plan, again).rebuilt}${again === 'test' ? '' : ' brings the rest'}`
        : 'what was not read of this tape by then was taken from where else it lies',
    ),
  );

/** What is told of a plan, carried out or not. */
const toldOf = (
  plan: RestorePlan,
  roots: readonly ByteString[],
  { placed, copyOf }: Shelf,
  { otherTapes, driveFailures }: Pick<RestoreOutcome, 'otherTapes' | 'driveFailures'> = NOTHING_MET,
) => ({
  conflicts: conflictsOf(plan),
  conflictCount: plan.conflicts.total,
  standings: plan.conflicts.standings,
  tapes: plan.tapes.map(({ tape, chunks, bytes, present }) => ({
    ...placed(tape),
    copyOf: copyOf(tape),
    chunks,
    bytes,
    present: present && !otherTapes.includes(tape),
    ...(driveFailures.some((each) => each.tape === tape && each.readIn === null) ? { unread: true } : {}),
  })),
  place: pathView(placeOf(plan.destination, roots)),
});

/** The folder at the destination in which everything lies that was asked for. */
const placeOf = ({ root, relativeTo }: RestorePlan['destination'], roots: readonly ByteString[]): ByteString => {
  const taken = relativeTo === '/' ? 0 : relativeTo.length;
  const folders = roots.map((path) => parentOf(joinBytes(root, path.slice(Math.max(taken, 0) + 1) as ByteString)));
  return (
    folders.reduce<ByteString | null>((common, each) => (common === null ? each : commonOf(common, each)), null) ?? root
  );
};

const commonOf = (one: ByteString, other: ByteString): ByteString => {
  const names = other.split('/');
  const same: string[] = [];
  for (const [at, name] of one.split('/').entries()) {
    if (names[at] !== name) break;
    same.push(name);
  }
  return (same.join('/') || '/') as ByteString;
};

/** A plan in the contract's shape: what would be restored, from which tapes. */
export const plannedResult = (
  plan: RestorePlan,
  roots: readonly ByteString[],
  drives: readonly number[],
  durationMs: number,
  shelf: Shelf,
): RestoreResult => ({
  restored: isRefused(plan) ? 0 : plan.elements,
  wanted: plan.elements,
  skipped: plan.skipped,
  bytes: plan.bytes,
  mounts: plannedMounts(plan, drives).map((mount) => ({ ...mount, count: 1 })),
  ...toldOf(plan, roots, shelf),
  damaged: [],
  damagedElements: 0,
  newlyDamaged: 0,
  knownDamage: [],
  others: [],
  warnings: [...plan.warnings, ...notOverwritten(plan), ...missingTapes(plan, shelf), ...refusal(plan)],
  durationMs: Math.round(durationMs),
  dryRun: true,
});

/** What a restore did, in the contract's shape. Elements that an earlier run had finished count as restored. */
export const restoredResult = (
  plan: RestorePlan,
  roots: readonly ByteString[],
  outcome: RestoreOutcome,
  durationMs: number,
  shelf: Shelf,
): RestoreResult => ({
  restored: outcome.restored + plan.alreadyDone,
  wanted: plan.elements + plan.alreadyDone,
  skipped: plan.skipped + outcome.skipped,
  bytes: outcome.bytes,
  mounts: [...outcome.mounts],
  ...toldOf(plan, roots, shelf, outcome),
  damaged: outcome.damaged.map((damage) => ({ ...damage, elements: [...damage.elements] })),
  damagedElements: outcome.damagedElements,
  newlyDamaged: 0,
  knownDamage: [],
  others: [],
  warnings: [
    ...plan.warnings,
    ...notOverwritten(plan),
    ...missingTapes(plan, shelf),
    ...failedDrives(outcome.driveFailures, outcome.damaged, plan, shelf.again),
    ...outcome.warnings,
  ],
  durationMs: Math.round(durationMs),
  dryRun: false,
});

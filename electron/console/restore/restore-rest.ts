import type { DamagedChunk } from '../../engine/catalog/index.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import type { LackingTape, RestoreRest, RestoreResult } from '../use-cases.ts';
import type { PlaceNow } from './place-now.ts';
import type { RestoreFolder } from './restore-folder.ts';

/** A part of a restore that was carried out. The plan of the first one is what an interrupted restore leaves: it has everything. */
export interface RestoredPart {
  /** Of the run, by which its temporary files are known; the same in every part. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  /** Its plan, which tells what it lacked. */
  readonly file: string;
  /** What all parts so far found damaged. */
  readonly found: readonly DamagedChunk[];
}

/** What is left of a restore when tapes are away: keeps the plan of what was restored, which tells what was not. */
export class KeptRest implements RestoreRest {
  readonly folder: RestoreFolder;
  readonly lacking: readonly LackingTape[];
  readonly part: RestoredPart;
  /** Where it was restored to: a disk may be taken away while a tape is waited for. */
  readonly place: PlaceNow;

  constructor(folder: RestoreFolder, lacking: readonly LackingTape[], part: RestoredPart, place: PlaceNow) {
    this.folder = folder;
    this.lacking = lacking;
    this.part = part;
    this.place = place;
  }

  end(): void {
    this.folder.forget();
    this.folder[Symbol.dispose]();
  }
}

/** The tapes that a plan has to do without, as far as the library knows them. */
export const lackingTapes = ({ tapes }: LibraryState, plan: RestorePlan): LackingTape[] =>
  plan.tapes
    .filter(({ present }) => !present)
    .flatMap(({ tape, chunks, bytes }) => {
      const record = tapes.find(({ volume }) => volume === tape);
      if (record === undefined) return [];
      return [{ tape, barcode: record.barcode, chunks, bytes }];
    });

/** What stands in the way of a further part where nothing may: it appeared while a tape was waited for. */
export const appearedMeanwhile = ({ conflicts, conflictCount }: RestoreResult): RestoreResult['warnings'] => {
  const told = conflicts.map(({ path }) => ({
    code: 'DESTINATION_TAKEN',
    path,
    message:
      'It appeared while a tape was waited for, and stays as it is: what the set has in its place was not restored.',
  }));
  const more = conflictCount - told.length;
  if (more > 0) told.push({ code: 'DESTINATION_TAKEN', path: '', message: `${more} more appeared meanwhile.` });
  return told;
};

type Mounts = RestoreResult['mounts'];

/** What two parts of a restore did together: the second restored what the first lacked because tapes were away. */
export const joinedParts = (first: RestoreResult, second: RestoreResult): RestoreResult => {
  const lacked = new Set(first.tapes.filter(({ present }) => !present).map(({ tape }) => tape));
  const warnings = [
    ...first.warnings.filter(({ code, path }) => code !== 'NO_SUCH_TAPE' || path === ''),
    ...second.warnings,
  ];
  return {
    ...first,
    restored: first.restored + second.restored,
    skipped: first.skipped + second.skipped,
    bytes: first.bytes + second.bytes,
    mounts: summed(first.mounts, second.mounts),
    ...conflictsOf(first, second),
    tapes: tapesOf(first, second),
    damaged: [...first.damaged.filter(({ tape }) => !lacked.has(tape)), ...second.damaged],
    damagedElements: Math.max(0, first.damagedElements - (second.wanted + second.skipped)) + second.damagedElements,
    newlyDamaged:
      first.newlyDamaged === null || second.newlyDamaged === null ? null : first.newlyDamaged + second.newlyDamaged,
    warnings: [...new Map(warnings.map((each) => [JSON.stringify(each), each])).values()],
    durationMs: first.durationMs + second.durationMs,
  };
};

/** What was in the way of the rest was so when all was planned, and counts once. Of more than are listed none is told apart. */
const conflictsOf = (
  first: RestoreResult,
  second: RestoreResult,
): Pick<RestoreResult, 'conflicts' | 'conflictCount'> => {
  const known = new Set(first.conflicts.map(({ pathBase64, path }) => pathBase64 ?? path));
  const appeared = second.conflicts.filter(({ pathBase64, path }) => !known.has(pathBase64 ?? path));
  const listed = first.conflicts.length === first.conflictCount && second.conflicts.length === second.conflictCount;
  const conflicts = [...first.conflicts, ...appeared];
  return {
    conflicts,
    conflictCount: listed ? conflicts.length : Math.max(first.conflictCount, second.conflictCount, conflicts.length),
  };
};

const summed = (one: Mounts, other: Mounts): Mounts => {
  const counts = new Map(one.map((each) => [each.tape, each]));
  for (const each of other) {
    const before = counts.get(each.tape);
    counts.set(each.tape, { ...each, count: each.count + (before?.count ?? 0) });
  }
  return [...counts.values()];
};

/** A tape of which both parts read something counts once; one that the second part found a copy of, not at all. */
const tapesOf = (first: RestoreResult, second: RestoreResult): RestoreResult['tapes'] => {
  const tapes = new Map(first.tapes.filter(({ present }) => present).map((each) => [each.tape, each]));
  for (const each of second.tapes) {
    const before = tapes.get(each.tape) ?? { chunks: 0, bytes: 0, unread: false };
    const unread = before.unread || each.unread ? { unread: true } : {};
    tapes.set(each.tape, { ...each, ...unread, chunks: before.chunks + each.chunks, bytes: before.bytes + each.bytes });
  }
  return [...tapes.values()];
};

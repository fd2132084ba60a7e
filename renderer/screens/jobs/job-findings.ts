import { type OutputOf, PROCEDURES } from '../../../shared/contract/contract.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { Picture } from '../../../shared/contract/picture.ts';
import { damageApart } from '../../../shared/model/damage-apart.ts';

interface Finding {
  readonly tape: string;
  readonly chunk: number;
  readonly elements: readonly string[];
}

/** What a tape that is not here would have given. The empty name is of chunks whose tape is not known. */
export interface Away {
  readonly tape: string;
  readonly elements: readonly string[];
}

/** What is damaged, apart from what only lies on tapes that are away: that is not lost. */
export const apart = <Each extends Finding>(
  findings: readonly Each[],
  awayTapes: readonly string[],
): { readonly damaged: readonly Each[]; readonly away: readonly Away[] } => {
  const { damaged, away } = damageApart(findings, awayTapes);
  const byTape = new Map<string, Set<string>>(awayTapes.map((tape) => [tape, new Set()]));
  for (const finding of away) {
    const elements = byTape.get(finding.tape) ?? new Set();
    for (const element of finding.elements) elements.add(element);
    byTape.set(finding.tape, elements);
  }
  return {
    damaged,
    away: [...byTape].map(([tape, elements]) => ({ tape, elements: [...elements].sort() })),
  };
};

const RESTORE = PROCEDURES.restore.output;
const VERIFY = PROCEDURES.verify.output;

/** Whether a restore brought everything that it was asked for, and left nothing that was there before. */
export const isWhole = (result: OutputOf<'restore'>): boolean =>
  !result.dryRun &&
  result.restored >= result.wanted &&
  result.skipped === 0 &&
  result.damagedElements === 0 &&
  result.damaged.length === 0 &&
  !result.warnings.some(({ code }) => code === 'DESTINATION_TAKEN' || code === 'NO_SUCH_TAPE');

/** Whether a job came to its end, read something, and all that it was to read. */
export const readEverything = (
  { kind, state, result }: Pick<JobRecord, 'kind' | 'state' | 'result'>,
  { elementsDone, elementsTotal }: Pick<Picture['counts'], 'elementsDone' | 'elementsTotal'>,
): boolean => {
  if (state !== 'done' || elementsDone === 0 || elementsDone < (elementsTotal ?? 0)) return false;
  if (kind === 'backup') return true;
  if (kind === 'restore') {
    const restored = RESTORE.safeParse(result);
    return restored.success && isWhole(restored.data);
  }
  const verified = VERIFY.safeParse(result);
  if (kind !== 'verify' || !verified.success) return false;
  const { sets, damaged, missingTapes, incomplete } = verified.data;
  return sets > 0 && damaged.length + missingTapes.length + incomplete.length === 0;
};

/** How many elements a job has done, of how many; one that ended says what came of it, as its report does. */
export const elementsOf = (
  { kind, finishedAt, result }: Pick<JobRecord, 'kind' | 'finishedAt' | 'result'>,
  counts: Pick<Picture['counts'], 'elementsDone' | 'elementsTotal'> | null,
): { readonly done: number; readonly total: number | null } | null => {
  const restored = kind === 'restore' && finishedAt !== null ? RESTORE.safeParse(result) : null;
  if (restored?.success) return { done: restored.data.restored, total: restored.data.wanted };
  return counts && { done: counts.elementsDone, total: counts.elementsTotal };
};

const WITH_WARNINGS = RESTORE.pick({ warnings: true });

/**
 * What a restore warned of besides what it said while it ran. Tapes that are away are told in words of their own: the warnings on them name
 * commands.
 */
export const laterWarnings = (
  { kind, result }: Pick<JobRecord, 'kind' | 'result'>,
  said: Picture['warnings'],
): Picture['warnings'] => {
  const parsed = kind === 'restore' ? WITH_WARNINGS.safeParse(result) : null;
  if (!parsed?.success) return [];
  const known = new Set(said.map(keyOf));
  return parsed.data.warnings.filter((warning) => warning.code !== 'NO_SUCH_TAPE' && !known.has(keyOf(warning)));
};

const keyOf = ({ code, path, message }: Picture['warnings'][number]): string => JSON.stringify([code, path, message]);

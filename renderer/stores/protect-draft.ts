import { create } from 'zustand';
import type { RequestedLevel } from '../../shared/contract/choices.ts';
import { isShortPassphrase } from '../../shared/model/passphrase-rule.ts';
import type { UnprotectedType } from '../../shared/model/selection.ts';
import { isWhole, isWithin, nameOf, type ShownPath, wholePath } from './paths.ts';
import { timeOfDay } from './time-of-day.ts';

export const STEPS = ['what', 'not', 'where', 'when', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** When backups run, from each day to whenever somebody starts one. */
export const RUNS = ['daily', 'workdays', 'weekly', 'hourly', 'hand'] as const;
export type Runs = (typeof RUNS)[number];

/** What is left out of folders unless somebody chooses otherwise. */
export const DEFAULT_UNPROTECTED: readonly UnprotectedType[] = ['temp', 'swap'];

/** What the wizard knows; kept when one goes back, and when one leaves it and comes back. */
export interface Draft {
  readonly step: Step;
  /** What is chosen of the other kind is kept, and not protected. */
  readonly kind: 'files' | 'volumes';
  readonly roots: readonly ShownPath[];
  /** Names of managed volumes, in the order in which they were ticked. */
  readonly volumes: readonly string[];
  readonly unprotect: readonly UnprotectedType[];
  readonly exclude: readonly string[];
  readonly name: string;
  readonly vault: string | null;
  readonly newVault: string;
  readonly sealed: boolean;
  readonly passphrase: string;
  readonly again: string;
  readonly level: RequestedLevel;
  /** Drives of a new vault, and so tapes that are written at a time. */
  readonly drives: number;
  /** Null until somebody chooses. */
  readonly runs: Runs | null;
  /** Hour and minute, as they are typed. */
  readonly time: string;
  /** Day of the week, 0 is Sunday. */
  readonly day: string;
  /** Time zone of both, an IANA name; empty for that of the console's machine. */
  readonly zone: string;
  readonly passphraseFile: string;
}

export const EMPTY_DRAFT: Draft = {
  step: 'what',
  kind: 'files',
  roots: [],
  volumes: [],
  unprotect: DEFAULT_UNPROTECTED,
  exclude: [],
  name: '',
  vault: null,
  newVault: '',
  sealed: true,
  passphrase: '',
  again: '',
  level: 'auto',
  drives: 2,
  runs: null,
  time: '02:30',
  day: '5',
  zone: '',
  passphraseFile: '',
};

export const useDraft = create<Draft>(() => EMPTY_DRAFT);
export const draft = (part: Partial<Draft>): void => useDraft.setState(part);

/** The roots with a folder ticked or unticked. What lies within a ticked folder is ticked with it, so it goes. */
export const withRoot = (roots: readonly ShownPath[], root: ShownPath, ticked: boolean): readonly ShownPath[] => {
  const others = roots.filter((each) => wholePath(each) !== wholePath(root));
  return ticked ? [...others.filter((each) => !isWithin(wholePath(each), wholePath(root))), root] : others;
};

/** Whether a path, as `wholePath` has it, is ticked itself or with a folder above it, or something in it is. */
export const tickedBy = (roots: readonly ShownPath[], path: string): 'itself' | 'folder' | 'partly' | 'no' => {
  const paths = roots.map(wholePath);
  if (paths.includes(path)) return 'itself';
  if (paths.some((root) => isWithin(path, root))) return 'folder';
  return paths.some((root) => isWithin(root, path)) ? 'partly' : 'no';
};

export const isTicked = (roots: readonly ShownPath[], path: string): boolean =>
  ['itself', 'folder'].includes(tickedBy(roots, path));

const NAME = /^[^@/\s\p{C}][^@/\p{C}]{0,127}$/u;

/** A name for what is protected, made from its folders or volumes, until a person gives another. */
export const suggestedName = ({ kind, roots, volumes }: Pick<Draft, 'kind' | 'roots' | 'volumes'>): string =>
  (kind === 'files' ? roots.map(({ path }) => nameOf(path)) : volumes)
    .slice(0, 2)
    .join(' and ')
    .replace(/[@/\p{C}]/gu, ' ')
    .trim() || 'everything';

/** Every day unless another rhythm is chosen; of a sealed vault by hand, as a run by itself needs a file with the passphrase. */
export const runsOf = ({ runs }: Pick<Draft, 'runs'>, sealed: boolean): Runs => runs ?? (sealed ? 'hand' : 'daily');

export type Problem =
  | 'roots'
  | 'volumes'
  | 'many'
  | 'name'
  | 'taken'
  | 'vault'
  | 'short'
  | 'differs'
  | 'time'
  | 'passphraseFile';

/** What keeps the passphrase from being used. */
export const passphraseProblem = ({ sealed, passphrase, again }: Pick<Draft, 'sealed' | 'passphrase' | 'again'>) => {
  if (!sealed) return null;
  if (isShortPassphrase(passphrase)) return 'short' as const;
  return passphrase === again ? null : ('differs' as const);
};

/** Volumes that one object is made of, at most: they are frozen together. */
const VOLUMES_MOST = 64;

const choiceProblem = ({ kind, roots, volumes }: Draft): Problem | null => {
  if (kind === 'files') return roots.length === 0 ? 'roots' : null;
  if (volumes.length === 0) return 'volumes';
  return volumes.length > VOLUMES_MOST ? 'many' : null;
};

const timeProblems = (now: Draft, sealed: boolean): readonly Problem[] => {
  if (runsOf(now, sealed) === 'hand') return [];
  return [
    ...(timeOfDay(now.time) === null ? (['time'] as const) : []),
    ...(sealed && !isWhole(now.passphraseFile) ? (['passphraseFile'] as const) : []),
  ];
};

/** What is missing before a step can be left. `sealed`: whether the vault that is chosen needs a passphrase. */
export const problemsOf = (now: Draft, taken: readonly string[], sealed = false): readonly Problem[] => {
  if (now.step === 'when') return timeProblems(now, sealed);
  const problems: Problem[] = [];
  const choice = now.step === 'what' ? choiceProblem(now) : null;
  if (choice) problems.push(choice);
  if (now.step !== 'where') return problems;
  const name = now.name || suggestedName(now);
  if (!NAME.test(name)) problems.push('name');
  if (taken.includes(name)) problems.push('taken');
  if (now.vault === null && !now.newVault.startsWith('/')) problems.push('vault');
  const passphrase = now.vault === null ? passphraseProblem(now) : null;
  if (passphrase) problems.push(passphrase);
  return problems;
};

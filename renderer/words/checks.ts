import type { CheckStanding, CheckView } from '../../shared/contract/checks.ts';
import type { CheckKind, CheckOutcome } from '../../shared/contract/choices.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';

const KINDS: Readonly<Record<CheckKind, string>> = { 'restore-test': 'Restore test', verify: 'Verification' };
const DONE: Readonly<Record<CheckKind, string>> = { 'restore-test': 'Restore tested', verify: 'Verified' };
const NEVER: Readonly<Record<CheckKind, string>> = { 'restore-test': 'Restore never tested', verify: 'Never verified' };

const OUTCOMES: Readonly<Record<CheckOutcome, { readonly text: string; readonly tone: PillTone }>> = {
  right: { text: 'Right', tone: 'good' },
  wrong: { text: 'Wrong', tone: 'bad' },
  away: { text: 'Not in full', tone: 'warn' },
  failed: { text: 'Not carried out', tone: 'bad' },
  nothing: { text: 'Nothing tested', tone: 'warn' },
};

const things = (kind: CheckKind, count: number): string => {
  const noun = kind === 'verify' ? 'chunk' : 'element';
  return `${format.count(count)} ${noun}${count === 1 ? '' : 's'}`;
};

const result = (kind: CheckKind, last: NonNullable<CheckStanding['last']>): string => {
  switch (last.outcome) {
    case 'right':
      return `${things(kind, last.elements)}, right`;
    case 'wrong':
      return `${format.count(last.failures)} wrong`;
    case 'away':
      return `${format.count(last.failures)} not looked at: tapes were away`;
    case 'failed':
      return 'could not be carried out';
    case 'nothing':
      return 'there was nothing that it could take';
  }
};

/** How it stands in a line, and how much that says: what is too old is not called good. */
const line = (
  kind: CheckKind,
  { last, overdueSince }: CheckStanding,
  now: number,
): { readonly text: string; readonly tone: PillTone } => {
  if (last === null) return { text: NEVER[kind], tone: overdueSince === null ? 'none' : 'warn' };
  const text = `${DONE[kind]} ${format.age(last.at, now)}: ${result(kind, last)}`;
  const { tone } = OUTCOMES[last.outcome];
  if (tone !== 'good') return { text, tone };
  return overdueSince === null ? { text, tone } : { text: `${text}; overdue`, tone: 'warn' };
};

/** The texts of restore tests and verifications. */
export const checksWords = {
  title: 'Checks',
  about:
    'Whether what was backed up can be had back: samples that are restored and compared, and everything read back.',
  line,
  things,
  kinds: KINDS,
  outcomes: OUTCOMES,
  what: 'What',
  restoreTest: 'Restore test',
  verify: 'Verification',
  test: 'Test a restore',
  testOf: (object: string) => `Test a restore of ${object}`,
  verifyIt: 'Verify',
  verifyOf: (of: string) => `Verify ${of}`,
  started: (kind: CheckKind, of: string) => `${KINDS[kind]} of ${of} was started.`,
  /** How often it is checked without anybody asking; `withVault`: a schedule verifies all of its vault. */
  byItself: ({ scheduled, afterBackup }: Pick<CheckStanding, 'scheduled' | 'afterBackup'>, withVault: boolean) => {
    const by = scheduled ? 'by a schedule' : withVault ? 'with its vault, by a schedule' : 'by hand only';
    return afterBackup ? `${by}; each backup is read back` : by;
  },
  schedule: 'Schedule …',
  scheduleOf: (of: string) => `When ${of} is checked by itself`,
  vault: (name: string) => `Vault ${name}`,
  history: 'What was found',
  none: 'Nothing was tested or verified yet',
  noneAbout: 'A restore test takes a few elements at random, a minute as a rule. A schedule does it by itself.',
  nothing: 'Nothing to check yet',
  nothingAbout: 'Protect something first; once it is backed up, find out whether it can be had back.',
  protect: 'Protect something',
  when: 'When',
  kind: 'Kind',
  of: 'Of',
  outcome: 'Outcome',
  found: 'Found',
  all: 'All checks',
  onlyOf: (object: string) => `Checks of ${object}`,
  /** A verification of one set is neither of its object nor of its vault. */
  whose: ({ kind, object, vault, set, written }: CheckView): string | null =>
    kind !== 'verify' || set === null
      ? (object ?? vault)
      : `${written ? 'what was written by ' : ''}set ${set.slice(0, 8)}${object === null ? '' : ` of ${object}`}`,
  read: ({ kind, elements, bytes, population }: CheckView): string => {
    return population === null || population === elements
      ? `${things(kind, elements)}, ${format.bytes(bytes)}`
      : `a sample: ${format.count(elements)} of ${things(kind, population)}, ${format.bytes(bytes)}`;
  },
  source: (same: number, changed: number): string =>
    `${things('restore-test', same)} equal to the source${changed === 0 ? '' : `, ${format.count(changed)} not compared: changed since, or not to be told`}`,
  wrongIn: (objects: readonly string[]) => `Of ${objects.join(', ')}`,
  tooLong: (count: number): string =>
    `${things('restore-test', count)} too long for a test: only a verification reads them`,
  /** What to do about a check that is not right; null where nothing is. The job says more, and names tapes. */
  toDo: ({ kind, outcome }: Pick<CheckView, 'kind' | 'outcome'>): string | null =>
    ({
      right: null,
      wrong:
        kind === 'verify'
          ? 'The job says on which tape, and whether another one has it whole. Restore what is damaged from another set, and take a full backup: it stores it anew.'
          : 'The job says what is wrong with each. Verify the object to learn whether its tapes are damaged, then take a full backup.',
      away: 'Put back the tapes that are away, then check once more. Nothing on them is known to be damaged.',
      failed: 'Do what the job says about it, then check once more: until then nothing is known.',
      nothing: 'Back it up first, or check another set.',
    })[outcome],
  toJob: 'Show the job',
  toMedia: 'Show the tapes',
  toRestore: (object: string) => `Other sets of ${object}`,
  more: (count: number): string => `and ${format.count(count)} more`,
} as const;

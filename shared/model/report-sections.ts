import type { AuditPhase } from '../contract/choices.ts';
import type { MonthReport } from '../contract/report.ts';
import { actName } from './act-words.ts';
import { JOB_KIND_WORDS } from './job-kind-words.ts';
import { printable } from './printable.ts';

/** How numbers and times become text: the command line and the window have their own ways. */
export interface ReportFormat {
  readonly bytes: (value: number) => string;
  readonly span: (ms: number) => string;
  readonly count: (value: number) => string;
  /** A moment, to the minute, on the clock of a time zone. */
  readonly momentIn: (zone: string) => (time: string) => string;
}

interface ReportColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** What its cells are, where a screen can lead there; moments are not broken over two lines. */
  readonly of: 'object' | 'job' | 'moment' | null;
}

/** A part of a report: a table with what it says when it has no rows. */
export interface ReportSection {
  readonly title: string;
  readonly note: string | null;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly none: string;
}

const column = (title: string, align: ReportColumn['align'] = 'left', of: ReportColumn['of'] = null): ReportColumn => ({
  title,
  align,
  of,
});

const DASH = '–';

/** A word that is longer may be broken anywhere, characters: it would push the rest of its row off the page. */
const LONGEST_WORD = 32;

/** The pieces of a text between which a line may end besides at its spaces: a path is broken after its slashes. */
export const piecesOf = (text: string): readonly string[] => text.split(/(?<=\/)(?=[^/])/);

/** Whether a text has a word that a column has no room for. */
export const hasLongWord = (text: string): boolean =>
  piecesOf(text).some((piece) => piece.split(/\s/).some((word) => word.length > LONGEST_WORD));

const MONTHS = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export const reportTitle = ({ month, host }: MonthReport): string =>
  `Backup report of ${MONTHS.format(new Date(`${month}-01T00:00:00Z`))}, computer ${host}`;

/** When it was written, and whose time its times are. */
export const reportAbout = (report: MonthReport, { momentIn }: Pick<ReportFormat, 'momentIn'>): string => {
  const time = momentIn(report.zone);
  const over = report.over ? '' : ' The month was not over then.';
  return `From ${time(report.from)} to ${time(report.until)}, times of ${report.zone}. Written ${time(report.writtenAt)} by Coldframe ${report.version}.${over}`;
};

/** The few numbers that say most. */
export const reportSummary = (
  { objects, damage, failuresTotal, auditTotal }: MonthReport,
  { bytes, count }: ReportFormat,
): readonly { readonly name: string; readonly value: string }[] => {
  const total = (of: (object: MonthReport['objects'][number]) => number): number =>
    objects.reduce((all, object) => all + of(object), 0);
  return [
    { name: 'backups', value: count(total(({ runs }) => runs)) },
    { name: 'of them good', value: count(total(({ succeeded }) => succeeded)) },
    { name: 'jobs that did not finish', value: count(failuresTotal) },
    { name: 'findings of damage', value: count(damage.filter((each) => each.damaged + each.tapes > 0).length) },
    {
      name: 'findings of something missing',
      value: count(damage.filter((each) => each.missing + each.incompleteSets > 0).length),
    },
    { name: 'read', value: bytes(total(({ bytesRead }) => bytesRead)) },
    { name: 'stored', value: bytes(total(({ bytesStored }) => bytesStored)) },
    { name: 'changes in the audit log', value: count(auditTotal) },
  ];
};

/** All tables of a report. */
export const reportSections = (report: MonthReport, format: ReportFormat): readonly ReportSection[] =>
  [
    objectSection(report, format),
    sizeSection(report, format),
    damageSection(report, format),
    failureSection(report, format),
    retentionSection(report, format),
    vaultSection(report, format),
    auditSection(report, format),
  ].map((section) => ({ ...section, rows: section.rows.map((row) => row.map(printable)) }));

const named = (parts: readonly (readonly [number, string])[], { count }: ReportFormat): string =>
  parts
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${count(number)} ${name}`)
    .join(', ') || DASH;

type Counts = MonthReport['objects'][number]['verifications'];

const checksText = ({ right, wrong, away, failed, nothing }: Counts, format: ReportFormat): string =>
  named(
    [
      [right, 'right'],
      [wrong, 'wrong'],
      [away, 'not in full, for tapes that were away'],
      [failed, 'not carried out'],
      [nothing, 'with nothing to test'],
    ],
    format,
  );

const nameOf = ({ object, vault }: MonthReport['objects'][number]): string =>
  vault === null ? `${object} (not protected any more)` : object;

const objectSection = ({ objects, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const { count } = format;
  const time = format.momentIn(zone);
  return {
    title: 'Objects',
    note: 'Last good: the newest good backup at the end of the month, as far as this home made it. Overdue: as it was when this was written.',
    columns: [
      column('Object', 'left', 'object'),
      column('Backups', 'right'),
      column('Good', 'right'),
      column('Not good'),
      column('Last good', 'left', 'moment'),
      column('Restore tests'),
      column('Verifications'),
    ],
    rows: objects.map((object) => [
      nameOf(object),
      count(object.runs),
      object.warned === 0
        ? count(object.succeeded)
        : `${count(object.succeeded)}, ${count(object.warned)} with warnings`,
      named(
        [
          [object.failed, 'failed'],
          [object.interrupted, 'interrupted'],
          [object.cancelled, 'cancelled'],
        ],
        format,
      ),
      [
        object.lastGood === null ? 'none' : time(object.lastGood.at),
        ...(object.overdueSince === null ? [] : [`overdue since ${time(object.overdueSince)}`]),
      ].join('; '),
      checksText(object.restoreTests, format),
      checksText(object.verifications, format),
    ]),
    none: 'Nothing was protected.',
  };
};

/** Apart from how the backups went: all in one table is wider than a page. */
const sizeSection = ({ objects }: MonthReport, { bytes, span, count }: ReportFormat): ReportSection => ({
  title: 'Sizes of objects',
  note: null,
  columns: [
    column('Object', 'left', 'object'),
    column('Size', 'right'),
    column('Grown by', 'right'),
    column('Read', 'right'),
    column('Stored', 'right'),
    column('Longest', 'right'),
    column('Expired'),
  ],
  rows: objects.map((object) => [
    nameOf(object),
    object.sizes === null ? DASH : bytes(object.sizes.last),
    object.sizes === null ? DASH : signed(object.sizes.last - object.sizes.first, bytes),
    bytes(object.bytesRead),
    bytes(object.bytesStored),
    object.longestMs === null ? DASH : span(object.longestMs),
    object.expiredSets === 0
      ? DASH
      : `${count(object.expiredSets)} ${object.expiredSets === 1 ? 'set' : 'sets'}, ${bytes(object.expiredBytes)}`,
  ]),
  none: 'Nothing was protected.',
});

const signed = (difference: number, bytes: ReportFormat['bytes']): string =>
  difference === 0 ? '0' : `${difference < 0 ? '−' : '+'}${bytes(Math.abs(difference))}`;

const KINDS = { verify: 'verification', 'restore-test': 'restore test', restore: 'restore' } as const;

const damageSection = ({ damage, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const time = format.momentIn(zone);
  const text = (parts: readonly (readonly [number, string])[]): string =>
    named(
      parts.map(([number, name]) => [number, number === 1 ? name.replace(/s\b/, '') : name]),
      format,
    );
  return {
    title: 'Damaged or missing',
    note: 'Missing: on tapes that were not in the vault, or of sets that are incomplete; nobody knows that it is damaged.',
    columns: [
      column('When', 'left', 'moment'),
      column('Found by'),
      column('Of'),
      column('Damaged'),
      column('Missing'),
      column('Job', 'left', 'job'),
    ],
    rows: damage.map(
      ({ at, kind, object, vault, unit, damaged, wholeElsewhere, missing, tapes, incompleteSets, job }) => [
        time(at),
        KINDS[kind],
        object ?? vault ?? DASH,
        text([
          [damaged - wholeElsewhere, unit],
          [wholeElsewhere, `${unit} that another tape has whole`],
          [tapes, 'beginnings of a tape'],
        ]),
        text([
          [missing, unit],
          [incompleteSets, 'sets'],
        ]),
        job.slice(0, 8),
      ],
    ),
    none: 'No check and no restore found any.',
  };
};

const listed = (shown: number, total: number, { count }: ReportFormat, where: string): string | null =>
  total > shown ? `${count(shown)} of ${count(total)} are listed; ${where} has all.` : null;

/** Why a job did not finish, with the code that the documentation of errors has it under. */
const whyOf = (outcome: string, error: string | null, message: string | null): string => {
  if (message === null && outcome === 'interrupted')
    return 'It was cut off: the console ended, or the machine stopped, while it ran.';
  return [message ?? 'No reason was noted.', ...(error === null ? [] : [`(${error})`])].join(' ');
};

const failureSection = ({ failures, failuresTotal, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const time = format.momentIn(zone);
  return {
    title: 'Backups and other jobs that did not finish',
    note: listed(failures.length, failuresTotal, format, 'the history'),
    columns: [
      column('When', 'left', 'moment'),
      column('Kind'),
      column('Of'),
      column('Outcome'),
      column('Why'),
      column('Job', 'left', 'job'),
    ],
    rows: failures.map(({ at, kind, object, vault, outcome, error, message, job }) => [
      time(at),
      JOB_KIND_WORDS[kind],
      object ?? vault,
      outcome === 'interrupted' ? 'interrupted' : 'failed',
      whyOf(outcome, error, message),
      job.slice(0, 8),
    ]),
    none: 'None.',
  };
};

const retentionSection = ({ retention, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const { bytes, count } = format;
  const time = format.momentIn(zone);
  return {
    title: 'Sets that expired',
    note: null,
    columns: [
      column('When', 'left', 'moment'),
      column('Object', 'left', 'object'),
      column('Sets', 'right'),
      column('Stored', 'right'),
      column('Tapes freed'),
      column('Job', 'left', 'job'),
    ],
    rows: retention.map(({ at, object, sets, bytes: stored, freedTapes, job }) => [
      time(at),
      object,
      count(sets),
      bytes(stored),
      freedTapes.join(', ') || DASH,
      job.slice(0, 8),
    ]),
    none: 'None.',
  };
};

const vaultSection = ({ vaults, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const { bytes } = format;
  const time = format.momentIn(zone);
  return {
    title: 'Vaults',
    note: 'Space is as it was when this was written, not at the end of the month.',
    columns: [
      column('Vault'),
      column('Verifications of all of it'),
      column('Written', 'right'),
      column('Free', 'right'),
      column('Free on its disk', 'right'),
      column('Full, if it goes on so', 'left', 'moment'),
    ],
    rows: vaults.map(({ vault, verifications, space, fullAt }) => [
      vault,
      checksText(verifications, format),
      space === null ? 'out of reach' : `${bytes(space.bytesUsed)} of ${bytes(space.bytesCapacity)}`,
      space === null ? DASH : bytes(space.bytesFree),
      space === null || space.bytesFreeOnDisk === null ? DASH : bytes(space.bytesFreeOnDisk),
      fullAt === null ? DASH : time(fullAt),
    ]),
    none: 'There is no vault.',
  };
};

const AUDIT_OUTCOME_WORDS: Readonly<Record<AuditPhase, string>> = {
  begun: 'under way',
  done: 'done',
  warned: 'done with warnings',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'not known',
};

const auditSection = ({ audit, auditTotal, zone }: MonthReport, format: ReportFormat): ReportSection => {
  const time = format.momentIn(zone);
  return {
    title: 'Changes that can cost data or make it less safe',
    note: listed(audit.length, auditTotal, format, 'the audit log'),
    columns: [column('Nr', 'right'), column('When', 'left', 'moment'), column('Act'), column('Of'), column('Outcome')],
    rows: audit.map(({ sequence, at, act, outcome, error, object, vault }) => [
      String(sequence),
      time(at),
      actName(act),
      object ?? vault ?? 'the console',
      error === null ? AUDIT_OUTCOME_WORDS[outcome] : `${AUDIT_OUTCOME_WORDS[outcome]} (${error})`,
    ]),
    none: 'None.',
  };
};

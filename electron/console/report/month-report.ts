import type { CheckKind, CheckOutcome } from '../../../shared/contract/choices.ts';
import { CHECK_OUTCOMES } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { HistoryEntry } from '../../../shared/contract/history.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { VaultOverview } from '../../../shared/contract/overview.ts';
import type { MonthReport } from '../../../shared/contract/report.ts';
import type { FailureKinds } from '../store/check-table.ts';

/** A check with the names of what it was about; null where the home does not know them any more. */
export interface NamedCheck {
  readonly job: string;
  readonly kind: CheckKind;
  readonly object: string | null;
  readonly vault: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly outcome: CheckOutcome;
  readonly failures: number;
  readonly kinds: FailureKinds | null;
  /** Whether it was of all sets of its object or vault: what is read of one set says nothing of the others. Restore tests take one set at a time. */
  readonly ofAll: boolean;
  /** Whether it was of a whole vault. */
  readonly ofVault: boolean;
}

export interface ReportSources
  extends Pick<MonthReport, 'month' | 'zone' | 'host' | 'version' | 'audit' | 'auditTotal'> {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  /** Those that began in the month, newest first, with what the history says of them. */
  readonly jobs: readonly { readonly job: JobRecord; readonly entry: HistoryEntry }[];
  readonly checks: readonly NamedCheck[];
  /** What is protected now: names of objects with the folders of their vaults, and since when a backup is missing. */
  readonly objects: readonly {
    readonly name: string;
    readonly vault: string;
    /** When it was protected, milliseconds since 1970. */
    readonly since: number;
    readonly overdueSince: string | null;
  }[];
  /** The newest good backup of an object that began before the end of the month. */
  readonly lastGood: (object: string) => HistoryEntry | null;
  readonly vaults: readonly VaultOverview[];
}

/** Lines of a report that are listed at most. */
const MOST_LISTED = 1000;

const iso = (at: number): string => new Date(at).toISOString();
const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, each) => all + (each ?? 0), 0);

/** Whether it is only the first part of a job: its window paused it, and another one went on with it. */
const wentOn = ({ error, resumedBy }: JobRecord): boolean => error?.code === 'WINDOW_ENDED' && resumedBy !== null;

/** The report of a month. */
export const monthReport = (sources: ReportSources): MonthReport => {
  const { month, zone, from, until, now, host, version, jobs, checks, vaults, audit, auditTotal } = sources;
  const failures = jobs.filter(({ job }) => (job.state === 'failed' || job.state === 'interrupted') && !wentOn(job));
  return {
    month,
    zone,
    from: iso(from),
    until: iso(until),
    writtenAt: iso(now),
    over: now >= until,
    host,
    version,
    objects: objectsOf(sources),
    vaults: vaults.map(({ vault, space, forecast }) => ({
      vault: vault.dir,
      name: vault.name,
      verifications: countsOf(checks.filter((check) => check.ofVault && check.vault === vault.dir)),
      space: space && {
        bytesCapacity: space.bytesCapacity,
        bytesUsed: space.bytesUsed,
        bytesFree: space.bytesFree,
        bytesFreeOnDisk: space.bytesFreeOnDisk,
      },
      fullAt: forecast?.fullAt ?? null,
    })),
    failures: failures.slice(0, MOST_LISTED).map(({ job }) => ({
      job: job.id,
      kind: job.kind,
      outcome: job.state,
      object: job.object,
      vault: job.vault,
      at: job.createdAt,
      error: job.error?.code ?? null,
      message: job.error?.message ?? null,
    })),
    failuresTotal: failures.length,
    damage: damageOf(sources),
    retention: jobs.flatMap(({ job }) => expiryOf(job)),
    audit,
    auditTotal,
  };
};

const objectsOf = ({ jobs, checks, objects, lastGood, until }: ReportSources): MonthReport['objects'] => {
  const vaults = new Map(objects.map(({ name, vault }) => [name, vault]));
  const overdue = new Map(objects.map(({ name, overdueSince }) => [name, overdueSince]));
  const names = new Set([
    // Of a month in which it was not there yet nothing is missing.
    ...objects.filter(({ since }) => since < until).map(({ name }) => name),
    ...jobs.flatMap(({ job }) => (job.kind === 'backup' && job.object !== null ? [job.object] : [])),
  ]);
  return [...names].toSorted().map((object) => {
    const backups = jobs.filter(({ job }) => job.kind === 'backup' && job.object === object);
    const entries = backups.map(({ entry }) => entry);
    const runs = backups.filter(({ job }) => !wentOn(job));
    const came = (outcome: HistoryEntry['outcome']): number =>
      runs.filter(({ entry }) => entry.outcome === outcome).length;
    const good = entries.filter(({ outcome }) => outcome === 'done' || outcome === 'done-with-warnings');
    const sizes = good.flatMap(({ logicalBytes }) => (logicalBytes === null ? [] : [logicalBytes]));
    const [last] = sizes;
    const first = sizes.at(-1);
    const newest = lastGood(object);
    const mine = checks.filter((check) => check.object === object && check.ofAll);
    const expired = jobs.flatMap(({ job }) => (job.object === object ? expiryOf(job) : []));
    const took = entries.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
    return {
      object,
      vault: vaults.get(object) ?? null,
      runs: runs.length,
      succeeded: good.length,
      warned: came('done-with-warnings'),
      failed: came('failed'),
      interrupted: came('interrupted'),
      cancelled: came('cancelled'),
      overdueSince: overdue.get(object) ?? null,
      lastGood: newest && { at: newest.createdAt, logicalBytes: newest.logicalBytes },
      sizes: first === undefined || last === undefined ? null : { first, last },
      bytesRead: sum(entries.map(({ bytesRead }) => bytesRead)),
      bytesStored: sum(entries.map(({ bytesStored }) => bytesStored)),
      longestMs: took.length === 0 ? null : Math.max(...took),
      restoreTests: countsOf(mine.filter(({ kind }) => kind === 'restore-test')),
      verifications: countsOf(mine.filter(({ kind }) => kind === 'verify')),
      expiredSets: sum(expired.map(({ sets }) => sets)),
      expiredBytes: sum(expired.map(({ bytes }) => bytes)),
    };
  });
};

const countsOf = (checks: readonly NamedCheck[]): Record<CheckOutcome, number> =>
  Object.fromEntries(
    CHECK_OUTCOMES.map((outcome) => [outcome, checks.filter((check) => check.outcome === outcome).length]),
  ) as Record<CheckOutcome, number>;

/** What a job of retention let go; nothing when it let nothing go. */
const expiryOf = ({ id, kind, object, createdAt, result }: JobRecord): MonthReport['retention'] => {
  const applied = kind === 'retention' ? (result as Partial<OutputOf<'retention.apply'>> | null) : null;
  const sets = applied?.expired?.length ?? 0;
  if (object === null || sets === 0) return [];
  return [
    { job: id, object, at: createdAt, sets, bytes: applied?.bytes ?? 0, freedTapes: [...(applied?.freedTapes ?? [])] },
  ];
};

const damageOf = ({ checks, jobs }: ReportSources): MonthReport['damage'] => {
  const found = checks.filter(({ outcome }) => outcome === 'wrong' || outcome === 'away').map(damageOfCheck);
  const restores = jobs.flatMap(({ job }) => damageOfRestore(job));
  return [...found, ...restores].toSorted((one, other) => (one.at < other.at ? 1 : -1)).slice(0, MOST_LISTED);
};

const damageOfCheck = ({
  job,
  kind,
  object,
  vault,
  at,
  failures,
  kinds,
}: NamedCheck): MonthReport['damage'][number] => {
  const { away, copied = 0, tapes, sets } = kinds ?? { away: 0, tapes: 0, sets: 0 };
  return {
    job,
    kind,
    object,
    vault,
    at: iso(at),
    found: failures,
    unit: kind === 'verify' ? 'chunks' : 'elements',
    damaged: Math.max(0, failures - away - tapes - sets),
    wholeElsewhere: copied,
    missing: away,
    tapes,
    incompleteSets: sets,
  };
};

const damageOfRestore = ({ id, kind, object, vault, createdAt, result }: JobRecord): MonthReport['damage'] => {
  if (kind !== 'restore') return [];
  const { damaged = [], damagedElements = 0, tapes = [] } = (result ?? {}) as Partial<OutputOf<'restore'>>;
  const found = Math.max(damagedElements, damaged.length);
  if (found === 0) return [];
  const away = new Set(tapes.filter(({ present }) => !present).map(({ tape }) => tape));
  const hurt = new Set(damaged.filter(({ tape }) => !away.has(tape)).flatMap(({ elements }) => elements));
  const lacked = damaged.filter(({ tape }) => away.has(tape));
  const onlyLacked = new Set(lacked.flatMap(({ elements }) => elements).filter((path) => !hurt.has(path)));
  // Not all elements are listed: where no other tape took any, they are all of those that are away.
  const missing = lacked.length === damaged.length && lacked.length > 0 ? found : Math.min(found, onlyLacked.size);
  return [
    {
      job: id,
      kind,
      object,
      vault,
      at: createdAt,
      found,
      unit: 'elements',
      damaged: found - missing,
      wholeElsewhere: 0,
      missing,
      tapes: 0,
      incompleteSets: 0,
    },
  ];
};

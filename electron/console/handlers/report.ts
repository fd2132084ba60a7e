import { hostname } from 'node:os';
import type { MonthReport } from '../../../shared/contract/report.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { machineZone, periodsIn } from '../../platform/periods.ts';
import { monthInZone } from '../report/month-in-zone.ts';
import { monthReport, type NamedCheck, type ReportSources } from '../report/month-report.ts';
import { VERSION } from '../version.ts';
import { historyEntry } from './history.ts';
import { overviewHandlers } from './overview.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { isoTime } from './views.ts';

const PAGE = 1000;
/** Acts that a report lists; the audit log has all. */
const MOST_ACTS = 1000;

/** Serves the report of a month. */
export const reportHandlers = (parts: ConsoleParts): HandlersOf<'report.month'> => ({
  'report.month': async ({ month: asked }, context) => {
    const zone = machineZone();
    const now = Date.now();
    const month = asked ?? periodsIn(zone)(now).monthly;
    const { from, until } = monthInZone(month, zone);
    if (from > now) throw notBegun(month, zone, from);
    const { objects, vaults } = await overviewHandlers(parts).overview({}, context);
    const since = new Map(parts.store.objects.list().map(({ id, createdAt }) => [id, createdAt]));
    return monthReport({
      month,
      zone,
      from,
      until,
      now,
      host: hostname(),
      version: VERSION,
      jobs: jobsBetween(parts, from, until),
      checks: checksBetween(parts, from, until),
      objects: objects.map(({ id, name, vault, overdueSince }) => ({
        name,
        vault: vault.dir,
        since: since.get(id) ?? 0,
        overdueSince,
      })),
      lastGood: (object) => {
        const [job] = parts.board.page({
          object,
          kinds: ['backup'],
          states: ['done', 'done-with-warnings'],
          until: until - 1,
          limit: 1,
        }).jobs;
        return job === undefined ? null : historyEntry(job);
      },
      vaults,
      ...auditBetween(parts, from, until),
    });
  },
});

/** A report of nothing would read as if nothing had gone wrong. */
const notBegun = (month: string, zone: string, from: number): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The month ${month} has not begun: there is nothing to report of it yet.`,
    guidance: 'Name this month or one before it.',
    context: { month, zone, from: isoTime(from) },
  });

const jobsBetween = ({ board }: ConsoleParts, from: number, until: number): ReportSources['jobs'] => {
  const all: ReportSources['jobs'][number][] = [];
  for (let before: { createdAt: number; id: string } | undefined; ; ) {
    const { jobs } = board.page({ from, until: until - 1, before, limit: PAGE });
    all.push(...jobs.map((job) => ({ job, entry: historyEntry(job) })));
    const last = jobs.at(-1);
    if (last === undefined || jobs.length < PAGE) return all;
    before = { createdAt: Date.parse(last.createdAt), id: last.id };
  }
};

const checksBetween = ({ store }: ConsoleParts, from: number, until: number): NamedCheck[] => {
  const objects = new Map(store.objects.list().map(({ id, name }) => [id, name]));
  const vaults = new Map(store.vaults.list().map(({ id, dir }) => [id, dir]));
  return store.checks.between(from, until).map((check) => ({
    job: check.job,
    kind: check.kind,
    object: check.object === null ? null : (objects.get(check.object) ?? null),
    vault: vaults.get(check.vault) ?? null,
    at: check.at,
    outcome: check.outcome,
    failures: check.failures,
    kinds: check.detail.kinds,
    ofAll: check.kind !== 'verify' || check.set === null,
    ofVault: check.object === null && check.set === null,
  }));
};

const auditBetween = (
  { store }: ConsoleParts,
  from: number,
  until: number,
): Pick<MonthReport, 'audit' | 'auditTotal'> => {
  const { acts, total } = store.audit.between(from, until, MOST_ACTS);
  return {
    audit: acts.map(({ begun, ended }) => ({
      sequence: begun.sequence,
      at: isoTime(begun.at),
      act: begun.act,
      outcome: ended?.phase ?? 'begun',
      error: ended?.error ?? null,
      object: begun.object,
      vault: begun.vault,
    })),
    auditTotal: total,
  };
};

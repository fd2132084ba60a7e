import type { MonthReport } from '../../../shared/contract/report.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { PLAIN_FORMAT } from '../../../shared/model/plain-format.ts';
import { reportSummary, reportTitle } from '../../../shared/model/report-sections.ts';
import { periodsIn } from '../../platform/periods.ts';
import { monthInZone } from '../report/month-in-zone.ts';
import type { Store } from '../store/store.ts';
import type { Finding } from './desk.ts';
import { REPORT_KEY } from './report-files.ts';

/** So long after the end of a month its report waits for jobs that began in it, milliseconds: how they end is in no other one. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * The report of the month before this one, once: when what began in it has ended, when something was protected in it already, and somebody is to be told of anything. Of months
 * that are longer past nothing is sent. One that cannot be written is told of once, with why, and looked for again.
 */
export const dueReport = async (
  { notices, objects }: Pick<Store, 'notices' | 'objects'>,
  /** `underWay`: when the jobs that have not ended were asked for, milliseconds since 1970. */
  { now, zone, underWay = [] }: { readonly now: number; readonly zone: string; readonly underWay?: readonly number[] },
  report: (month: string) => Promise<MonthReport>,
  failed: (month: string, thrown: unknown) => void = () => undefined,
): Promise<Finding[]> => {
  const calendar = periodsIn(zone);
  const { from } = monthInZone(calendar(now).monthly, zone);
  const month = calendar(from - 1).monthly;
  const key = `${REPORT_KEY}${month}`;
  if (notices.list().length === 0 || notices.isKnown(key)) return [];
  if (!objects.list().some(({ createdAt }) => createdAt < from)) return [];
  if (now < from + PATIENCE_MS && underWay.some((createdAt) => createdAt < from)) return [];
  const finding = { events: ['month-report'], at: now, object: null, vault: null } as const;
  try {
    return [{ ...finding, key, text: textOf(await report(month)) }];
  } catch (thrown) {
    const missing = `no ${key}`;
    if (notices.isKnown(missing)) return [];
    failed(month, thrown);
    const { message, code } = asColdframeError(thrown);
    const text = `The report of ${month} could not be written: ${message} (${code}) It is tried again, and follows once it can be.`;
    return [{ ...finding, key: missing, text }];
  }
};

const textOf = (written: MonthReport): string => {
  const missing = written.objects.filter(({ overdueSince }) => overdueSince !== null).map(({ object }) => object);
  const numbers = reportSummary(written, PLAIN_FORMAT).map(({ name, value }) => `${value} ${name}`);
  return [
    `${reportTitle(written)}: ${numbers.join(', ')}.`,
    ...(missing.length === 0 ? [] : [`Overdue now: ${missing.join(', ')}.`]),
  ].join(' ');
};

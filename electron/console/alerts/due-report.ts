import type { MonthReport } from '../../../shared/contract/report.ts';
import { PLAIN_FORMAT } from '../../../shared/model/plain-format.ts';
import { reportSummary, reportTitle } from '../../../shared/model/report-sections.ts';
import { monthInZone } from '../report/month-in-zone.ts';
import { periodsIn } from '../retention/periods.ts';
import type { Store } from '../store/store.ts';
import type { Finding } from './desk.ts';
import { REPORT_KEY } from './report-files.ts';

/**
 * The report of the month before this one, once: when something was protected in it already, and somebody is to be told of anything. Of months
 * that are longer past nothing is sent.
 */
export const dueReport = async (
  { notices, objects }: Pick<Store, 'notices' | 'objects'>,
  { now, zone }: { readonly now: number; readonly zone: string },
  report: (month: string) => Promise<MonthReport>,
): Promise<Finding[]> => {
  const calendar = periodsIn(zone);
  const { from } = monthInZone(calendar(now).monthly, zone);
  const month = calendar(from - 1).monthly;
  const key = `${REPORT_KEY}${month}`;
  if (notices.list().length === 0 || notices.isKnown(key)) return [];
  if (!objects.list().some(({ createdAt }) => createdAt < from)) return [];
  const written = await report(month);
  const missing = written.objects.filter(({ overdueSince }) => overdueSince !== null).map(({ object }) => object);
  const numbers = reportSummary(written, PLAIN_FORMAT).map(({ name, value }) => `${value} ${name}`);
  const text = [
    `${reportTitle(written)}: ${numbers.join(', ')}.`,
    ...(missing.length === 0 ? [] : [`Overdue now: ${missing.join(', ')}.`]),
  ].join(' ');
  return [{ events: ['month-report'], key, at: now, object: null, vault: null, text }];
};

import type { OutputOf } from '../../../shared/contract/contract.ts';
import { PLAIN_FORMAT } from '../../../shared/model/plain-format.ts';
import { machineZone } from '../../platform/periods.ts';
import { noteFailedReport } from '../activity.ts';
import type { Finding } from '../alerts/desk.ts';
import { dueReport } from '../alerts/due-report.ts';
import { type ConsoleParts, NOBODY } from './parts.ts';
import { reportHandlers } from './report.ts';

const reportOf = (parts: ConsoleParts, month: string): Promise<OutputOf<'report.month'>> =>
  reportHandlers(parts)['report.month']({ month }, { ...NOBODY, secrets: {} });

/** The report of the last month where nobody was told of it yet, or that it could not be written; the activity log has that, too. */
export const reportFindings = (parts: ConsoleParts): Promise<Finding[]> =>
  dueReport(
    parts.store,
    {
      now: Date.now(),
      zone: machineZone(),
      underWay: parts.board.underWay.map(({ createdAt }) => Date.parse(createdAt)),
    },
    (month) => reportOf(parts, month),
    (month, thrown) => noteFailedReport(parts.store, month, thrown),
  );

/** The report of a month as a page of its own. */
export const reportPageOf = async (parts: ConsoleParts, month: string): Promise<string> => {
  const { reportPage } = await import('../../../shared/model/report-page.ts');
  return reportPage(await reportOf(parts, month), PLAIN_FORMAT);
};

import type { Message } from './message.ts';

/** What the keys of events begin with that tell of a month's report. */
export const REPORT_KEY = 'report ';

/** The month that an event tells of; null when it is no report. */
export const monthOfReport = (key: string): string | null =>
  key.startsWith(REPORT_KEY) ? key.slice(REPORT_KEY.length) : null;

/** Makes the page of a month's report. */
export type ReportPages = (month: string) => Promise<string>;

export interface ReportFile {
  readonly name: string;
  readonly page: string;
}

/** The pages of the reports that a message tells of. */
export const reportFiles = async ({ events }: Message, pages: ReportPages): Promise<ReportFile[]> => {
  const files: ReportFile[] = [];
  for (const { report } of events)
    if (report !== undefined) files.push({ name: `report-${report}.html`, page: await pages(report) });
  return files;
};

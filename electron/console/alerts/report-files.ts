import type { Message } from './message.ts';

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

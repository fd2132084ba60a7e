import { asColdframeError } from '../../../shared/errors.ts';
import type { Message, MessageEvent } from './message.ts';

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

/**
 * A message with the pages of the reports that it tells of. One that cannot be made holds nothing else up: its event becomes a text that says
 * so.
 */
export const withReports = async (
  message: Message,
  pages: ReportPages,
): Promise<{ readonly told: Message; readonly files: readonly ReportFile[] }> => {
  const files: ReportFile[] = [];
  const events: MessageEvent[] = [];
  for (const event of message.events) {
    const { report: month, ...others } = event;
    try {
      if (month !== undefined) files.push({ name: `report-${month}.html`, page: await pages(month) });
      events.push(event);
    } catch (thrown) {
      const why = asColdframeError(thrown);
      const text = `${others.text} Its page could not be made: ${why.message} (${why.code}) Make it with: coldframe report --month ${month} --to FILE`;
      events.push({ ...others, text });
    }
  }
  return { told: { ...message, events }, files };
};

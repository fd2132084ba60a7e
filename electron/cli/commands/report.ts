import { type Command, InvalidArgumentError, Option } from 'commander';
import type { MonthReport } from '../../../shared/contract/report.ts';
import { PLAIN_FORMAT } from '../../../shared/model/plain-format.ts';
import { reportPage } from '../../../shared/model/report-page.ts';
import { reportAbout, reportSections, reportSummary, reportTitle } from '../../../shared/model/report-sections.ts';
import { createFile } from '../../platform/create-file.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { table } from '../terminal/table.ts';

const FORMATS = ['html', 'json'] as const;

interface ReportOptions {
  readonly month?: string;
  readonly to?: string;
  readonly format: (typeof FORMATS)[number];
}

/** The command on reports. */
export const addReportCommands = (program: Command, run: Run): void => {
  program
    .command('report')
    .description('what was backed up, checked and let go in a month, and what came to nothing')
    .addHelpText(
      'after',
      '\nA month begins and ends in the time zone of the console, which the report names. The page that --to writes prints\nwell, has no script in it and loads nothing.',
    )
    .addHelpText('after', examples('report --month 2026-11', 'report --month 2026-11 --to report.html'))
    .option('--month <month>', 'which (default: the one that goes on)', monthOf)
    .option('--to <file>', 'write it to a file that is not there yet')
    .addOption(new Option('--format <format>', 'of that file').choices(FORMATS).default('html'))
    .action(({ month, to, format }: ReportOptions, command: Command) =>
      run(command, async (session) => {
        const report = await session.call('report.month', month === undefined ? {} : { month });
        if (to === undefined) {
          session.answer(report, () => reportText(report));
          return 0;
        }
        const file = session.place(to);
        const text = format === 'html' ? reportPage(report, PLAIN_FORMAT) : `${JSON.stringify(report)}\n`;
        const bytes = await createFile(file, [text]);
        session.answer({ file, format, month: report.month, bytes }, () => `${reportTitle(report)}: ${file}`);
        return 0;
      }),
    );
};

const monthOf = (text: string): string => {
  if (/^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('A month is a year and a month, such as 2026-11.');
};

const reportText = (report: MonthReport): string =>
  [
    reportTitle(report),
    reportAbout(report, PLAIN_FORMAT),
    reportSummary(report, PLAIN_FORMAT)
      .map(({ name, value }) => `${value} ${name}`)
      .join(', '),
    ...reportSections(report, PLAIN_FORMAT).flatMap(({ title, note, columns, rows, none }) => [
      '',
      title.toUpperCase(),
      ...(note === null ? [] : [note]),
      rows.length === 0
        ? none
        : table(
            rows,
            columns.map(({ title: name, align }, at) => ({
              title: name,
              align,
              flexible: align === 'left' && at > 0,
              of: (row) => row[at] ?? '',
            })),
          ),
    ]),
  ].join('\n');

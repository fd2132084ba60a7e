import { FileDown, Printer } from 'lucide-react';
import { Fragment, useState } from 'react';
import type { MonthReport } from '../../../shared/contract/report.ts';
import { printable } from '../../../shared/model/printable.ts';
import { reportPage } from '../../../shared/model/report-page.ts';
import {
  hasLongWord,
  piecesOf,
  type ReportFormat,
  type ReportSection,
  reportAbout,
  reportSections,
  reportSummary,
  reportTitle,
} from '../../../shared/model/report-sections.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Card, NameLink, PageHead, Stack, Stat, Stats } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { href } from '../../stores/route.ts';
import { saveFile } from '../../stores/save-file.ts';
import { today } from '../../stores/today.ts';
import { format, formatter } from '../../words/format.ts';
import { reportsWords as words } from '../../words/reports.ts';
import styles from './reports.module.css';

/** Times as on every other screen, by the clock that the report goes by. */
const FORMAT: ReportFormat = {
  bytes: format.bytes,
  span: format.duration,
  count: format.count,
  momentIn: (zone) => formatter(undefined, zone).date,
};

const Text = ({ text }: { text: string }) =>
  piecesOf(text).map((piece, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and never change places.
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {piece}
    </Fragment>
  ));

const Section = ({ section, objects }: { section: ReportSection; objects: ReadonlySet<string> }) => (
  <Card title={section.title} aside={section.note}>
    {section.rows.length === 0 ? (
      <p className={styles.none}>{section.none}</p>
    ) : (
      <table className={styles.section}>
        <thead>
          <tr>
            {section.columns.map(({ title, align }) => (
              <th key={title} scope="col" data-align={align}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {section.rows.map((row) => (
            <tr key={JSON.stringify(row)}>
              {section.columns.map(({ title, align, of }, at) => {
                const text = row[at] ?? '';
                return (
                  <td key={title} data-align={align} data-of={of} data-long={hasLongWord(text)}>
                    {of === 'object' && objects.has(text) ? (
                      <NameLink to={href('reports', text)}>{text}</NameLink>
                    ) : of === 'job' ? (
                      <a href={href('jobs', text)}>{text}</a>
                    ) : (
                      <Text text={text} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Card>
);

const Report = ({ report }: { report: MonthReport }) => {
  const objects = new Set(report.objects.map(({ object }) => object));
  return (
    <Stack>
      <Card padded>
        <Stats>
          {reportSummary(report, FORMAT).map(({ name, value }) => (
            <Stat key={name} value={value}>
              {name}
            </Stat>
          ))}
        </Stats>
      </Card>
      {reportSections(report, FORMAT).map((section) => (
        <Section key={section.title} section={section} objects={objects} />
      ))}
    </Stack>
  );
};

/** The report of a month, to read, to print and to keep. */
export const MonthView = () => {
  const [month, setMonth] = useState<string | null>(null);
  const { data, error, reload } = useQuery('report.month', month === null ? {} : { month });
  // What is wrong with the month stands at it.
  const refused = error?.code === 'USAGE';
  const save = (report: MonthReport) =>
    saveFile(`coldframe-${report.month}.html`, 'text/html', [reportPage(report, FORMAT)]);
  return (
    <>
      <PageHead
        title={data === null ? words.title : reportTitle(data)}
        about={data === null ? words.about : reportAbout(data, FORMAT)}
        actions={
          <>
            <Field
              type="month"
              label={words.month}
              hideLabel
              value={month ?? data?.month ?? ''}
              max={today().slice(0, 7)}
              onChange={(value) => setMonth(value === '' ? null : value)}
              error={refused ? printable(`${error.message} ${error.guidance}`) : null}
            />
            <Button isDisabled={data === null} onPress={() => window.print()}>
              <Printer aria-hidden /> {words.print}
            </Button>
            <Button isDisabled={data === null} onPress={() => data && save(data)}>
              <FileDown aria-hidden /> {words.save}
            </Button>
          </>
        }
      />
      {error && !refused && <ErrorCard error={error} retry={reload} />}
      {data === null ? !error && <Loading /> : <Report report={data} />}
    </>
  );
};

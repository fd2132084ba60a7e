import type { MonthReport } from '../contract/report.ts';
import { printable } from './printable.ts';
import {
  hasLongWord,
  piecesOf,
  type ReportFormat,
  type ReportSection,
  reportAbout,
  reportSections,
  reportSummary,
  reportTitle,
} from './report-sections.ts';

const STYLE = `
@page { size: A4 landscape; margin: 12mm; }
:root { color-scheme: light; }
body { margin: 24px auto; max-width: 1200px; padding: 0 16px; font: 13px/18px system-ui, sans-serif; color: #13202b; background: #fff; }
h1 { font-size: 22px; line-height: 28px; margin: 0 0 4px; }
h2 { font-size: 15px; margin: 24px 0 6px; }
p { margin: 0 0 6px; color: #435565; }
dl { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 16px 0; }
dl div { display: flex; flex-direction: column-reverse; }
dt { color: #566877; font-size: 12px; }
dd { margin: 0; font-size: 18px; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid #d5dce3; }
th { font-weight: 600; color: #435565; }
.long { overflow-wrap: anywhere; }
.right { text-align: right; }
.right, .moment { white-space: nowrap; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
h2 { break-after: avoid; }
@media print {
  body { margin: 0; padding: 0; font-size: 11px; line-height: 15px; }
  dt { font-size: 11px; }
  dd { font-size: 15px; }
}
`;

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML shows it: nothing in it is markup, and nothing turns or hides what stands beside it. */
const escaped = (text: string): string =>
  printable(text.toWellFormed()).replace(/[&<>"']/g, (character) => NAMED[character] ?? character);

const cellOf = (
  tag: 'td' | 'th scope="col"',
  { align, of }: ReportSection['columns'][number],
  text: string,
): string => {
  const look = align === 'right' ? 'right' : of === 'moment' ? 'moment' : hasLongWord(text) ? 'long' : null;
  const content = piecesOf(text).map(escaped).join('<wbr>');
  return `<${tag}${look === null ? '' : ` class="${look}"`}>${content}</${tag.slice(0, 2)}>`;
};

const sectionHtml = ({ title, note, columns, rows, none }: ReportSection): string =>
  [
    `<section><h2>${escaped(title)}</h2>`,
    ...(note === null ? [] : [`<p>${escaped(note)}</p>`]),
    ...(rows.length === 0
      ? [`<p>${escaped(none)}</p>`]
      : [
          `<table><thead><tr>${columns.map((column) => cellOf('th scope="col"', column, column.title)).join('')}</tr></thead><tbody>`,
          ...rows.map((row) => `<tr>${columns.map((column, at) => cellOf('td', column, row[at] ?? '')).join('')}</tr>`),
          '</tbody></table>',
        ]),
    '</section>',
  ].join('\n');

/** A report as one HTML page to print or to keep: no script, nothing that is loaded, and a policy that allows neither. */
export const reportPage = (report: MonthReport, format: ReportFormat): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escaped(reportTitle(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(reportTitle(report))}</h1>
<p>${escaped(reportAbout(report, format))}</p>
<dl>
${reportSummary(report, format)
  .map(({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
  .join('\n')}
</dl>
${reportSections(report, format).map(sectionHtml).join('\n')}
</body>
</html>
`;

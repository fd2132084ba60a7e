import type { HistoryEntry } from '../contract/history.ts';

export const HISTORY_FORMATS = ['csv', 'json'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

export const HISTORY_TYPES: Readonly<Record<HistoryFormat, string>> = {
  csv: 'text/csv;charset=utf-8;header=present',
  json: 'application/json',
};

/** The pieces that a file of the history is put together from: head, rows of each page, tail. */
interface HistoryPieces {
  readonly head: string;
  /** `first`: no row came before. */
  readonly rows: (entries: readonly HistoryEntry[], first: boolean) => string;
  readonly tail: string;
}

/** How the history is written to a file. `about` is said in the JSON document beside its jobs. */
export const historyPieces = (format: HistoryFormat, about: Readonly<Record<string, unknown>>): HistoryPieces =>
  format === 'csv' ? CSV : jsonPieces(about);

const COLUMNS: readonly (readonly [string, (entry: HistoryEntry) => string | number | null])[] = [
  ['job', ({ job }) => job],
  ['kind', ({ kind }) => kind],
  ['outcome', ({ outcome }) => outcome],
  ['object', ({ object, objects }) => object ?? objects?.join(', ') ?? null],
  ['vault', ({ vault }) => vault],
  ['set', ({ set }) => set],
  ['created', ({ createdAt }) => createdAt],
  ['started', ({ startedAt }) => startedAt],
  ['finished', ({ finishedAt }) => finishedAt],
  ['duration_ms', ({ durationMs }) => durationMs],
  ['elements', ({ elements }) => elements],
  ['logical_bytes', ({ logicalBytes }) => logicalBytes],
  ['bytes_read', ({ bytesRead }) => bytesRead],
  ['bytes_stored', ({ bytesStored }) => bytesStored],
  ['warnings', ({ warnings }) => warnings],
  ['error', ({ error }) => error?.code ?? null],
  ['message', ({ error }) => error?.message ?? null],
  ['resumed_by', ({ resumedBy }) => resumedBy],
  ['found_damage', ({ foundDamage }) => (foundDamage ? 'yes' : null)],
];

/** What spreadsheets take for the beginning of a formula, full-width forms included; and our own sign, so that it can be taken off again. */
const FORMULA = /^[=+\-@\t\r\n'\uFF1D\uFF0B\uFF0D\uFF20]/;

/** What may begin a cell, and a formula in it, for a spreadsheet that takes semicolons, tabs or lines as the ends of cells, whatever quotes say. */
const LATER_FORMULA = /([;"\s]+)([=+\-@\uFF1D\uFF0B\uFF0D\uFF20])?/g;
const CELL_END = /[;\t\r\n]/;

const keptFromLater = (text: string): string =>
  text.replace(LATER_FORMULA, (all: string, between: string, sign?: string) =>
    sign !== undefined && CELL_END.test(between) ? `${between}'${sign}` : all,
  );

/**
 * A cell of a CSV file (RFC 4180). Text is always in quotes. Where it could be taken for a formula an apostrophe stands before it; an
 * apostrophe at the beginning of a cell is never part of the value. Within text one stands before what would begin a formula if the text
 * were torn at a semicolon, which loses nothing that a person reads; the JSON document has it exactly.
 */
export const csvCell = (value: string | number | null): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = keptFromLater(value.toWellFormed().replaceAll('\0', '\uFFFD'));
  return `"${FORMULA.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
};

const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

const CSV: HistoryPieces = {
  head: line(COLUMNS.map(([name]) => name)),
  rows: (entries) => entries.map((entry) => line(COLUMNS.map(([, of]) => csvCell(of(entry))))).join(''),
  tail: '',
};

const jsonPieces = (about: Readonly<Record<string, unknown>>): HistoryPieces => ({
  head: `${JSON.stringify(about).slice(0, -1)}${Object.keys(about).length > 0 ? ',' : ''}"jobs":[`,
  rows: (entries, first) =>
    entries.map((entry, at) => `${first && at === 0 ? '' : ','}\n${JSON.stringify(entry)}`).join(''),
  tail: '\n]}\n',
});

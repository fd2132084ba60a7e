import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEntry } from '../contract/history.ts';
import { csvCell, historyPieces } from './history-file.ts';

/** A strict reader of RFC 4180: quotes where they belong, CRLF at the end of every record, nothing else. */
const parseCsv = (text: string): string[][] => {
  const records: string[][] = [];
  let cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, plain = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`No cell at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') {
      records.push(cells);
      cells = [];
    }
  }
  return records;
};

const entry = (object: string | null, message: string): HistoryEntry => ({
  job: 'a'.repeat(32),
  kind: 'backup',
  outcome: 'failed',
  object,
  vault: '/v',
  set: null,
  createdAt: '2026-11-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  durationMs: 0,
  elements: 1,
  logicalBytes: 4,
  bytesRead: 2,
  bytesStored: null,
  warnings: 0,
  foundDamage: false,
  error: { code: 'IO', message },
  resumedBy: null,
});

test('whatever a name or a message is, a reader of CSV gets it back, and no spreadsheet takes it for a formula', () => {
  const signs = ['=', '+', '-', '@', '\t', '\r', '\n', '"', "'", ',', ';', '＝', ' ', 'a', 'ä', '😀', '\0', '\uD800'];
  const names = fc.string({ unit: fc.constantFrom(...signs), maxLength: 6 });
  fc.assert(
    fc.property(names, names, (object, message) => {
      const { head, rows, tail } = historyPieces('csv', {});
      const [titles, cells, ...more] = parseCsv(head + rows([entry(object, message)], true) + tail);
      expect(more).toEqual([]);
      expect(cells).toHaveLength(titles?.length ?? 0);
      for (const [column, value] of [
        ['object', object],
        ['message', message],
      ] as const) {
        const cell = cells?.[titles?.indexOf(column) ?? -1] ?? '';
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        const exact = value.toWellFormed().replaceAll('\0', '\uFFFD');
        // A spreadsheet that ends cells elsewhere finds no formula either; what keeps it from that is all that is added.
        const torn = cell.split(/[;\t\r\n]/).map((piece) => piece.replace(/^["\s]*/, ''));
        expect(torn.slice(1).filter((piece) => /^[=+\-@＝＋－＠]/.test(piece))).toEqual([]);
        expect(cell.replaceAll("'", '')).toBe(exact.replaceAll("'", ''));
        if (!/[;\t\r\n]/.test(exact)) expect(cell.replace(/^'/, '')).toBe(exact);
      }
    }),
    { numRuns: 200 },
  );
});

test('a text that is all ends of lines or quotes takes no longer than any other', () => {
  const began = performance.now();
  for (const part of ['\n', '"', ' ;']) expect(csvCell(part.repeat(40_000)).length).toBeGreaterThan(40_000);
  expect(performance.now() - began).toBeLessThan(1000);
});

test('numbers are no text, and nothing is empty', () => {
  expect([csvCell(-5), csvCell(0), csvCell(null), csvCell('')]).toEqual(['-5', '0', '', '""']);
});

test('the JSON document is one document, whatever the pages were', () => {
  const { head, rows, tail } = historyPieces('json', { filter: {} });
  const [one, two] = [entry('a', 'x'), entry(null, 'y')];
  expect(JSON.parse(head + rows([one], true) + rows([two], false) + tail)).toEqual({ filter: {}, jobs: [one, two] });
  expect(JSON.parse(historyPieces('json', {}).head + tail)).toEqual({ jobs: [] });
});

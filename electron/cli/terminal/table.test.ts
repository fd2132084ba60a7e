import { expect, test } from 'vitest';
import { printable } from '../../../shared/model/printable.ts';
import { table } from './table.ts';
import { cells, shortened } from './width.ts';

const rows = [
  { name: 'docs', path: '/home/ada/documents/letters/of/last/year', size: '12 MiB' },
  { name: '写真', path: '/srv', size: '7 bytes' },
];
const columns = [
  { title: 'NAME', of: (row: (typeof rows)[0]) => row.name },
  { title: 'WHAT', flexible: true, of: (row: (typeof rows)[0]) => row.path },
  { title: 'SIZE', align: 'right' as const, of: (row: (typeof rows)[0]) => row.size },
];

test('columns stand below each other, also with characters that take two cells', () => {
  expect(table(rows, columns, 100)).toBe(
    [
      'NAME  WHAT                                         SIZE',
      'docs  /home/ada/documents/letters/of/last/year   12 MiB',
      '写真  /srv                                      7 bytes',
    ].join('\n'),
  );
});

test('on a narrow terminal paths are shortened in their middle, and nothing else', () => {
  const lines = table(rows, columns, 40).split('\n');
  for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(40);
  expect(lines[1]).toMatch(/^docs {2}\/home\/ada\S*…\S*last\/year {3}12 MiB$/);
  expect(lines[2]).toMatch(/\/srv\s+7 bytes$/);
});

test('where not even that is enough the table is wider than the terminal, and whole', () => {
  expect(table(rows, columns, 5)).toContain('12 MiB');
});

test.each([
  ['abc', 3],
  ['写真', 4],
  ['e\u0301', 1],
  ['📷', 2],
  ['', 0],
])('%j takes %i cells', (text, width) => expect(cells(text)).toBe(width));

test('a text is shortened to the cells that there are', () => {
  expect(shortened('abcdefgh', 8)).toBe('abcdefgh');
  expect(shortened('abcdefgh', 5)).toBe('ab…gh');
  expect(cells(shortened('写真写真写真', 6))).toBeLessThanOrEqual(6);
  expect(shortened('abc', 1)).toBe('…');
});

test('what steers a terminal or turns the direction of text is shown instead', () => {
  expect(printable('a\u001b[2Jb\n')).toBe('a\\x1b[2Jb\\x0a');
  expect(printable('gpj\u202egnp')).toBe('gpj\\u202egnp');
  expect(printable('bill\u200b.txt \u3164 so\u00adft \ufeffmark')).toBe(
    'bill\\u200b.txt \\u3164 so\\xadft \\ufeffmark',
  );
  expect(printable('Grüße 写真 می\u200cخواهم 👩\u200d🔬')).toBe('Grüße 写真 می\u200cخواهم 👩\u200d🔬');
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES, EXIT_STATUS } from './error-codes.ts';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const rowsOf = (heading: RegExp): string[] =>
  (page.split(heading)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1);

test('docs/errors.md has exactly the rows of the code, in its order', () => {
  const rows = Object.entries(ERROR_CODES).map(([code, { kind, meaning }]) => `| \`${code}\` | ${kind} | ${meaning} |`);
  expect(rowsOf(/^## Codes$/m)).toEqual(rows);
});

test('docs/errors.md gives the exit status of every kind', () => {
  for (const [kind, status] of Object.entries(EXIT_STATUS)) expect(page).toContain(`| ${status} | ${kind} |`);
});

import { expect, test } from 'vitest';
import { warningLines } from './warnings.ts';

const id = '27bee12d'.padEnd(32, '0');

test('a set is named once, by the digits that people type; a path keeps its place', () => {
  const lines = warningLines([
    { code: 'METADATA_LOST', path: id, message: `Block set ${id} of docs: it builds on set ${'ab'.repeat(16)}` },
    { code: 'UNREADABLE', path: '/', message: 'reading / failed' },
  ]);
  expect(lines).toEqual([
    'Warning: Block set 27bee12d of docs: it builds on set abababab',
    'Warning: /: reading / failed',
  ]);
});

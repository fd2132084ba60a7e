import { expect, test } from 'vitest';
import { demandName, nameForComparison } from './demand-name.ts';

test.each(['docs', 'Ada’s pictures 2026', 'a', 'x'.repeat(128), '写真', 'mail.old_1', '📷'])('%j is a name', (name) => {
  expect(demandName(name, 'object')).toBe(name);
});

test.each([
  ['', 'empty'],
  ['a\u001bb', 'cannot be seen'],
  ['a\nb', 'cannot be seen'],
  ['a\u202eb', 'cannot be seen'],
  [' docs', 'space'],
  ['docs ', 'space'],
  ['-x', 'options'],
  ['a/b', 'paths'],
  ['a@b', 'time'],
  ['x'.repeat(129), '128'],
  ['0123456789abcdef0123456789abcdef', 'id'],
])('%j is refused, with the reason', (name, reason) => {
  expect(() => demandName(name, 'object')).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(reason), context: { name } }),
  );
});

test('names that differ in case, or in how their letters are composed, are the same to a person', () => {
  expect(nameForComparison('Docs')).toBe(nameForComparison('docs'));
  expect(nameForComparison('caf\u00e9')).toBe(nameForComparison('cafe\u0301'));
  expect(nameForComparison('docs')).not.toBe(nameForComparison('docs2'));
});

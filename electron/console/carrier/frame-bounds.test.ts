import { expect, test } from 'vitest';
import { parseCall, SharedBound } from './frame-bounds.ts';

const parse = (text: string) => parseCall(Buffer.from(text));

test.each(['[', '{"a":'])('what nests without end is refused before it is parsed: %s', (open) => {
  expect(() => parse(open.repeat(1_000_000))).toThrow('nested too deeply');
});

test('what has too many parts is refused before it is parsed', () => {
  expect(() => parse(`[${'0,'.repeat(3_000_000)}0]`)).toThrow('too many parts');
});

test('brackets and commas in a text are text, whatever is escaped there', () => {
  const value = { a: `\\"${'[{,'.repeat(1_000_000)}`, b: ['"', '\\', '\\\\"', ''] };
  expect(parse(JSON.stringify(value))).toEqual(value);
});

test('a restore of half a million paths is a call', () => {
  const paths = Array.from({ length: 500_000 }, (_, at) => ({ path: `/home/ada/${at}` }));
  expect(parse(JSON.stringify({ input: { paths } }))).toEqual({ input: { paths } });
});

test('a text that does not end is refused', () => {
  expect(() => parse('"never')).toThrow(SyntaxError);
});

test('a shared bound is given back', () => {
  const bound = new SharedBound(10);
  expect([bound.take(6), bound.take(6)]).toEqual([true, false]);
  bound.give(6);
  expect(bound.take(10)).toBe(true);
});

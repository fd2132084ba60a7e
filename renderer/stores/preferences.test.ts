import { expect, test } from 'vitest';
import { lookOf, preferencesIn } from './preferences.ts';

test('a page looks as the console has it, until something else is chosen in its browser', () => {
  const seen = preferencesIn(JSON.stringify({ console: { theme: 'dark', density: 'compact' } }));
  expect(lookOf(seen)).toEqual({ theme: 'dark', density: 'compact' });
  expect(lookOf({ ...seen, theme: 'light' })).toEqual({ theme: 'light', density: 'compact' });
  expect(lookOf({ ...seen, console: { theme: 'system', density: 'comfortable' } })).toEqual({
    theme: 'system',
    density: 'comfortable',
  });
});

test.each([null, '', '{', 'null', '{"theme":"pink","console":7}'])(
  'what is kept as %j is as when first seen',
  (text) => {
    expect(lookOf(preferencesIn(text))).toEqual({ theme: 'system', density: 'comfortable' });
  },
);

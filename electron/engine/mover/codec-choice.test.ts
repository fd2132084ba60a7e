import { describe, expect, test } from 'vitest';
import { CodecChoice } from './codec-choice.ts';

/** What is tried on units of which `shrinks` says whether they would shrink. */
const tried = (shrinks: boolean[]): string =>
  shrinks
    .map(
      ((choice) => (shrink: boolean) => {
        const codec = choice.next();
        choice.note(codec, shrink && codec !== 'none');
        return codec === 'zstd' ? 'z' : '-';
      })(new CodecChoice('zstd')),
    )
    .join('');

describe('the choice of a codec', () => {
  test('compresses as long as it helps', () => {
    expect(tried([true, true, false, true, false, true])).toBe('zzzzzz');
  });

  test('gives up on content that does not shrink, and tries it again every few units', () => {
    expect(tried(Array.from({ length: 11 }, () => false))).toBe('zz---z---z-');
  });

  test('comes back as soon as a try succeeds', () => {
    expect(tried([false, false, false, false, false, true, true, true])).toBe('zz---zzz');
  });
});

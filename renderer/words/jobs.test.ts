import { expect, test } from 'vitest';
import { jobsWords } from './jobs.ts';

test('what another tape has whole is stored anew only where it could be noted', () => {
  const promise = 'the next backup stores it anew';
  expect(jobsWords.copiedAbout(['CF0005L8'], true)).toContain(promise);
  expect(jobsWords.copiedAbout(['CF0005L8'], false)).not.toContain(promise);
  expect(jobsWords.copiedAbout(['CF0005L8'], false)).toContain('Keep CF0005L8 until');
  expect(jobsWords.moreChunks(1)).toBe('and 1 more chunk');
});

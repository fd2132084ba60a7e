import { expect, test } from 'vitest';
import { NOTICES } from '../../electron/console/about/notices.ts';
import { notices } from './notices.mjs';

test('the notices are those of the packages that are installed: else run node scripts/notices.mjs', () => {
  expect(NOTICES).toEqual(notices());
  expect(NOTICES.map(({ name }) => name)).toContain('zod');
});

import { expect, test } from 'vitest';
import { NOTICES } from '../../electron/console/about/notices.ts';
import { notices } from './notices.mjs';

test('the notices are those of the packages that are installed: else run node scripts/notices.mjs', () => {
  expect(NOTICES).toEqual(notices());
  const named = NOTICES.map(({ name }) => name);
  expect(named).toEqual(
    expect.arrayContaining(['zod', 'react', 'react-dom', 'react-aria-components', 'lucide-react', 'uplot']),
  );
  expect(named).toEqual(expect.arrayContaining(['@fontsource/ibm-plex-sans', '@fontsource/ibm-plex-mono', 'zustand']));
  for (const tool of ['vite', 'vitest', 'electron', 'typescript', '@types/react']) expect(named).not.toContain(tool);
});

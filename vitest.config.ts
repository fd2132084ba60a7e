import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // No test is about time: the limit only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    include: ['{electron,shared,renderer,scripts,bench,e2e}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    // Much of the time is flushes and processes of their own: one test at a time would leave half of a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    restoreMocks: true,
  },
});

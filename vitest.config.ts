import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Set after a build: threads that tests start are those of the built program, whose start costs half as much. */
const builtWorkers = process.env.COLDFRAME_BUILT_WORKERS === '1';

export default defineConfig({
  resolve: {
    alias: builtWorkers
      ? [
          {
            find: /^\.\/workers\.ts$/,
            replacement: `${import.meta.dirname}/electron/platform/testing/built-workers.ts`,
          },
        ]
      : [],
  },
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

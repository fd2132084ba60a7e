import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Set after a build: threads that tests start are those of the built program, whose start costs half as much. */
const builtWorkers = process.env.COLDFRAME_BUILT_WORKERS === '1';

/** A module of a folder that tests replace by one of its `testing`, wherever it is imported from within the folder. */
const standIn = (folder: string, module: string, by: string) => ({
  find: new RegExp(`^\\./${module.replaceAll('.', '\\.')}$`),
  replacement: `${import.meta.dirname}/${folder}/testing/${by}`,
});

const exclude = ['**/node_modules/**', '**/dist/**'];

/**
 * Tests whose files may follow each other in one process, which saves them its start and its imports: they leave nothing
 * behind in it. Those that replace a module, or count what a process has
 * open, need one of their own. What stands behind a `!` is how such a file's name begins.
 */
const neighbours = [
  '{shared,renderer}/**/!(*.peer).test.{ts,tsx}',
  'electron/{desktop,web,platform}/**/!(*.peer).test.ts',
  'electron/engine/{blockset,catalog,extents,mover,restore,selection,snapshot}/**/!(*.peer|*-portable).test.ts',
  'electron/console/**/!(*.peer|kill|drive-fails|verify-tapes).test.ts',
  'electron/engine/{nbd,tape}/**/!(*.peer|fuzz|server|crash|damage|own-places|rescue|vectors|virtual-tape).test.ts',
  'electron/cli/**/!(*.peer|main|notices|other-system|records|schedules|serve|start-up).test.ts',
  '{bench,scripts}/**/!(measure).test.ts',
];

export default defineConfig({
  resolve: {
    alias: [
      ...(builtWorkers ? [standIn('electron/platform', 'workers.ts', 'built-workers.ts')] : []),
      standIn('electron/engine/tape', 'kdf-cost.ts', 'kdf-cost.ts'),
      standIn('electron/console/mounts', 'look-interval.ts', 'look-interval.ts'),
    ],
  },
  test: {
    // No test is about time: the limit only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // Much of the time is flushes and processes of their own: one test at a time would leave half of a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Tests never reach the keyring of whoever runs them.
    env: { DBUS_SESSION_BUS_ADDRESS: '' },
    setupFiles: ['electron/platform/testing/keep-threads.ts'],
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: { name: 'neighbours', isolate: false, include: neighbours, exclude },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['{electron,shared,renderer,scripts,bench,e2e}/**/*.test.{ts,tsx}'],
          exclude: [...exclude, ...neighbours],
        },
      },
    ],
  },
});

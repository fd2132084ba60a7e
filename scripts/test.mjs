import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runChecks } from './lib/checks.mjs';
import { countTests } from './lib/count.mjs';
import { pinnedNode, root, stateDir } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

/** How long peers may take to be installed. */
const PEERS_MS = 5 * 60_000;

setup();
const guards = await runChecks();
await peersInstalled(process.env.COLDFRAME_PEERS_READY);
const tests = runVitest(process.argv.slice(2));

const passed = guards.passed + tests.passed;
const failed = guards.failed + tests.failed;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
console.log(`\n${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;

/** Waits for what installs peers beside the checks, and makes that file when it has ended, however it ended. */
async function peersInstalled(ready) {
  const until = Date.now() + PEERS_MS;
  while (ready && !existsSync(ready)) {
    if (Date.now() > until) return console.error('coldframe: the peers are not all installed yet; going on without');
    await sleep(200);
  }
}

/** Runs the tests under the pinned Node and counts what came of them. */
function runVitest(args) {
  const report = join(stateDir, `tests-${process.pid}.json`);
  mkdirSync(stateDir, { recursive: true });
  const { status } = spawnSync(
    pinnedNode,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters(report), ...args],
    {
      cwd: root,
      env: {
        ...process.env,
        PATH: [pythonFolder(), process.env.PATH].join(delimiter),
        // Tests start thousands of threads: those of the program that the checks have just built start faster.
        COLDFRAME_BUILT_WORKERS: '1',
        NODE_COMPILE_CACHE: join(stateDir, 'compile-cache'),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  try {
    return countTests(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, status);
  } finally {
    rmSync(report, { force: true });
  }
}

/**
 * A folder with the interpreter that `python3` comes to: tests start it hundreds of times, and where a version manager
 * stands before it each start takes a second. Empty where there is none.
 */
function pythonFolder() {
  const folder = join(stateDir, 'bin');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { stdout, status } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  if (status === 0) symlinkSync(stdout.trim(), join(folder, 'python3'));
  return folder;
}

/** Asks for the readable report and, beside it, one to count from. */
function reporters(report) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
}

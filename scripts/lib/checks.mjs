import { availableParallelism } from 'node:os';
import { withFixture } from './fixture.mjs';
import { guards } from './guards.mjs';
import { root } from './paths.mjs';

/** Runs every guard on the sources and on its fixture, a few at a time, and says how each fared. */
export async function runChecks() {
  const waiting = [...guards];
  const results = [];
  const lane = async () => {
    for (let guard = waiting.shift(); guard; guard = waiting.shift()) results.push(await runGuard(guard));
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

/** Runs one guard; it passes when the sources are clean and it refuses its fixture for the expected reasons. */
async function runGuard(guard) {
  const start = performance.now();
  const problems = [];
  const sources = await guard.run(root);
  if (!sources.ok) problems.push(sources.output);
  const fixture = await withFixture(guard, (folder) => guard.run(folder));
  const unseen = guard.expects().filter((reason) => !fixture.output.includes(reason));
  if (fixture.ok || unseen.length > 0) problems.push(blindness(guard, unseen, fixture.output));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${guard.name} (${guard.about}), ${seconds} s`);
  if (problems.length > 0) console.log(problems.join('\n').replace(/^/gm, '     '));
  return problems.length === 0;
}

/** Explains that a guard did not find what its fixture holds. */
function blindness(guard, unseen, output) {
  return `${guard.name} is blind: in guards/fixtures/${guard.name} it should find ${unseen.join(', ')}. It said:\n${output}`;
}

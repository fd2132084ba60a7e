import { spawnSync } from 'node:child_process';
import { filesBelow, pinnedNode, root } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

setup();

// Each benchmark runs in a process of its own, so that none warms up or exhausts another.
const wanted = process.argv.slice(2);
const benches = filesBelow('bench')
  .filter((path) => path.endsWith('.bench.ts'))
  .filter((path) => wanted.length === 0 || wanted.some((word) => path.includes(word)));
if (benches.length === 0) console.error('coldframe: no benchmark of that name in bench/');

const failed = benches.filter((path) => {
  console.log(`\n${path}`);
  return spawnSync(pinnedNode, [path], { cwd: root, stdio: 'inherit' }).status !== 0;
});
process.exit(benches.length === 0 || failed.length > 0 ? 1 : 0);

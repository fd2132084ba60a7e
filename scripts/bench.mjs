import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode, root } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

setup();

const { status, error } = spawnSync(pinnedNode, [join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
if (error) console.error(`coldframe: ${pinnedNode} could not be started: ${error.message}`);
process.exit(status ?? 1);

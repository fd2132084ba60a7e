import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { electronRuntime } from './lib/desktop.mjs';
import { pinnedNode, root } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

setup();

// What packs needs a newer Node than the one that may have started this.
if (process.execPath !== pinnedNode) {
  const { status } = spawnSync(pinnedNode, [import.meta.filename], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const runtime = electronRuntime();
if (process.platform !== 'linux' || runtime === null) {
  console.error(
    process.platform === 'linux'
      ? 'coldframe: there is no Electron runtime here. Fetch one with: npx install-electron; or name its folder in ELECTRON_OVERRIDE_DIST_PATH.'
      : 'coldframe: here electron-builder makes the application: npx electron-builder@26.17.0 --dir',
  );
  process.exit(1);
}
const { packageApp } = await import('./lib/package-app.mjs');
mkdirSync(join(root, 'release'), { recursive: true });
console.log(await packageApp(runtime, join(root, `release/coldframe-linux-${process.arch}`)));

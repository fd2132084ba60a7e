import { chmodSync, copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { sourceFingerprint } from './lib/fingerprint.mjs';
import { nodeFlags } from './lib/node-flags.mjs';
import { filesBelow, root } from './lib/paths.mjs';
import { buildRenderer } from './lib/renderer.mjs';
import { checkRendererSize } from './lib/renderer-size.mjs';

// What is built is what people run, whoever asks for it: under a test runner React would come with its warnings.
process.env.NODE_ENV = 'production';

const dist = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}.tmp`);
const rescue = join(root, 'electron/engine/tape/rescue.mjs');

// Taken before reading the sources: a file saved during the build makes the next run build again.
const fingerprint = sourceFingerprint();
try {
  await bundle();
  await bundlePreload();
  await buildRenderer(join(fresh, 'renderer'));
  checkRendererSize(join(fresh, 'renderer'));
  chmodSync(join(fresh, 'coldframe.js'), 0o755);
  if (existsSync(rescue)) copyFileSync(rescue, join(fresh, 'rescue.mjs'));
  copyFileSync(join(root, 'assets/icon.png'), join(fresh, 'icon.png'));
  writeFileSync(join(fresh, '.stamp'), fingerprint);
  replaceDist();
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** Bundles the command line, the desktop's main process and every worker into one flat folder, so that siblings find each other by name. */
async function bundle() {
  const build = await rolldown({
    input: {
      coldframe: join(root, 'electron/cli/main.ts'),
      main: join(root, 'electron/main.ts'),
      ...workerEntries(),
    },
    // The last two are native parts of ws, which does without them.
    external: [/^node:/, 'koffi', 'electron', 'bufferutil', 'utf-8-validate'],
    platform: 'node',
    cwd: root,
    transform: { target: 'node24' },
  });
  await build.write({
    dir: fresh,
    format: 'esm',
    sourcemap: true,
    minify: false,
    banner: ({ name, isEntry }) =>
      isEntry && name === 'coldframe' ? `#!/usr/bin/env -S node ${nodeFlags.join(' ')}` : '',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].chunk.js',
  });
  await build.close();
}

/** A sandboxed preload script has to be one file, and CommonJS. */
async function bundlePreload() {
  const build = await rolldown({
    input: join(root, 'electron/preload.ts'),
    external: ['electron'],
    platform: 'node',
    cwd: root,
  });
  await build.write({ file: join(fresh, 'preload.cjs'), format: 'cjs', sourcemap: false, minify: false });
  await build.close();
}

/** Names every worker source after its file: `front-end.worker.ts` becomes `front-end.worker.js`. */
function workerEntries() {
  const entries = {};
  for (const path of filesBelow('electron').filter((file) => file.endsWith('.worker.ts'))) {
    const name = basename(path, '.ts');
    if (entries[name]) throw new Error(`Two workers are named ${name}: ${entries[name]} and ${path}. Rename one.`);
    entries[name] = join(root, path);
  }
  return entries;
}

/** Puts the fresh folder in place of the old one in two renames, so that nobody sees a half-written build. */
function replaceDist() {
  const old = `${fresh}.old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

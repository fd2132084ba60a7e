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

/** What every bundle for Node has in common. */
const forNode = {
  // The last two are native parts of ws, which does without them.
  external: [/^node:/, 'koffi', 'electron', 'bufferutil', 'utf-8-validate'],
  platform: 'node',
  cwd: root,
  transform: { target: 'node24' },
};

/**
 * A command is short, and to read and decode its program is a tenth of it. One character beyond ASCII makes a text of two bytes a
 * character of all of a file; comments of licences stay.
 */
const forFastStart = {
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
  comments: { legal: true, annotation: false, jsdoc: false },
};

// Taken before reading the sources: a file saved during the build makes the next run build again.
const fingerprint = sourceFingerprint();
try {
  await Promise.all([
    bundlePrograms(),
    ...Object.entries(workerEntries()).map(([name, path]) => bundleWorker(name, path)),
  ]);
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

/** Bundles the command line and the desktop's main process into one flat folder, where workers lie beside them. */
async function bundlePrograms() {
  const build = await rolldown({
    ...forNode,
    input: { coldframe: join(root, 'electron/cli/main.ts'), main: join(root, 'electron/main.ts') },
  });
  await build.write({
    dir: fresh,
    format: 'esm',
    sourcemap: true,
    ...forFastStart,
    banner: ({ name, isEntry }) =>
      isEntry && name === 'coldframe' ? `#!/usr/bin/env -S node ${nodeFlags.join(' ')}` : '',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].chunk.js',
  });
  await build.close();
}

/**
 * Bundles each worker into one file of its own: threads share no modules, and to find and link dozens of files is a third
 * of what it costs to bring one to life.
 */
async function bundleWorker(name, input) {
  const build = await rolldown({ ...forNode, input });
  await build.write({
    file: join(fresh, `${name}.js`),
    format: 'esm',
    sourcemap: true,
    ...forFastStart,
    // Each would carry the sources of all that it bundles; they stand in the checkout.
    sourcemapExcludeSources: true,
    codeSplitting: false,
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

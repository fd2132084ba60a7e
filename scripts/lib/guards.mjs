import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { filesBelow, pinnedNode, root } from './paths.mjs';

const cruised = ['electron', 'shared', 'renderer'];

/**
 * What watches over the sources. `run` works on any folder laid out like the checkout; `expects` names what it must
 * find in its fixture.
 */
export const guards = [
  {
    name: 'dependency-cruiser',
    about: 'imports run one way',
    run: cruise,
    expects: () =>
      createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')).forbidden.map(({ name }) => name),
  },
  {
    name: 'tsc',
    about: 'types',
    run: (folder) =>
      tool(folder, 'typescript-native/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', 'tsconfig.json']),
    expects: () => ['TS2322', 'TS1294', 'TS2375', 'TS2532', 'TS1484'],
  },
  {
    name: 'tsc-shared',
    about: 'shared/ needs neither node nor DOM',
    run: (folder) =>
      tool(folder, 'typescript-native/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', 'tsconfig.shared.json']),
    expects: () => ["'document'", "'process'"],
  },
  {
    name: 'tsc-renderer',
    about: 'types of the renderer, which has no node',
    run: (folder) =>
      tool(folder, 'typescript-native/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', 'tsconfig.renderer.json']),
    expects: () => ["'process'", 'TS2322', 'TS2741'],
  },
  {
    name: 'knip',
    about: 'dead code, unlisted packages',
    run: (folder) => tool(folder, 'knip/bin/knip.js', ['--no-progress', '--no-config-hints']),
    expects: () => ['dead.ts', 'neverUsed', 'left-pad'],
  },
  {
    name: 'oxlint',
    about: 'floating promises',
    run: (folder) => tool(folder, 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '--format=unix']),
    expects: () => ['no-floating-promises', 'no-misused-promises'],
  },
  {
    name: 'biome',
    about: 'lint and format',
    run: (folder) => tool(folder, '@biomejs/biome/bin/biome', ['ci', '--colors=off', '--error-on-warnings', '.']),
    expects: () => ['noExplicitAny', 'noUnusedVariables', 'untidy.ts format'],
  },
];

/** Runs an installed tool under the pinned Node; whatever it prints is the explanation. */
function tool(folder, script, args) {
  return new Promise((done) => {
    execFile(
      pinnedNode,
      [join(root, 'node_modules', script), ...args],
      { cwd: folder, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } },
      (error, stdout, stderr) => done({ ok: error === null, output: `${stdout}${stderr}`.trim(), stdout }),
    );
  });
}

/** Checks the import rules, and that every source was seen: with a compiler it cannot use, the cruiser sees none. */
async function cruise(folder) {
  const folders = cruised.filter((name) => existsSync(join(folder, name)));
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const result = await tool(folder, 'dependency-cruiser/bin/dependency-cruiser.mjs', args);
  if (!result.stdout.startsWith('{')) return { ok: false, output: result.output };
  const { summary, modules } = JSON.parse(result.stdout);
  const seen = new Set(modules.map(({ source }) => source));
  const sources = folders.flatMap((name) => filesBelow(name, folder)).filter((path) => /(?<!\.d)\.tsx?$/.test(path));
  const missed = sources.filter((path) => !seen.has(path));
  const lines = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  if (sources.length === 0) lines.push('no source was found');
  if (missed.length > 0) lines.push(`sources the cruiser did not see: ${missed.join(', ')}`);
  return { ok: lines.length === 0, output: lines.join('\n') };
}

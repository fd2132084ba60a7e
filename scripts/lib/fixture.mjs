import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';

const configs = [
  'package.json',
  'tsconfig.json',
  'tsconfig.shared.json',
  'tsconfig.renderer.json',
  'biome.json',
  '.oxlintrc.json',
  '.dependency-cruiser.cjs',
  'knip.json',
  'vitest.config.ts',
  'guards/universal.d.ts',
];

/** Lends a project of the real settings and a guard's fixture: what refuses it is what guards the sources. */
export async function withFixture(guard, use) {
  const folder = mkdtempSync(join(tmpdir(), `coldframe-guard-${guard.name}-`));
  try {
    for (const file of configs) if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    cpSync(join(root, 'guards/fixtures', guard.name), folder, { recursive: true });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

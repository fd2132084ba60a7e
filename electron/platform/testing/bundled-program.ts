import { basename, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** Where what a bundle leaves outside is found, and the workers of the built program from there: see `built-workers.ts`. */
const FOLDER = resolve(import.meta.dirname, '../../../node_modules/.coldframe/programs');

/**
 * The file to start for a program that a test starts again and again: bundled, because to read dozens of sources takes it longer than
 * what it is started for. Its threads are those of the built program; without a build, it is the source itself.
 */
export const programToStart = async (source: string): Promise<string> => {
  if (process.env.COLDFRAME_BUILT_WORKERS !== '1') return source;
  const file = join(FOLDER, `${basename(source, '.ts')}.mjs`);
  const build = await rolldown({
    input: source,
    platform: 'node',
    external: [/^node:/, 'koffi'],
    plugins: [
      {
        name: 'built-workers',
        resolveId: (id) => (id === './workers.ts' ? join(import.meta.dirname, 'built-workers.ts') : null),
      },
    ],
  });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
};

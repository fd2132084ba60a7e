import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const checkout = resolve(import.meta.dirname, '../../..');
const dist = join(checkout, 'dist');
const stand = join(import.meta.dirname, 'older-runtime');

/** What of the runtime is replaced, and by which of our files. */
const REPLACED = { 'node:sqlite': 'sqlite', 'node:zlib': 'zlib' } as const;
const METHODS = 'methods';

/** The Chromium of the oldest runtime that tests are run in; it has no `using`. */
const TARGET = 'chrome130';
const HAS_USING = /^\s*(await )?using \w+ = /m;
const IS_ENTRY = /^main\.js$|\.worker\.js$/;

/**
 * Makes a copy of the built program in a folder that holds its home in an Electron whose Node is too old for that: the same
 * files, but that what they import of SQLite and zstd comes from `older-runtime/`. Answers the folder.
 */
export const hostingBuild = async (folder: string): Promise<string> => {
  const to = join(folder, 'dist');
  mkdirSync(to, { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), readFileSync(join(checkout, 'package.json')));
  if (!existsSync(join(dist, 'main.js'))) throw new Error('Nothing is built: npm run build comes first.');
  for (const name of readdirSync(dist)) {
    if (name.endsWith('.map')) continue;
    if (!name.endsWith('.js')) {
      symlinkSync(join(dist, name), join(to, name));
      continue;
    }
    const text = readFileSync(join(dist, name), 'utf8');
    const known = HAS_USING.test(text) ? await lowered(join(dist, name)) : text;
    writeFileSync(join(to, name), replaced(name, known));
  }
  await Promise.all([METHODS, ...Object.values(REPLACED)].map((name) => standIn(name, to)));
  return folder;
};

const placeOf = (name: string): string => `./older-${name}.js`;

/** A file of the program with its imports turned. */
const replaced = (name: string, text: string): string => {
  const turned = Object.entries(REPLACED).reduce(
    (before, [module, by]) => before.replaceAll(`from "${module}"`, `from "${placeOf(by)}"`),
    text,
  );
  return IS_ENTRY.test(name) ? `import "${placeOf(METHODS)}";\n${turned}` : turned;
};

/** A file in the syntax that the runtime knows. */
const lowered = async (file: string): Promise<string> => {
  const build = await rolldown({
    input: file,
    // But for what the lowering itself brings along.
    external: (id, importer) => importer !== undefined && !id.includes('@oxc-project'),
    platform: 'node',
    transform: { target: TARGET },
    treeshake: false,
  });
  const { output } = await build.generate({ format: 'esm', entryFileNames: basename(file) });
  await build.close();
  return output[0].code;
};

const standIn = async (name: string, to: string): Promise<void> => {
  const build = await rolldown({ input: join(stand, `${name}.ts`), external: [/^node:/, 'koffi'], platform: 'node' });
  await build.write({ file: join(to, placeOf(name)), format: 'esm' });
  await build.close();
};

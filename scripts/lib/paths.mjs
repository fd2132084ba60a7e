import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const nodeBinary = process.platform === 'win32' ? 'node.exe' : 'node';

/** The pinned Node that everything but these scripts runs under. */
export const pinnedNode = join(root, 'node_modules/node/bin', nodeBinary);

/** Where the scripts keep what they remember between two runs. */
export const stateDir = join(root, 'node_modules/.coldframe');

/** Lists the files below a folder, relative to `base`; a folder that does not exist has none. */
export function filesBelow(folder, base = root) {
  let entries;
  try {
    entries = readdirSync(join(base, folder), { withFileTypes: true });
  } catch (cause) {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path, base) : [path];
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesBelow } from './paths.mjs';

/** What a browser may have to load before it shows anything, packed: page, scripts and styles; fonts come after. */
const mostBytes = 400 * 1024;

/** Says how large a built renderer is, and refuses one that outgrew its limit. */
export function checkRendererSize(folder) {
  const bytes = filesBelow('.', folder)
    .filter((path) => /\.(js|css|html)$/.test(path))
    .reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path)), { level: 9 }).length, 0);
  const size = `${(bytes / 1024).toFixed(0)} KiB`;
  if (bytes > mostBytes) throw new Error(`The renderer is ${size} packed, more than ${mostBytes / 1024} KiB.`);
  console.log(`renderer: ${size} packed`);
}

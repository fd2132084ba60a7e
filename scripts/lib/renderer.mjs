import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { filesBelow, root } from './paths.mjs';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Builds the renderer into a folder, as far as there is one, with the manifest that the shells serve it from. */
export async function buildRenderer(folder) {
  const source = join(root, 'renderer');
  if (!existsSync(join(source, 'index.html'))) return;
  const config = join(source, 'vite.config.ts');
  await build({
    root: source,
    configFile: existsSync(config) ? config : false,
    logLevel: 'warn',
    base: '/',
    build: {
      outDir: folder,
      emptyOutDir: true,
      // The policy of the pages allows neither data: addresses nor scripts in the page.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
    },
  });
  writeManifest(folder);
}

/** Lists the files of a built renderer by address, and packs what gets smaller by it. */
export function writeManifest(folder) {
  const files = filesBelow('.', folder)
    .map((path) => path.slice(2))
    .filter((path) => path !== 'manifest.json')
    .toSorted()
    .map((file) => entryOf(folder, file));
  const page = files.find(({ file }) => file === 'index.html');
  if (!page) throw new Error('the renderer was built without its index.html');
  checkPage(readFileSync(join(folder, page.file), 'utf8'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files }));
}

function entryOf(folder, file) {
  const type = types[extname(file)];
  if (!type) throw new Error(`${file} is of a kind without a media type: add it to scripts/lib/renderer.mjs.`);
  const content = readFileSync(join(folder, file));
  return {
    path: file === 'index.html' ? '/' : `/${file}`,
    file,
    type,
    digest: createHash('sha256').update(content).digest('base64url'),
    // Vite puts into assets/ what it names after its content, and nothing else.
    immutable: file.startsWith('assets/'),
    encodings: type.startsWith('image/png') || type === 'font/woff2' ? {} : pack(folder, file, content),
  };
}

function pack(folder, file, content) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const packed = { br: brotliCompressSync(content, quality), gzip: gzipSync(content, { level: 9 }) };
  const kept = Object.entries(packed).filter(([, bytes]) => bytes.length < content.length);
  for (const [encoding, bytes] of kept) writeFileSync(join(folder, `${file}.${encoding}`), bytes);
  return Object.fromEntries(kept.map(([encoding]) => [encoding, `${file}.${encoding}`]));
}

/** Fails on a page that its own policy would break. */
function checkPage(html) {
  const inline = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.exec(html);
  if (inline)
    throw new Error(
      `renderer/index.html has ${inline[0]}…: the policy of the console refuses what stands in the page.`,
    );
}

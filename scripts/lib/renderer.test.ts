import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRendererFiles } from '../../electron/platform/renderer-files.ts';
import { writeManifest } from './renderer.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-renderer-'));
  mkdirSync(join(folder, 'assets'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string, text: string) => writeFileSync(join(folder, file), text);
const PAGE = '<!doctype html><script type="module" src="/assets/main-1.js"></script>';

test('the shells read exactly what was built, packed as well', () => {
  const script = 'console.log(1);'.repeat(100);
  put('index.html', PAGE);
  put('assets/main-1.js', script);
  writeManifest(folder);
  const files = readRendererFiles(folder);
  expect(new Set(files?.keys())).toEqual(new Set(['/', '/assets/main-1.js']));
  const main = files?.get('/assets/main-1.js');
  expect(main).toMatchObject({ type: 'text/javascript; charset=utf-8', immutable: true });
  expect(files?.get('/')?.immutable).toBe(false);
  expect(brotliDecompressSync(main?.encoded.br ?? '').toString()).toBe(script);
  expect(gunzipSync(main?.encoded.gzip ?? '').toString()).toBe(script);
});

test('a file that was changed after the build is not served', () => {
  put('index.html', PAGE);
  writeManifest(folder);
  put('index.html', `${PAGE} `);
  expect(() => readRendererFiles(folder)).toThrow(expect.objectContaining({ code: 'IO' }));
});

test('where nothing was built there is nothing to read', () => {
  expect(readRendererFiles(folder)).toBeNull();
});

test.each(['<script>1</script>', '<style>p{}</style>', '<p style="color:red">', '<p onclick="x()">'])(
  'a page with %s in it is not built: its policy would refuse that',
  (inline) => {
    put('index.html', `${PAGE}${inline}`);
    expect(() => writeManifest(folder)).toThrow('the policy of the console refuses');
  },
);

test('a file of a kind without a media type is pointed out', () => {
  put('index.html', PAGE);
  put('assets/clip.xyz', '');
  expect(() => writeManifest(folder)).toThrow('assets/clip.xyz');
  expect(() => readFileSync(join(folder, 'manifest.json'))).toThrow();
});

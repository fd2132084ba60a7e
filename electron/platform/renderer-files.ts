import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ColdframeError } from '../../shared/errors.ts';

export type Encoding = 'br' | 'gzip';

/** A file of the renderer, in memory. */
export interface RendererFile {
  /** Media type, with its character set. */
  readonly type: string;
  /** SHA-256 of the content, in base64url. */
  readonly digest: string;
  /** Its name changes with its content, so it may be kept for ever. */
  readonly immutable: boolean;
  readonly content: Buffer;
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>;
}

/** The files of the renderer by the path of their address, as in `/assets/main-1a2b3c.js`; `/` is its page. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

/** What the build writes beside the files: `scripts/lib/renderer-manifest.mjs`. */
interface Manifest {
  readonly files: readonly {
    readonly path: string;
    readonly file: string;
    readonly type: string;
    readonly digest: string;
    readonly immutable: boolean;
    readonly encodings: Readonly<Partial<Record<Encoding, string>>>;
  }[];
}

/** Where the build puts the renderer: in `dist/` of a checkout, or beside the bundle that asks. */
export const rendererFolder = (asker = import.meta.url): string =>
  fileURLToPath(
    new URL(asker.endsWith('/electron/platform/renderer-files.ts') ? '../../dist/renderer' : './renderer', asker),
  );

/**
 * Reads the renderer whole, so that what is served is one build and no request reaches the disk; null when none was
 * built. Errors: IO for a file that is not what was built.
 */
export const readRendererFiles = (folder = rendererFolder()): RendererFiles | null => {
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) return null;
  const { files } = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const found = new Map<string, RendererFile>();
  for (const { path, file, encodings, ...rest } of files) {
    const content = readFileSync(join(folder, file));
    if (digestOf(content) !== rest.digest) throw notAsBuilt(join(folder, file));
    const encoded = Object.entries(encodings).map(([name, beside]) => [name, readFileSync(join(folder, beside))]);
    found.set(path, { ...rest, content, encoded: Object.fromEntries(encoded) });
  }
  return found;
};

/** The digest of a file as the manifest has it. */
export const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('base64url');

const notAsBuilt = (file: string): ColdframeError =>
  new ColdframeError('IO', {
    message: `${file} is not the file that was built.`,
    guidance: 'Install Coldframe again; in a checkout: npm run build',
    context: { file },
  });

import type { UnprotectedType } from './selection.ts';

/**
 * What the kinds of unprotected files are found by: the one table that the engine compiles and the wizard shows. `*` stands for any
 * characters of a name, as the only content of a part of a path for any name; `**` for any folders; `[0-9]*`, `[0-9]+` and `[0-9a-f]{16,24}` for so many of those
 * characters. Case does not count.
 */

/** Names of files that are temporary wherever they lie: editors' and programs' droppings, locks, partial downloads. */
export const TEMP_FILES = [
  '*.tmp',
  '*.temp',
  '*.crdownload',
  '*~',
  '.#*',
  '#*#',
  '~$*',
  '.~lock.*#',
  '.*.sw[a-px]',
  '.nfs[0-9a-f]{16,24}',
  '.fuse_hidden[0-9a-f]+',
  'Thumbs.db',
  'ehthumbs.db',
] as const;

/**
 * Names of directories that hold what programs make again by themselves, or what was thrown away: caches of the desktop, of
 * Python tools, of Chromium and Firefox, and the trash of every system.
 */
export const TEMP_DIRECTORIES = [
  '.cache',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  'Code Cache',
  'GPUCache',
  'ShaderCache',
  'GrShaderCache',
  'DawnCache',
  'DawnGraphiteCache',
  'DawnWebGPUCache',
  'Cache_Data',
  'cache2',
  '.Trash',
  '.Trash-[0-9]+',
  '.Trashes',
  '$Recycle.Bin',
  'RECYCLER',
  '.TemporaryItems',
] as const;

/** Directories whose contents are temporary, by absolute path; they themselves are kept, because systems expect them. */
export const TEMP_CONTENTS = [
  '/tmp',
  '/var/tmp',
  '/var/cache',
  '/private/tmp',
  '/private/var/tmp',
  '/private/var/folders',
  '/Library/Caches',
  '/Users/*/Library/Caches',
  '/[a-z]:/Windows/Temp',
  '/[a-z]:/Users/*/AppData/Local/Temp',
  '/**/.local/share/Trash',
  '/**/Service Worker/CacheStorage',
] as const;

/** Swap files by name; on Linux the signature has to be there as well. */
export const SWAP_FILES = ['swapfile[0-9]*', 'swap[0-9]*', 'swap.img', '*.swap'] as const;
/** Swap and hibernation files of Windows: no one else calls a file so. */
export const WINDOWS_SWAP_FILES = ['pagefile.sys', 'hiberfil.sys', 'swapfile.sys'] as const;
/** Swap folder of macOS. */
export const SWAP_CONTENTS = ['/var/vm', '/private/var/vm'] as const;

const SPOOLS =
  'cups cups-pdf lpd samba mail postfix exim exim4 mqueue mqueue-client clientmqueue smail sendmail news rwho uucp'.split(
    ' ',
  );

/**
 * Queues of printers and of mail. Not the whole of /var/spool: crontabs and `at` jobs lie there as well. Incoming mail is
 * among it, which is why `spool` is a choice.
 */
export const SPOOL_CONTENTS: readonly string[] = [
  ...['/var/spool', '/private/var/spool'].flatMap((folder) => SPOOLS.map((spool) => `${folder}/${spool}`)),
  '/var/mail',
  '/private/var/mail',
  '/[a-z]:/Windows/System32/spool/printers',
];

/**
 * How a place is found: files or folders by name, what lies in a folder by the folder's path, files by name with the signature of a
 * swap area, and folders by a file in them with the signature of a cache.
 */
export type PlaceRule = 'file' | 'folder' | 'contents' | 'signed' | 'tagged';

/** Name of the file that marks a folder as a cache (the Cache Directory Tagging Specification). */
export const CACHE_TAG_NAME = 'CACHEDIR.TAG';

/** All that a kind leaves out, by how it is found. Of `free` there is nothing here: it is of volumes alone. */
export const UNPROTECTED_PLACES: Readonly<
  Record<Exclude<UnprotectedType, 'free'>, readonly { readonly by: PlaceRule; readonly patterns: readonly string[] }[]>
> = {
  temp: [
    { by: 'file', patterns: TEMP_FILES },
    { by: 'folder', patterns: TEMP_DIRECTORIES },
    { by: 'contents', patterns: TEMP_CONTENTS },
    { by: 'tagged', patterns: [CACHE_TAG_NAME] },
  ],
  swap: [
    { by: 'signed', patterns: SWAP_FILES },
    { by: 'file', patterns: WINDOWS_SWAP_FILES },
    { by: 'contents', patterns: SWAP_CONTENTS },
  ],
  spool: [{ by: 'contents', patterns: SPOOL_CONTENTS }],
};

const TOKEN = /\[[^\]]+\](?:[+*]|\{\d+,\d+\})?|\*\*|\*|[^[*]+/g;

const compiled = (patterns: readonly string[], star: string, flags: string): RegExp => {
  const one = (pattern: string): string =>
    pattern.replace(TOKEN, (token) => {
      if (token.startsWith('[')) return token;
      if (token === '**') return '.+';
      return token === '*' ? star : token.replace(/[\\^$.|?+(){}\]]/g, String.raw`\$&`);
    });
  // Every name that a walk meets is tried: the ends that many patterns begin with `*` for are looked for in one go.
  const ends = patterns.filter((pattern) => /^\*[^*]/.test(pattern));
  const rest = patterns.filter((pattern) => !ends.includes(pattern)).map(one);
  const open = ends.length === 0 ? [] : [`${star}(?:${ends.map((pattern) => one(pattern.slice(1))).join('|')})`];
  return new RegExp(`^(?:${[...open, ...rest].join('|')})$`, flags);
};

/** What matches a name by one of the patterns. */
export const matchesName = (patterns: readonly string[]): RegExp => compiled(patterns, '.*', 'is');

/** What matches an absolute path by one of the patterns. */
export const matchesPath = (patterns: readonly string[]): RegExp => compiled(patterns, '[^/]+', 'i');

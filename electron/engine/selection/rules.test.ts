import { describe, expect, it } from 'vitest';
import { type ByteString, baseOf, byteStringFromText } from '../../../shared/byte-string.ts';
import type { UnprotectedType } from '../../../shared/model/selection.ts';
import { UNPROTECTED_PLACES } from '../../../shared/model/unprotected-places.ts';
import { compileRules } from './rules.ts';

const rules = (unprotected: UnprotectedType[], exclude: string[] = [], own: string[] = []) =>
  compileRules({ unprotected, exclude }, own.map(byteStringFromText));

const ask = (
  of: ReturnType<typeof rules>,
  path: string,
  { directory = false, root = '/', swapArea = false }: { directory?: boolean; root?: string; swapArea?: boolean } = {},
) => {
  const full = byteStringFromText(path);
  return of.leavesOut({
    name: baseOf(full),
    directory,
    path: () => full,
    root: root as ByteString,
    isSwapArea: () => swapArea,
  });
};

const contents = (of: ReturnType<typeof rules>, path: string, root = '/', tagged = false) =>
  of.leavesOutContents(path as ByteString, root as ByteString, () => tagged);

describe('the rule temp', () => {
  const temp = rules(['temp']);

  it.each([
    '/x/a.tmp',
    '/x/A.TMP',
    '/x/b.temp',
    '/x/c~',
    '/x/.#lock',
    '/x/#auto#',
    '/x/~$letter.docx',
    '/x/.~lock.a.ods#',
    '/x/.a.swp',
    '/x/Thumbs.db',
  ])('leaves out the file %s', (path) => expect(ask(temp, path)).toBe('temp'));

  it.each(['/x/template', '/x/tmp', '/x/a.tmpl', '/x/notes.txt', '/x/backup.bak', '/x/archive.part', '/x/swap.swpx'])(
    'keeps the file %s',
    (path) => expect(ask(temp, path)).toBeNull(),
  );

  it.each(['/home/a/.cache', '/x/__pycache__', '/x/.Trash-1000', '/x/$RECYCLE.BIN', '/x/Code Cache'])(
    'leaves out the directory %s with everything beneath it',
    (path) => expect(ask(temp, path, { directory: true })).toBe('temp'),
  );

  it('goes by type: a directory called like a temporary file is kept, and so is a file called .cache', () => {
    expect(ask(temp, '/x/a.tmp', { directory: true })).toBeNull();
    expect(ask(temp, '/x/.cache')).toBeNull();
  });

  it.each(['/tmp', '/var/tmp', '/var/cache', '/home/a/.local/share/Trash', '/C:/Users/a/AppData/Local/Temp'])(
    'leaves out the contents of %s, but keeps the directory',
    (path) => {
      expect(contents(temp, path)).toBe('temp');
      expect(ask(temp, path, { directory: true })).toBeNull();
    },
  );

  it('does not touch a temporary folder that was asked for itself', () => {
    expect(contents(temp, '/tmp', '/tmp')).toBeNull();
    expect(contents(temp, '/tmp/project', '/tmp/project')).toBeNull();
  });

  it('leaves out the contents of what is tagged as a cache, unless it is the root', () => {
    expect(contents(temp, '/x/cache', '/x', true)).toBe('temp');
    expect(contents(temp, '/x', '/x', true)).toBeNull();
  });
});

describe('the rule swap', () => {
  const swap = rules(['swap']);

  it('takes the names of Linux only with the signature of swap', () => {
    expect(ask(swap, '/swapfile', { swapArea: true })).toBe('swap');
    expect(ask(swap, '/swap.img', { swapArea: true })).toBe('swap');
    expect(ask(swap, '/swapfile')).toBeNull();
    expect(ask(swap, '/data.bin', { swapArea: true })).toBeNull();
  });

  it.each(['/C:/pagefile.sys', '/C:/hiberfil.sys', '/mnt/windows/SWAPFILE.SYS'])('takes %s by its name', (path) =>
    expect(ask(swap, path)).toBe('swap'),
  );
});

describe('the rule spool', () => {
  const spool = rules(['spool']);

  it.each(['/var/spool/cups', '/var/spool/mail', '/var/spool/postfix', '/var/mail'])(
    'leaves out the contents of %s',
    (path) => expect(contents(spool, path)).toBe('spool'),
  );

  it.each(['/var/spool', '/var/spool/cron', '/var/spool/at', '/srv/spool/mail'])('keeps %s', (path) =>
    expect(contents(spool, path)).toBeNull(),
  );
});

describe('rules that were not asked for', () => {
  it('leave nothing out', () => {
    const none = rules([]);
    expect(ask(none, '/x/a.tmp')).toBeNull();
    expect(ask(none, '/swapfile', { swapArea: true })).toBeNull();
    expect(contents(none, '/tmp', '/', true)).toBeNull();
    expect(contents(none, '/var/spool/cups')).toBeNull();
  });
});

describe('exclusions', () => {
  it('are named after their pattern', () => {
    expect(ask(rules([], ['*.iso']), '/x/a.iso')).toBe('glob:*.iso');
  });

  it('with a slash match beneath the root and from the top', () => {
    const of = rules([], ['docs/draft', '/srv/www']);
    expect(ask(of, '/home/a/docs/draft', { root: '/home/a' })).toBe('glob:docs/draft');
    expect(ask(of, '/home/a/x/docs/draft', { root: '/home/a' })).toBeNull();
    expect(ask(of, '/srv/www', { root: '/' })).toBe('glob:/srv/www');
    expect(ask(of, '/srv/www', { root: '/srv' })).toBe('glob:/srv/www');
  });

  it('with a slash at the end match directories only', () => {
    const of = rules([], ['build/']);
    expect(ask(of, '/x/build', { directory: true })).toBe('glob:build/');
    expect(ask(of, '/x/build')).toBeNull();
  });

  it('that cannot be read are refused when the rules are made', () => {
    expect(() => rules([], ['[a'])).toThrow(/\[a/);
  });
});

describe('the rule vault', () => {
  const of = rules([], [], ['/srv/vault', '/home/a/.local/share/coldframe']);

  it('is always there', () => {
    expect(ask(of, '/srv/vault', { directory: true })).toBe('vault');
    expect(ask(of, '/other/vault', { directory: true })).toBeNull();
  });

  it('holds for a root as well, and for one within', () => {
    expect(of.isOwn('/srv/vault' as ByteString)).toBe(true);
    expect(of.isOwn('/srv/vault/tapes' as ByteString)).toBe(true);
    expect(of.isOwn('/srv/vaults' as ByteString)).toBe(false);
  });
});

/** Something that a pattern of the table stands for. */
const sample = (pattern: string): string =>
  pattern
    .replace(/\[0-9\](?:\+|\*)/g, '17')
    .replace('[0-9a-f]{16,24}', '0123456789abcdef')
    .replace('[0-9a-f]+', 'c0de')
    .replace(/\[[^\]]+\]/g, (set) => set.at(-2) ?? '')
    .replaceAll('**', 'home/ada')
    .replaceAll('*', 'any');

describe('the table that the wizard shows', () => {
  const kinds = (['temp', 'swap', 'spool'] as const).flatMap((type) =>
    UNPROTECTED_PLACES[type].flatMap(({ by, patterns }) => patterns.map((pattern) => ({ type, by, pattern }))),
  );

  it.each(kinds.filter(({ by }) => by !== 'tagged'))('is what $type goes by: $by $pattern', ({ type, by, pattern }) => {
    const of = rules([type]);
    const name = sample(pattern);
    if (by === 'contents') return expect(contents(of, name)).toBe(type);
    return expect(ask(of, `/x/${name}`, { directory: by === 'folder', swapArea: by === 'signed' })).toBe(type);
  });
});

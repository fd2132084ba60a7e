import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import { portableSourceFiles } from '../../platform/portable/source-files.ts';
import { sourceFiles } from '../../platform/source-files.ts';
import type { EntryCursor } from './cursor.ts';
import { encodeIdentity } from './identity.ts';
import { Recorder, select } from './testing/recorder.ts';
import { walk } from './walk.ts';

const layers = process.platform === 'linux' ? [sourceFiles(), portableSourceFiles] : [portableSourceFiles];
const posix = process.platform !== 'win32';
const root = process.getuid?.() === 0;

describe.runIf(posix).each(layers)('a walk ($name)', (files) => {
  let top: string;
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'coldframe-walk-')));
  });
  afterEach(() => {
    execFileSync('chmod', ['-R', 'u+rwX', top]);
    rmSync(top, { recursive: true, force: true });
  });

  /** Makes files and folders (names that end in a slash) with their parents. */
  const make = (...names: string[]) => {
    for (const name of names) {
      const path = join(top, name);
      mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
      if (!name.endsWith('/')) writeFileSync(path, `content of ${name}`);
    }
  };

  const run = (selection = select([top]), recorder = new Recorder(), own: string[] = []) => {
    walk({ selection, files, own: own.map(byteStringFromText) }, recorder);
    return recorder;
  };
  const beneath = (recorder: Recorder) => recorder.paths.map((path) => path.slice(top.length)).sort();

  it('gives the root and everything beneath it once, every directory entered and left', () => {
    make('a/one', 'a/b/two', 'c/', 'three');
    symlinkSync('a', join(top, 'link'));
    const recorder = run();
    expect(beneath(recorder)).toEqual(['', '/a', '/a/b', '/a/b/two', '/a/one', '/c', '/link', '/three']);
    expect(recorder.open).toEqual([]);
    expect(recorder.warnings).toEqual([]);
    expect(recorder.incomplete).toEqual([]);
  });

  it('takes a root that is a file, a link or a FIFO for itself', () => {
    make('dir/x', 'file');
    symlinkSync('dir', join(top, 'link'));
    execFileSync('mkfifo', [join(top, 'pipe')]);
    const types: string[] = [];
    const recorder = new Recorder((cursor) => types.push(cursor.type));
    run(select(['file', 'link', 'pipe'].map((name) => join(top, name))), recorder);
    expect(beneath(recorder)).toEqual(['/file', '/link', '/pipe']);
    expect(types).toEqual(['file', 'symlink', 'fifo']);
  });

  it('warns of a root that became a link, and leaves what it held as it was', () => {
    make('dir/x');
    symlinkSync('dir', join(top, 'link'));
    const passed: string[] = [];
    const walked = (held: number | null, stays: boolean) => {
      const recorder = Object.assign(new Recorder(), { passedOver: (path: string) => passed.push(path) });
      const earlier = { stays: () => stays, wasMounted: () => false, heldOn: () => held, missing: new Map() };
      walk({ selection: select([join(top, 'link')]), files, earlier }, recorder);
      return [beneath(recorder), recorder.warnings.map(({ code }) => code), passed.splice(0).length];
    };
    expect(walked(1, true)).toEqual([[], ['ROOT_IS_LINK'], 1]);
    expect(walked(1, false)).toEqual([['/link'], ['ROOT_IS_LINK'], 0]);
    expect(walked(null, true)).toEqual([['/link'], ['ROOT_IS_LINK'], 0]);
  });

  it('gives elements of overlapping roots once, also where the outer one leaves the inner one out', () => {
    make('a/b/x', 'a/skip/keep/y', 'a/skip/z');
    const roots = [top, join(top, 'a/b'), join(top, 'a'), join(top, 'a'), join(top, 'a/skip/keep')];
    const recorder = run(select(roots, { exclude: ['skip'] }));
    expect(beneath(recorder)).toEqual(['', '/a', '/a/b', '/a/b/x', '/a/skip/keep', '/a/skip/keep/y']);
    expect(recorder.left['glob:skip']?.entries).toBe(2);
  });

  it('counts what each rule leaves out, directories with everything beneath them', () => {
    make('a.tmp', 'deep/b.tmp', '.cache/x/1', '.cache/2', 'keep', 'image.iso');
    const recorder = run(select([top], { unprotected: ['temp'], exclude: ['*.iso'] }));
    expect(beneath(recorder)).toEqual(['', '/deep', '/keep']);
    const bytes = ['a.tmp', 'deep/b.tmp', '.cache/x/1', '.cache/2'].map((name) => `content of ${name}`.length);
    expect(recorder.left.temp).toEqual({ entries: 6, bytes: bytes.reduce((sum, length) => sum + length) });
    expect(recorder.left['glob:*.iso']).toEqual({ entries: 1, bytes: 'content of image.iso'.length });
  });

  it('believes a cache tag only with its signature', () => {
    make('real/x', 'fake/CACHEDIR.TAG', 'fake/x');
    writeFileSync(join(top, 'real/CACHEDIR.TAG'), 'Signature: 8a477f597d28d172789f06886806bc55\n# a cache');
    const recorder = run(select([top], { unprotected: ['temp'] }));
    expect(beneath(recorder)).toEqual(['', '/fake', '/fake/CACHEDIR.TAG', '/fake/x', '/real']);
    expect(recorder.left.temp?.entries).toBe(2);
  });

  it('believes a swap file only with its signature', () => {
    make('swapfile', 'other/swapfile');
    truncateSync(join(top, 'swapfile'), 40960);
    const fd = openSync(join(top, 'swapfile'), 'r+');
    writeSync(fd, 'SWAPSPACE2', 4086);
    closeSync(fd);
    const recorder = run(select([top], { unprotected: ['swap'] }));
    expect(beneath(recorder)).toEqual(['', '/other', '/other/swapfile']);
    expect(recorder.left.swap).toEqual({ entries: 1, bytes: 40960 });
  });

  it('never gives a vault, not even when it is the root', () => {
    make('vault/tapes/1', 'x/y');
    const own = [join(top, 'vault')];
    expect(beneath(run(select([top]), new Recorder(), own))).toEqual(['', '/x', '/x/y']);
    const inside = run(select([join(top, 'vault/tapes')]), new Recorder(), own);
    expect(inside.paths).toEqual([]);
    expect(inside.left.vault?.entries).toBe(2);
  });

  it('has names that are not UTF-8', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${top}/`), Buffer.from([0x66, 0xff, 0xe4])]), '');
    const names: string[] = [];
    run(select([top]), new Recorder((cursor) => names.push(cursor.name)));
    expect(names).toContain('f\xff\xe4');
  });

  it('tells what may not be read, goes on, and says that the directory is incomplete', () => {
    make('closed/x', 'open/y');
    chmodSync(join(top, 'closed'), 0);
    chmodSync(top, 0o755);
    const recorder = withoutPrivileges(() => run());
    expect(beneath(recorder)).toEqual(['', '/closed', '/open', '/open/y']);
    expect(recorder.warnings.map(({ code, path }) => [code, displayText(path)])).toEqual([
      ['ELEMENT_UNREADABLE', join(top, 'closed')],
    ]);
    expect(recorder.incomplete).toEqual([join(top, 'closed')]);
  });

  it('says that a directory is incomplete of whose entries one may not be looked at', () => {
    make('listed/x', 'listed/y', 'open/z');
    chmodSync(join(top, 'listed'), 0o444);
    chmodSync(top, 0o755);
    const recorder = withoutPrivileges(() => run());
    expect(beneath(recorder)).toEqual(['', '/listed', '/open', '/open/z']);
    expect(recorder.warnings.map(({ path }) => displayText(path)).sort()).toEqual([
      join(top, 'listed/x'),
      join(top, 'listed/y'),
    ]);
    expect(recorder.incomplete).toEqual([join(top, 'listed')]);
  });

  it('lets go of what vanishes, and takes what becomes something else for what it is', () => {
    make('a/x', 'b/y', 'c/z', 'first');
    const recorder = new Recorder((cursor) => {
      if (displayText(cursor.name) !== 'first') return;
      rmSync(join(top, 'a'), { recursive: true });
      renameSync(join(top, 'b'), join(top, 'b-was-here'));
      symlinkSync('/etc', join(top, 'b'));
    });
    run(select([top]), recorder);
    expect(recorder.warnings).toEqual([]);
    expect(recorder.paths.filter((path) => path.startsWith('/etc') || path.includes('/b/'))).toEqual([]);
    expect(beneath(recorder)).toContain('/b');
    expect(beneath(recorder)).toContain('/c/z');
  });

  it('warns of a root that is missing, and fails when none is there', () => {
    make('x');
    const recorder = run(select([join(top, 'x'), join(top, 'missing')]));
    expect(recorder.warnings.map(({ path }) => displayText(path))).toEqual([join(top, 'missing')]);
    expect(() => run(select([join(top, 'missing')]))).toThrow(/Nothing that the selection names is there/);
  });

  it('needs to search the folder that a root lies in, and not to list it', () => {
    make('searched/root/x', 'searched/file');
    chmodSync(top, 0o755);
    chmodSync(join(top, 'searched'), 0o711);
    const roots = ['searched/root', 'searched/file'].map((name) => join(top, name));
    const recorder = withoutPrivileges(() => run(select(roots)));
    expect(recorder.warnings).toEqual([]);
    expect(beneath(recorder)).toEqual(['/searched/file', '/searched/root', '/searched/root/x']);
  });

  it('fails when no root can be opened, and says that they are there', () => {
    make('closed/x', 'shut/y/z', 'open/w');
    chmodSync(top, 0o755);
    chmodSync(join(top, 'closed'), 0);
    chmodSync(join(top, 'shut'), 0);
    const roots = ['closed', 'shut/y', 'missing'].map((name) => join(top, name));
    const thrown = withoutPrivileges(() => catching(() => run(select(roots))));
    expect(thrown).toMatchObject({ code: 'ROOTS_UNREADABLE', kind: 'failed' });
    expect((thrown as Error).message).toContain(join(top, 'closed'));
    const recorder = withoutPrivileges(() => run(select([...roots, join(top, 'open')])));
    expect(recorder.warnings.map(({ path }) => displayText(path))).toEqual(roots.toSorted());
  });

  it('stops when asked, with everything closed', () => {
    make(...Array.from({ length: 20 }, (_, index) => `d${index}/x`));
    let asked = 0;
    const stopped = () => {
      asked += 1;
      return asked > 5;
    };
    const recorder = new Recorder();
    const before = openDescriptors();
    const request = { selection: select([top]), files, stopped };
    expect(walk(request, recorder)).toBe(false);
    expect(recorder.paths.length).toBeLessThan(20);
    expect(openDescriptors()).toBe(before);
  });

  it('passes on what its visitor throws, even an error of the system, with everything closed', () => {
    make('a/b/c/x');
    const before = openDescriptors();
    const fail = new Recorder((cursor: EntryCursor) => {
      if (cursor.name === 'x') files.openDirectory(byteStringFromText(join(top, 'nowhere')));
    });
    expect(() => run(select([top]), fail)).toThrow(/nowhere/);
    expect(openDescriptors()).toBe(before);
  });

  it('does not look into a directory that its visitor does not want', () => {
    make('a/x', 'b/y');
    const recorder = new Recorder();
    const enter = recorder.enterDirectory.bind(recorder);
    recorder.enterDirectory = (cursor) => enter(cursor) && cursor.name !== 'a';
    run(select([top]), recorder);
    expect(beneath(recorder)).toEqual(['', '/a', '/b', '/b/y']);
  });

  it('gives attributes, identity and content of the entry that it is at', () => {
    make('file');
    linkSync(join(top, 'file'), join(top, 'file2'));
    symlinkSync('target', join(top, 'link'));
    const found = new Map<string, ReturnType<EntryCursor['attributes']>>();
    run(
      select([top]),
      new Recorder((cursor) => {
        const attributes = cursor.attributes();
        found.set(cursor.name, attributes);
        expect(Buffer.from(cursor.identity())).toEqual(Buffer.from(encodeIdentity(attributes)));
        if (cursor.type !== 'file') return;
        const fd = cursor.openFile();
        const content = Buffer.alloc(100);
        expect(content.toString('utf8', 0, readSync(fd, content))).toBe('content of file');
        files.closeFile(fd);
      }),
    );
    expect(found.get('file')).toMatchObject({ type: 'file', size: 15, links: 2, linkTarget: '' });
    expect(found.get('file')?.inode).toBe(found.get('file2')?.inode);
    expect(found.get('link')).toMatchObject({ type: 'symlink', size: 0, linkTarget: 'target' });
  });

  it('calls racy what changed at about the time it began, and not what changed well before', () => {
    make('x');
    const now = Date.now();
    const racy: boolean[] = [];
    run(
      select([join(top, 'x')]),
      new Recorder((cursor) =>
        racy.push(cursor.racy(now), cursor.racy(now + 60_000), cursor.attributes(now).marks.racy),
      ),
    );
    expect(racy).toEqual([true, false, true]);
  });
});

/** Runs as nobody when we are root, whom nothing is forbidden. */
function withoutPrivileges<T>(body: () => T): T {
  if (!root) return body();
  process.seteuid?.(65534);
  try {
    return body();
  } finally {
    process.seteuid?.(0);
  }
}

/** Open descriptors of this process; 0 where that cannot be counted. */
const openDescriptors = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
const catching = (body: () => unknown): unknown => {
  try {
    return body();
  } catch (error) {
    return error;
  }
};

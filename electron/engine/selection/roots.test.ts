import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { sourceFiles } from '../../platform/source-files.ts';
import { resolveRoot, rootsOf } from './roots.ts';
import { select } from './testing/recorder.ts';

describe.runIf(process.platform !== 'win32')('a root, when it is added', () => {
  let top: string;
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'coldframe-roots-')));
    mkdirSync(join(top, 'real/dir'), { recursive: true });
    symlinkSync('real', join(top, 'link'));
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));
  const resolve = (path: string) => resolveRoot(byteStringFromText(path), sourceFiles());

  it('has the links among its parents resolved, and the person told', () => {
    expect(resolve(join(top, 'link/dir'))).toEqual({ path: join(top, 'real/dir'), changed: true });
    expect(resolve(join(top, 'real/dir'))).toEqual({ path: join(top, 'real/dir'), changed: false });
  });

  it('stays the link that it is', () => {
    expect(resolve(join(top, 'link'))).toEqual({ path: join(top, 'link'), changed: false });
  });

  it('may be the root directory, and may end in slashes', () => {
    expect(resolve('/')).toEqual({ path: '/', changed: false });
    expect(resolve('//').path).toBe('/');
    expect(resolve('/etc//')).toEqual({ path: '/etc', changed: false });
  });

  it('goes up where it says so', () => {
    expect(resolve(`${top}/real/dir/..`)).toEqual({ path: join(top, 'real'), changed: true });
  });

  it('is refused when its parent is not there', () => {
    expect(() => resolve(join(top, 'missing/dir'))).toThrow(/missing/);
  });
});

describe('the roots of a selection', () => {
  it('are each there once, and cross file systems if one that they lie beneath does', () => {
    const selection = select(['/a/b', '/a', '/a', '/ab'], {});
    const crossing = { roots: [...selection.roots, ...select(['/a'], { cross: true }).roots] };
    expect(rootsOf(crossing)).toEqual([
      { path: '/a' as ByteString, crossFileSystems: true },
      { path: '/a/b' as ByteString, crossFileSystems: true },
      { path: '/ab' as ByteString, crossFileSystems: false },
    ]);
  });
});

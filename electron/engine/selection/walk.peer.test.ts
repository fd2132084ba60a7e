import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ByteString, byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import { closeFd, makeDirectory, openAt, openDirectory } from '../../platform/linux/index.ts';
import { canMountLoopFileSystems, withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { Recorder, select } from './testing/recorder.ts';
import { walk } from './walk.ts';

describeWithPeers('a walk over real mounts', ['mount', 'umount', 'mkfs.ext4', 'mkfs.btrfs', 'btrfs'], () => {
  let top: string;
  const mounted: string[] = [];
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'coldframe-mounts-')));
  });
  afterEach(() => {
    for (const path of mounted.splice(0).reverse()) execFileSync('umount', [path]);
    rmSync(top, { recursive: true, force: true });
  });

  const mount = (path: string, ...options: string[]) => {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', [...options, path]);
    mounted.push(path);
  };
  const run = (cross: boolean, roots = [top]) => {
    const recorder = new Recorder();
    walk({ selection: select(roots, { cross }) }, recorder);
    return recorder;
  };
  const beneath = (recorder: Recorder) => recorder.paths.map((path) => path.slice(top.length)).sort();
  const asRoot = it.runIf(canMountLoopFileSystems());

  asRoot('keeps a mount point without what is mounted there, and says so', () => {
    mount(join(top, 'disk'), '-t', 'tmpfs', 'none');
    writeFileSync(join(top, 'disk/inside'), '');
    writeFileSync(join(top, 'outside'), '');
    const recorder = run(false);
    expect(beneath(recorder)).toEqual(['', '/disk', '/outside']);
    expect(recorder.mounts).toEqual([join(top, 'disk')]);
    expect(recorder.warnings).toEqual([]);
  });

  asRoot('goes into other file systems when the root says so', () => {
    mount(join(top, 'disk'), '-t', 'tmpfs', 'none');
    writeFileSync(join(top, 'disk/inside'), '');
    expect(beneath(run(true))).toEqual(['', '/disk', '/disk/inside']);
  });

  asRoot('does not go into a bind mount of its own file system unless it crosses', () => {
    mkdirSync(join(top, 'real/sub'), { recursive: true });
    mount(join(top, 'bound'), '--bind', join(top, 'real'));
    expect(beneath(run(false))).toEqual(['', '/bound', '/real', '/real/sub']);
    expect(beneath(run(true))).toEqual(['', '/bound', '/bound/sub', '/real', '/real/sub']);
  });

  asRoot('never gives a vault, under whatever path it is mounted again', () => {
    mkdirSync(join(top, 'vault/tapes'), { recursive: true });
    mount(join(top, 'again'), '--bind', join(top, 'vault'));
    const own = [byteStringFromText(join(top, 'vault'))];
    for (const [roots, found] of [
      [[top], ['']],
      [[join(top, 'again')], []],
    ] as const) {
      const recorder = new Recorder();
      walk({ selection: select(roots, { cross: true }), own }, recorder);
      expect(beneath(recorder)).toEqual(found);
      expect(recorder.left.vault?.entries).toBe(roots[0] === top ? 4 : 2);
    }
  });

  asRoot('survives a directory that is mounted within itself', () => {
    mkdirSync(join(top, 'a/b'), { recursive: true });
    writeFileSync(join(top, 'a/file'), '');
    mount(join(top, 'a/b'), '--bind', join(top, 'a'));
    const recorder = run(true);
    expect(beneath(recorder)).toEqual(['', '/a', '/a/b', '/a/file']);
    expect(recorder.warnings.map(({ code, path }) => [code, displayText(path)])).toEqual([
      ['DIRECTORY_LOOP', join(top, 'a/b')],
    ]);
  });

  asRoot('does not go into subvolumes of btrfs unless it crosses', async () => {
    await withLoopFileSystem('btrfs', 256 << 20, (folder) => {
      execFileSync('btrfs', ['subvolume', 'create', join(folder, 'sub')]);
      writeFileSync(join(folder, 'sub/x'), '');
      const names = (recorder: Recorder) => recorder.paths.map((path) => path.slice(folder.length));
      expect(names(run(false, [folder]))).toEqual(['', '/sub']);
      expect(names(run(true, [folder]))).toEqual(['', '/sub', '/sub/x']);
    });
  });

  asRoot('reaches elements whose paths are longer than one system call takes', () => {
    const name = byteStringFromText('n'.repeat(250));
    let fd = openDirectory(byteStringFromText(top));
    for (let depth = 0; depth < 40; depth += 1) {
      makeDirectory(fd, name, 0o755);
      const next = openAt(fd, name, 0);
      closeFd(fd);
      fd = next;
    }
    closeFd(openAt(fd, 'deep' as ByteString, 0o102, 0o644));
    closeFd(fd);
    const deep: { path: string; size: number }[] = [];
    const recorder = new Recorder((cursor) => {
      if (cursor.name === 'deep') deep.push({ path: cursor.path, size: cursor.attributes().size });
    });
    walk({ selection: select([top]) }, recorder);
    expect(deep).toEqual([{ path: `${top}${`/${name}`.repeat(40)}/deep`, size: 0 }]);
    expect(recorder.warnings).toEqual([]);

    // The long path serves as a root as well.
    const root = deep[0]?.path ?? '';
    const again = new Recorder();
    walk({ selection: select([root]) }, again);
    expect(again.paths).toEqual([root]);
  });
});

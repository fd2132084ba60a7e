import {
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { isErrno } from '../errno.ts';
import { FileStat } from '../file-stat.ts';
import * as linux from './index.ts';
import { safeResolution } from './open.ts';

const name = (text: string) => text as ByteString;

/** The errno that a call fails with, null when it does not. */
const errnoOf = (body: () => unknown): string | null => {
  try {
    body();
    return null;
  } catch (error) {
    return (error as { context: { errno: string } }).context.errno;
  }
};

describe.runIf(process.platform === 'linux')('Linux', () => {
  let folder: string;
  let fd: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-linux-'));
    fd = linux.openDirectory(byteStringFromText(folder));
  });
  afterEach(() => {
    linux.closeFd(fd);
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each([true, false])('opening beneath a directory (resolved by the kernel: %s)', (byKernel) => {
    beforeEach(() => {
      linux.closeFd(linux.openDirectoryBeneath(fd, name('')));
      safeResolution.set(byKernel);
      mkdirSync(join(folder, 'a/b'), { recursive: true });
      writeFileSync(join(folder, 'a/b/file'), 'x');
      symlinkSync('a', join(folder, 'link'));
      symlinkSync('/etc', join(folder, 'a/away'));
    });
    afterEach(() => safeResolution.set(true));

    it('opens files and directories at any depth', () => {
      linux.closeFd(linux.openDirectoryBeneath(fd, name('a/b')));
      linux.closeFd(linux.openBeneath(fd, name('a/b/file'), 0));
      expect(safeResolution.used).toBe(byKernel);
    });

    it('follows no link on the way and none at the end', () => {
      const { O_RDONLY } = constants;
      for (const path of ['link/b', 'a/away', 'a/away/ssh', 'link']) {
        expect(['ELOOP', 'ENOTDIR']).toContain(errnoOf(() => linux.openDirectoryBeneath(fd, name(path))));
      }
      expect(errnoOf(() => linux.openBeneath(fd, name('a/away/passwd'), O_RDONLY))).toMatch(/ELOOP|ENOTDIR/);
    });

    it('never leaves the directory', () => {
      for (const path of ['../x', 'a/../..', '..']) {
        expect(errnoOf(() => linux.openBeneath(fd, name(path), 0))).toBe('EXDEV');
      }
    });

    it('goes stepwise where the path is longer than one call takes', () => {
      const long = name('d'.repeat(200));
      let at = linux.openDirectoryBeneath(fd, name(''));
      for (let depth = 0; depth < 30; depth += 1) {
        linux.makeDirectory(at, long, 0o755);
        const next = linux.openAt(at, long, 0);
        linux.closeFd(at);
        at = next;
      }
      const [there, stat] = [new FileStat(), new FileStat()];
      linux.statFd(at, there);
      linux.closeFd(at);
      const path = Array.from({ length: 30 }, () => long).join('/');
      const opened = linux.openDirectoryBeneath(fd, name(path));
      linux.statFd(opened, stat);
      expect(stat.inode).toBe(there.inode);
      linux.closeFd(opened);
      const absolute = linux.openDirectory(byteStringFromText(`${folder}/${path}`));
      linux.statFd(absolute, stat);
      expect(stat.inode).toBe(there.inode);
      linux.closeFd(absolute);
      expect(errnoOf(() => linux.openDirectoryBeneath(fd, name(`${path}/missing`)))).toBe('ENOENT');
    });
  });

  it('makes names, moves them, and never over another one unless told to', () => {
    linux.makeSymbolicLink(fd, name('link'), name('to\xffwhere'));
    expect(linux.readLink(fd, name('link'))).toBe('to\xffwhere');
    writeFileSync(join(folder, 'one'), '1');
    writeFileSync(join(folder, 'two'), '2');
    expect(errnoOf(() => linux.renameWithoutReplacing(fd, name('one'), fd, name('two')))).toBe('EEXIST');
    linux.renameWithoutReplacing(fd, name('one'), fd, name('three'));
    linux.renameAt(fd, name('three'), fd, name('two'));
    expect(readFileSync(join(folder, 'two'), 'utf8')).toBe('1');
    linux.makeHardLink(fd, name('link'), fd, name('link2'));
    expect(readlinkSync(join(folder, 'link2'), { encoding: 'latin1' })).toBe('to\xffwhere');
    linux.makeHardLink(fd, name('two'), fd, name('again'));
    expect(statSync(join(folder, 'two')).nlink).toBe(2);
    linux.unlinkAt(fd, name('again'));
    linux.makeDirectory(fd, name('dir'), 0o700);
    expect(errnoOf(() => linux.unlinkAt(fd, name('dir')))).toBe('EISDIR');
    linux.removeDirectoryAt(fd, name('dir'));
  });

  it('sets modes, times to the nanosecond before and after 1970, and lengths', () => {
    writeFileSync(join(folder, 'file'), 'content');
    linux.makeSymbolicLink(fd, name('link'), name('file'));
    const file = linux.openAt(fd, name('file'), constants.O_RDWR);
    const stat = new FileStat();
    linux.changeModeOf(file, 0o6751);
    linux.setModifiedOf(file, { seconds: -5, nanos: 123_456_789 });
    linux.statFd(file, stat);
    expect(stat).toMatchObject({ mode: 0o6751, modifiedSeconds: -5, modifiedNanos: 123_456_789 });
    linux.setModified(fd, name('link'), { seconds: 4_000_000_000, nanos: 1 });
    linux.statAt(fd, 'link', stat);
    expect(stat).toMatchObject({ modifiedSeconds: 4_000_000_000, modifiedNanos: 1 });
    linux.statFd(file, stat);
    expect(stat.modifiedSeconds).toBe(-5);
    linux.setLength(file, 1 << 20);
    linux.statFd(file, stat);
    expect(stat.size).toBe(1 << 20);
    linux.closeFd(file);
  });

  it('makes FIFOs and sockets', () => {
    const stat = new FileStat();
    linux.makeNode(fd, name('pipe'), 'fifo', 0o640);
    linux.statAt(fd, 'pipe', stat);
    expect(stat.type).toBe(3);
    linux.makeNode(fd, name('socket'), 'socket', 0o640);
    linux.statAt(fd, 'socket', stat);
    expect(stat.type).toBe(4);
  });

  it.runIf(process.getuid?.() === 0)(
    'makes devices with their numbers, and changes owners without following links',
    () => {
      const stat = new FileStat();
      linux.makeNode(fd, name('disk'), 'blockdev', 0o600, 259, 70_000);
      linux.statAt(fd, 'disk', stat);
      expect(stat).toMatchObject({ type: 6, deviceMajor: 259, deviceMinor: 70_000 });
      linux.makeSymbolicLink(fd, name('link'), name('/etc/passwd'));
      linux.changeOwner(fd, name('link'), 4_000_000_000, 65_534);
      linux.statAt(fd, 'link', stat);
      expect(stat).toMatchObject({ uid: 4_000_000_000, gid: 65_534 });
      expect(statSync('/etc/passwd').uid).toBe(0);
    },
  );

  it('finds data and holes, and gives ranges back', () => {
    const file = linux.openAt(fd, name('file'), constants.O_RDWR | constants.O_CREAT, 0o600);
    linux.setLength(file, 1 << 20);
    expect(linux.nextData(file, 0)).toBeNull();
    writeFileSync(join(folder, 'file'), Buffer.alloc(65536, 1), { flag: 'r+' });
    expect(linux.nextData(file, 0)).toBe(0);
    expect(linux.nextHole(file, 0)).toBe(65536);
    if (linux.punchHole(file, 0, 4096)) expect(linux.nextData(file, 0)).toBe(4096);
    linux.closeFd(file);
  });

  it('lets one hold a lock', () => {
    writeFileSync(join(folder, 'lock'), '');
    const [one, other] = [linux.openAt(fd, name('lock'), 0), linux.openAt(fd, name('lock'), 0)];
    expect(linux.lock(one, 'exclusive')).toBe(true);
    expect(linux.lock(other, 'exclusive')).toBe(false);
    linux.lock(one, 'release');
    expect(linux.lock(other, 'exclusive')).toBe(true);
    linux.closeFd(one);
    linux.closeFd(other);
  });

  it('knows accounts by number and by name', () => {
    expect(linux.userName(userInfo().uid)).toBe(userInfo().username);
    expect(linux.userId(userInfo().username)).toBe(userInfo().uid);
    expect(linux.groupId(linux.groupName(0))).toBe(0);
    expect(linux.userName(3_999_999_999)).toBe('');
    expect(linux.userId('nobody of this name')).toBeNull();
    expect(linux.groupId('')).toBeNull();
  });

  it('says which path failed, at any depth, and why', () => {
    mkdirSync(join(folder, 'deep'));
    const deep = linux.openAt(fd, name('deep'), 0);
    try {
      linux.openAt(deep, name('missing'), 0);
      expect.unreachable();
    } catch (error) {
      expect(isErrno(error, 'ENOENT')).toBe(true);
      expect(String(error)).toContain(join(folder, 'deep', 'missing'));
    } finally {
      linux.closeFd(deep);
    }
  });

  it('refuses a listing within a listing, which would share its memory', () => {
    writeFileSync(join(folder, 'x'), '');
    expect(() => linux.listDirectory(fd, () => linux.listDirectory(fd, () => {}))).toThrow(/within another/);
    expect(() => linux.listDirectory(fd, () => {})).not.toThrow();
  });
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText, joinBytes } from '../../shared/byte-string.ts';
import { isErrno } from './errno.ts';
import { FileStat, TYPE_DIRECTORY, TYPE_FIFO, TYPE_FILE, TYPE_SYMLINK } from './file-stat.ts';
import { linuxSourceFiles } from './linux/source-files.ts';
import { portableSourceFiles } from './portable/source-files.ts';

const layers = process.platform === 'linux' ? [linuxSourceFiles, portableSourceFiles] : [portableSourceFiles];
const posix = process.platform !== 'win32';

describe.each(layers)('source files ($name)', (files) => {
  let folder: string;
  let path: ByteString;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-source-'));
    path = files.resolve(byteStringFromText(posix ? folder : `/${folder.replaceAll('\\', '/')}`));
    writeFileSync(join(folder, 'file'), 'content');
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'inner'), '');
    if (!posix) return;
    symlinkSync('file', join(folder, 'link'));
    symlinkSync('sub', join(folder, 'sublink'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    linkSync(join(folder, 'file'), join(folder, 'second'));
    chmodSync(join(folder, 'file'), 0o4751);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const named = (name: string) => name as ByteString;

  it('lists every name once, and says which are directories', () => {
    const found = new Map<string, boolean | null>();
    const directory = files.openDirectory(path);
    directory.list((name, isDirectory) => found.set(name, isDirectory));
    directory.close();
    const expected = posix ? ['file', 'link', 'pipe', 'second', 'sub', 'sublink'] : ['file', 'sub'];
    expect([...found.keys()].sort()).toEqual(expected);
    expect(found.get('sub')).not.toBe(false);
    expect(found.get('sublink') ?? false).toBe(false);
  });

  it('reads what an entry is while it is listed, to the nanosecond', () => {
    const directory = files.openDirectory(path);
    const stat = new FileStat();
    directory.list((name) => {
      expect(directory.statListed(stat)).toBe(true);
      const truth = lstatSync(join(folder, name), { bigint: true });
      expect(stat.inode).toBe(Number(truth.ino));
      expect(stat.device).toBe(Number(truth.dev));
      expect(stat.size).toBe(Number(truth.size));
      expect(stat.links).toBe(Number(truth.nlink));
      expect(stat.mode).toBe(Number(truth.mode & 0o7777n));
      expect(BigInt(stat.modifiedSeconds) * 1_000_000_000n + BigInt(stat.modifiedNanos)).toBe(truth.mtimeNs);
      expect(BigInt(stat.changedSeconds) * 1_000_000_000n + BigInt(stat.changedNanos)).toBe(truth.ctimeNs);
    });
    directory.close();
  });

  it('tells the types apart', () => {
    const directory = files.openDirectory(path);
    const typeOf = (name: string) => {
      const stat = new FileStat();
      directory.statEntry(named(name), stat);
      return stat.type;
    };
    expect(typeOf('file')).toBe(TYPE_FILE);
    expect(typeOf('sub')).toBe(TYPE_DIRECTORY);
    if (posix) expect(typeOf('link')).toBe(TYPE_SYMLINK);
    if (posix) expect(typeOf('pipe')).toBe(TYPE_FIFO);
    directory.close();
  });

  it('opens files for reading and directories for listing', () => {
    const directory = files.openDirectory(path);
    const fd = directory.openFile(named('file'));
    const content = Buffer.alloc(16);
    expect(content.toString('utf8', 0, readSync(fd, content, 0, 16, 0))).toBe('content');
    files.closeFile(fd);
    const names: string[] = [];
    const sub = directory.openDirectory(named('sub'));
    sub.list((name) => names.push(name));
    expect(names).toEqual(['inner']);
    sub.close();
    directory.close();
  });

  it.runIf(posix)('reads links and follows none', () => {
    const directory = files.openDirectory(path);
    expect(directory.readLink(named('link'))).toBe('file');
    expect(() => directory.openFile(named('link'))).toThrow(/ELOOP/);
    expect(() => directory.openDirectory(named('sublink'))).toThrow(/ENOTDIR|ELOOP/);
    expect(() => files.openDirectory(joinBytes(path, named('sublink')))).toThrow(/ENOTDIR|ELOOP/);
    directory.close();
  });

  it.runIf(posix)('does not wait for a FIFO that nobody writes to', () => {
    const directory = files.openDirectory(path);
    files.closeFile(directory.openFile(named('pipe')));
    directory.close();
  });

  it('names the path and the reason when something is not there', () => {
    const directory = files.openDirectory(path);
    let thrown: unknown = null;
    try {
      directory.openFile(named('missing'));
    } catch (error) {
      thrown = error;
    }
    expect(isErrno(thrown, 'ENOENT')).toBe(true);
    expect(String(thrown)).toContain('missing');
    directory.close();
  });
});

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ByteString, byteStringFromText } from '../../shared/byte-string.ts';
import type { DestinationFiles } from './destination-files.ts';
import { FileStat, TYPE_DIRECTORY, TYPE_FILE } from './file-stat.ts';
import { linuxDestinationFiles } from './linux/destination-files.ts';
import { portableDestinationFiles } from './portable/destination-files.ts';

const layers: readonly DestinationFiles[] =
  process.platform === 'linux' ? [linuxDestinationFiles, portableDestinationFiles] : [portableDestinationFiles];

describe.each(layers)('destination files ($name)', (files) => {
  let folder = '';
  let root = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-destination-'));
    root = files.openRoot(byteStringFromText(folder));
    onTestFinished(() => {
      files.closeFd(root);
      rmSync(folder, { recursive: true, force: true });
    });
  });

  const named = (name: string) => name as ByteString;
  const at = (name: string) => join(folder, name);
  const write = (name: string, content: string): void => {
    const fd = files.createFile(root, named(name), 0o600);
    writeSync(fd, content);
    files.closeWritten(fd);
  };

  it('makes directories and looks into them', () => {
    files.makeDirectory(root, named('sub'), 0o700);
    const sub = files.openDirectory(root, named('sub'));
    expect(files.isEmpty(sub)).toBe(true);
    const fd = files.createFile(sub, named('inner'), 0o600);
    files.closeFd(fd);
    expect(files.isEmpty(sub)).toBe(false);
    const names: string[] = [];
    files.list(root, (name) => names.push(name));
    expect(names).toEqual(['sub']);
    expect(files.pathOf(sub)).toBe(byteStringFromText(at('sub')));
    expect(files.statAt(root, named('sub'), new FileStat()).type).toBe(TYPE_DIRECTORY);
    expect(files.openDirectoryIfThere(root, named('missing'))).toBeNull();
    expect(() => files.makeDirectory(root, named('sub'), 0o700)).toThrow(/EEXIST/);
    files.closeFd(sub);
  });

  it('goes through the links of the user alone', () => {
    mkdirSync(at('real'));
    symlinkSync('real', at('link'));
    files.closeFd(files.openRoot(byteStringFromText(at('link'))));
    expect(() => files.openDirectory(root, named('link'))).toThrow(/ENOTDIR|ELOOP/);
    expect(() => files.openDirectoryIfThere(root, named('link'))).toThrow(/ENOTDIR|ELOOP/);
    writeFileSync(at('real/file'), 'mine');
    symlinkSync('real/file', at('filelink'));
    for (const open of ['openForReading', 'openForWriting', 'openForDressing'] as const)
      expect(() => files[open](root, named('filelink')), open).toThrow(/ELOOP/);
    expect(() => files.createFile(root, named('filelink'), 0o600)).toThrow(/EEXIST/);
  });

  it('writes nothing through a link that takes the place of an open directory', () => {
    mkdirSync(at('sub'));
    mkdirSync(at('outside'));
    const sub = files.openDirectory(root, named('sub'));
    renameSync(at('sub'), at('moved'));
    symlinkSync('outside', at('sub'));
    try {
      files.closeFd(files.createFile(sub, named('file'), 0o600));
    } catch (error) {
      expect(String(error)).toMatch(/ELOOP/);
    }
    files.closeFd(sub);
    expect(readdirSync(at('outside'))).toEqual([]);
  });

  it('writes files in turns, and gives them their length', () => {
    write('file', 'con');
    const fd = files.openForWriting(root, named('file'));
    writeSync(fd, 'tent', 3);
    files.setLength(fd, 10);
    expect(files.statFd(fd, new FileStat())).toMatchObject({ type: TYPE_FILE, size: 10, links: 1 });
    files.closeWritten(fd);
    expect(readFileSync(at('file'), 'latin1')).toBe('content\0\0\0');
    const reading = files.openForReading(root, named('file'));
    expect(files.nextData(reading, 0) ?? 0).toBe(0);
    files.closeFd(reading);
  });

  it('moves a name only where nothing is, or over everything but a directory', () => {
    write('one', '1');
    write('two', '2');
    symlinkSync('nowhere', at('link'));
    mkdirSync(at('dir'));
    for (const taken of ['two', 'link', 'dir'])
      expect(() => files.renameWithoutReplacing(root, named('one'), root, named(taken)), taken).toThrow(/EEXIST/);
    expect(() => files.renameWithoutReplacing(root, named('link'), root, named('two'))).toThrow(/EEXIST/);
    expect(() => files.renameAt(root, named('one'), root, named('dir'))).toThrow(/EISDIR/);
    files.renameWithoutReplacing(root, named('one'), root, named('free'));
    files.renameAt(root, named('free'), root, named('two'));
    files.renameWithoutReplacing(root, named('link'), root, named('other'));
    expect(readFileSync(at('two'), 'utf8')).toBe('1');
    expect(lstatSync(at('two')).nlink).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['dir', 'other', 'two']);
  });

  it('removes names, and no directory', () => {
    write('file', '');
    mkdirSync(at('dir'));
    files.unlinkAt(root, named('file'));
    expect(() => files.unlinkAt(root, named('file'))).toThrow(/ENOENT/);
    expect(() => files.unlinkAt(root, named('dir'))).toThrow(/EISDIR/);
  });

  it('makes links of both kinds', () => {
    write('file', 'content');
    files.makeHardLink(root, named('file'), root, named('second'));
    expect(statSync(at('second')).ino).toBe(statSync(at('file')).ino);
    files.makeSymbolicLink(root, named('symbolic'), named('file'));
    expect(readlinkSync(at('symbolic'))).toBe('file');
    expect(files.readLink(root, named('symbolic'))).toBe('file');
  });

  it('sets modes and times of what is open and of names, and never through a link', () => {
    write('file', '');
    mkdirSync(at('dir'));
    symlinkSync('file', at('link'));
    const modifiedAt = { seconds: -123_456_789, nanos: 250_000_000 };
    const earlier = lstatSync(at('file'), { bigint: true }).mtimeNs;
    files.setModified(root, named('link'), modifiedAt);
    expect(lstatSync(at('file'), { bigint: true }).mtimeNs).toBe(earlier);
    expect(() => files.changeMode(root, named('link'), 0o4755)).toThrow(/ELOOP|EOPNOTSUPP/);
    expect(statSync(at('file')).mode & 0o7777).toBe(0o600);
    const dir = files.openDirectory(root, named('dir'));
    for (const opened of [files.openForDressing(root, named('file')), files.openForDressing(dir, named('.'))]) {
      files.changeModeOf(opened, 0o751);
      files.changeOwnerOf(opened, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
      files.setModifiedOf(opened, modifiedAt);
      files.closeFd(opened);
    }
    for (const name of ['file', 'dir', 'link'])
      expect(lstatSync(at(name), { bigint: true }).mtimeNs, name).toBe(-123_456_788_750_000_000n);
    for (const name of ['file', 'dir']) expect(lstatSync(at(name)).mode & 0o7777, name).toBe(0o751);
    files.changeMode(dir, named('.'), 0o700);
    expect(lstatSync(at('dir')).mode & 0o7777).toBe(0o700);
    files.closeFd(dir);
  });

  it('makes directories durable, at once or one by one', () => {
    expect(files.syncAll(root)).toBe(files.name === 'linux');
    files.syncDirectory(root);
  });

  it('names the path and the reason when something cannot be done', () => {
    expect(() => files.openForReading(root, named('missing'))).toThrow(/missing.*ENOENT/);
    write('file', '');
    expect(() => files.createFile(root, named('file'), 0o600)).toThrow(/file.*EEXIST/);
  });
});

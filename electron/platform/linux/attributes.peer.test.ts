import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { canMountLoopFileSystems, FILE_SYSTEMS, withLoopFileSystem } from '../testing/loop-file-system.ts';
import { describeWithPeers } from '../testing/peers.ts';
import * as linux from './index.ts';

const name = (text: string) => text as ByteString;

/** Attributes as `getfattr` reads them: name and value in hexadecimal. */
function getfattr(path: string): Record<string, string> {
  const text = execFileSync('getfattr', ['-h', '-d', '-m', '-', '-e', 'hex', '--absolute-names', path], {
    encoding: 'utf8',
  });
  const found: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^([^#=]+)=0x([0-9a-f]*)$/.exec(line);
    if (match?.[1] !== undefined) found[match[1]] = match[2] ?? '';
  }
  return found;
}

const ours = (list: ReturnType<typeof linux.readExtendedAttributes>) =>
  Object.fromEntries(list.map((one) => [one.name, Buffer.from(one.value).toString('hex')]));

const peers = ['getfattr', 'setfattr', 'setfacl', 'getfacl', 'lsattr', 'chattr', 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs'];
describeWithPeers('extended attributes and flags', peers, () => {
  describe.runIf(canMountLoopFileSystems()).each(FILE_SYSTEMS)('on %s', (kind) => {
    test('are those that getfattr reads, and written back make the same ACL', async () => {
      await withLoopFileSystem(kind, (folder) => {
        const at = (path: string) => join(folder, path);
        writeFileSync(at('file'), '');
        mkdirSync(at('dir'));
        symlinkSync('file', at('link'));
        execFileSync('setfattr', ['-n', 'user.comment', '-v', 'hello', at('file')]);
        execFileSync('setfattr', ['-n', 'user.empty', at('file')]);
        execFileSync('setfattr', ['-n', 'user.large', '-v', `0x${'ab'.repeat(3000)}`, at('file')]);
        execFileSync('setfattr', ['-h', '-n', 'trusted.of-the-link', '-v', 'x', at('link')]);
        execFileSync('setfacl', ['-m', 'u:12345:rw,g:54321:r', at('file')]);
        execFileSync('setfacl', ['-d', '-m', 'u:12345:rwx', at('dir')]);
        writeFileSync(at('copy'), '');

        const fd = linux.openDirectory(byteStringFromText(folder));
        for (const path of ['file', 'dir', 'link']) {
          const found = linux.readExtendedAttributes(fd, path);
          expect(ours(found)).toEqual(getfattr(at(path)));
          expect(found.length).toBeGreaterThan(0);
        }
        const own = linux.openDirectory(byteStringFromText(at('dir')));
        expect(ours(linux.readExtendedAttributes(own, ''))).toEqual(getfattr(at('dir')));
        linux.closeFd(own);
        const file = linux.openAt(fd, name('file'), 0);
        expect(ours(linux.readExtendedAttributesOf(file))).toEqual(getfattr(at('file')));
        linux.closeFd(file);

        for (const one of linux.readExtendedAttributes(fd, 'file')) linux.setExtendedAttribute(fd, 'copy', one);
        const acl = (path: string) =>
          execFileSync('getfacl', ['-c', '--absolute-names', at(path)], { encoding: 'utf8' });
        expect(acl('copy')).toBe(acl('file'));
        expect(getfattr(at('copy'))).toEqual(getfattr(at('file')));
        linux.removeExtendedAttribute(fd, 'copy', 'user.comment');
        linux.removeExtendedAttribute(fd, 'copy', 'user.comment');
        expect(Object.keys(getfattr(at('copy')))).not.toContain('user.comment');
        linux.closeFd(fd);
      });
    });

    test('flags are those that chattr set, and can be taken back', async () => {
      await withLoopFileSystem(kind, (folder) => {
        const path = join(folder, 'file');
        writeFileSync(path, '');
        execFileSync('chattr', ['+di', path]);
        const fd = linux.openAt(linux.AT_FDCWD, byteStringFromText(path), 0);
        const flags = linux.readFileFlags(fd) ?? 0;
        expect(flags & linux.FS_IMMUTABLE_FL).not.toBe(0);
        expect(flags & 0x40).not.toBe(0);
        linux.setFileFlags(fd, flags & ~linux.FS_IMMUTABLE_FL);
        linux.closeFd(fd);
        expect(execFileSync('lsattr', [path], { encoding: 'utf8' }).split(' ')[0]).toMatch(/^[^i]*d[^i]*$/);
      });
    });
  });
});

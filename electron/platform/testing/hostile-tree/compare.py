"""Compares two trees in everything that a restore must bring back, by relative steps, so that no path is too long."""

import hashlib
import os
import stat

import system

WINDOW = 64 * 1024
BLOCK = 4096
SHOWN_FLAGS = sum(system.FLAGS.values())
NO_DATA = bytes(WINDOW)


def digest_of(fd, size, ranges):
    """A digest of the content that does not depend on where the holes are."""
    digest, window = hashlib.sha256(b'%d' % size), -1
    for start, end in ranges:
        first = max(start // WINDOW, window + 1)
        for window in range(first, (end + WINDOW - 1) // WINDOW):
            content = os.pread(fd, WINDOW, window * WINDOW)
            if content != NO_DATA[: len(content)]:
                digest.update(b'%d:' % window)
                digest.update(content)
    return digest.hexdigest()[:20]


def blocks_of(ranges):
    """Ranges widened to whole blocks and joined."""
    joined = []
    for start, end in ranges:
        start, end = start // BLOCK, (end + BLOCK - 1) // BLOCK
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def xattrs_of(name, fd):
    """Extended attributes by way of /proc, the only way that takes a descriptor and does not follow a link."""
    path = b'/proc/self/fd/%d/%s' % (fd, name)
    return {
        attribute.encode('utf-8', 'surrogateescape').hex(): os.getxattr(path, attribute, follow_symlinks=False).hex()
        for attribute in os.listxattr(path, follow_symlinks=False)
        if attribute != 'security.selinux'
    }


def record(name, folder):
    inode = os.stat(name, dir_fd=folder, follow_symlinks=False)
    kind = system.kind_of(inode.st_mode)
    found = {
        'type': kind,
        'mode': oct(stat.S_IMODE(inode.st_mode)),
        'owner': (inode.st_uid, inode.st_gid),
        'mtime': inode.st_mtime_ns,
        'xattrs': xattrs_of(name, folder),
        'links': inode.st_nlink if kind != 'dir' else 0,
        'inode': (inode.st_dev, inode.st_ino),
    }
    if kind == 'symlink':
        found['target'] = os.readlink(name, dir_fd=folder).hex()
    if kind in ('chardev', 'blockdev'):
        found['device'] = (os.major(inode.st_rdev), os.minor(inode.st_rdev))
    if kind in ('file', 'dir'):
        fd = system.open_inode(name, folder)
        try:
            flags = system.flags_of(fd)
            found['flags'] = None if flags is None else hex(flags & SHOWN_FLAGS)
            if kind == 'file':
                ranges = system.data_ranges(fd, inode.st_size)
                found['size'] = inode.st_size
                found['content'] = digest_of(fd, inode.st_size, ranges)
                found['data'] = blocks_of(ranges)
                found['allocated'] = inode.st_blocks
        finally:
            os.close(fd)
    return found


def scan(root):
    """Every element below a folder, and the folder itself as `.`."""
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.sync()
        found = {b'.': record(b'.', top)}
    finally:
        os.close(top)
    for folder, dirs, files, fd in os.fwalk(root, follow_symlinks=False):
        for name in dirs + files:
            found[os.path.join(folder, name)[len(root) + 1 :]] = record(name, fd)
    return found


def groups(found):
    """For each name the names that are the same inode."""
    by_inode = {}
    for path, element in found.items():
        if element['links'] > 1:
            by_inode.setdefault(element['inode'], []).append(path)
    return {path: sorted(paths) for paths in by_inode.values() for path in paths}


def inflated(one, other):
    """The first range of blocks that is data in the copy and a hole in the original, and takes space for it."""
    before, after = one.get('data'), other.get('data')
    if before is None or after is None or other['allocated'] <= one['allocated']:
        return None
    for start, end in after:
        at = start
        for low, high in before:
            if low <= at < high:
                at = high
        if at < end:
            return (at, min([end] + [low for low, _ in before if low > at]))
    return None


FIELDS = ('type', 'mode', 'owner', 'mtime', 'xattrs', 'target', 'device', 'flags', 'size', 'content')


def differences(one, other, ignore):
    """Sentences about what differs, at most a hundred; `ignore` names fields, `holes` and `links` among them."""
    before, after = scan(one), scan(other)
    said = [f'too many: {shown(path)}' for path in sorted(after.keys() - before.keys())]
    links_before, links_after = groups(before), groups(after)
    for path in sorted(before.keys() & after.keys()):
        a, b = before[path], after[path]
        for field in FIELDS:
            if field not in ignore and a.get(field) != b.get(field):
                said.append(f'{field}: {shown(path)}: {brief(a.get(field))} became {brief(b.get(field))}')
        if 'links' not in ignore and links_before.get(path) != links_after.get(path):
            said.append(f'links: {shown(path)}: {brief(links_before.get(path))} became {brief(links_after.get(path))}')
        blocks = None if 'holes' in ignore else inflated(a, b)
        if blocks:
            said.append(f'holes: {shown(path)}: blocks {blocks[0]} to {blocks[1]} were a hole')
    # Last: whoever expects some to be missing must not lose sight of the others.
    said += [f'missing: {shown(path)}' for path in sorted(before.keys() - after.keys())]
    return {'elements': len(before), 'differences': said[:100] + ([f'and {len(said) - 100} more'] if len(said) > 100 else [])}


def shown(path):
    return path.decode('utf-8', 'backslashreplace').replace('\n', '\\n')[:300]


def brief(value):
    text = repr(value)
    return text if len(text) < 200 else f'{text[:200]}… ({len(text)} characters)'

"""Everything an inode can carry besides content."""

import errno
import os
import stat

import system
from system import FLAGS, GROUP, GROUP_OBJ, MASK, NOBODY_IN_PARTICULAR, OTHER, USER, USER_OBJ

DAY = 86_400 * 10**9


def modes(build):
    """Each permission bit alone and the telling combinations, on files and on folders that hold something."""
    folder = build.dir('modes')
    wanted = [1 << bit for bit in range(12)] + [0, 0o7777, 0o4755, 0o2755, 0o6711, 0o1777, 0o700, 0o555, 0o444, 0o111]
    for mode in wanted:
        build.file(os.path.join(folder, b'file-%04o' % mode), b'mode', mode)
        inner = os.path.join(folder, b'dir-%04o' % mode)
        os.mkdir(inner)
        build.file(os.path.join(inner, b'inside'), b'inside')
        os.chmod(inner, mode)
    os.mkdir(os.path.join(folder, b'empty'))
    build.count('modes', 3 * len(wanted) + 1)


def owners(build):
    """Owners without names, up to the largest; a setuid file with another owner, since chown takes that bit away."""
    folder = build.dir('owners')
    for uid, gid in ((0, 12345), (12345, 0), (54321, 54322), (65534, 65534), (65535, 65536), (4294967294, 4294967294)):
        path = build.file(os.path.join(folder, b'file-%d-%d' % (uid, gid)), b'owned')
        os.symlink(b'elsewhere', path + b'-link')
        os.mkdir(path + b'-dir')
        build.file(path + b'-suid', b'setuid')
        for each in (path, path + b'-link', path + b'-dir', path + b'-suid'):
            os.chown(each, uid, gid, follow_symlinks=False)
        os.chmod(path + b'-suid', 0o6755)
        build.count('owners', 4)


TIMES = {
    b'epoch': 0,
    b'one-nanosecond': 1,
    b'before-1970': -1,
    b'year-1969': -200 * DAY + 123_456_789,
    b'year-1902': -24_800 * DAY + 999_999_999,
    b'all-nines': 1_700_000_000_999_999_999,
    b'year-2038-last': (2**31 - 1) * 10**9 + 999_999_999,
    b'year-2038-past': 2**31 * 10**9,
    b'year-2106': 2**32 * 10**9 + 7,
    b'year-2200': 7_258_118_400 * 10**9 + 987_654_321,
    b'year-2440': 14_830_000_000 * 10**9 + 1,
    b'year-1000': -30_600_000_000 * 10**9 + 5,
}


def times(build):
    """Times to the nanosecond on files, folders, links and pipes; a file system may clamp what it cannot hold."""
    folder = build.dir('times')
    for name, when in TIMES.items():
        path = build.file(os.path.join(folder, name), b'when')
        os.mkdir(path + b'-dir')
        build.file(os.path.join(path + b'-dir', b'inside'), b'inside')
        os.symlink(b'elsewhere', path + b'-link')
        os.mkfifo(path + b'-fifo')
        for each in (path, path + b'-dir', path + b'-link', path + b'-fifo'):
            build.set_time(each, when)
        held = os.stat(path).st_mtime_ns == when
        build.attempt('time-%s' % name.decode(), lambda: None if held else refuse(errno.ERANGE))
        build.count('times', 5)


def refuse(code):
    raise OSError(code, os.strerror(code))


def xattrs(build):
    folder = build.dir('xattrs')
    make = lambda name: build.file(os.path.join(folder, name), b'attributed')
    put = lambda path, name, value: os.setxattr(path, name, value, follow_symlinks=False)

    put(make(b'text'), b'user.comment', b'hello')
    put(make(b'empty-value'), b'user.empty', b'')
    put(make(b'binary'), b'user.binary', bytes(range(256)))
    put(make(b'name-bytes'), b'user.\xff\xfe \n=', b'odd name')
    put(make(b'name-longest'), b'user.' + b'n' * 250, b'longest name')
    put(make(b'trusted'), b'trusted.secret', b'for root')
    put(make(b'several'), b'user.a', b'1')
    put(os.path.join(folder, b'several'), b'trusted.b', b'2')
    os.mkdir(os.path.join(folder, b'dir'))
    put(os.path.join(folder, b'dir'), b'user.on-dir', b'yes')
    put(os.path.join(folder, b'dir'), b'trusted.on-dir', b'yes')
    for name, action in {
        b'symlink': lambda path: os.symlink(b'text', path),
        b'fifo': os.mkfifo,
        b'device': lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5)),
    }.items():
        path = os.path.join(folder, name)
        action(path)
        build.attempt('xattr-on-%s' % name.decode(), lambda: put(path, b'trusted.t', b'\0\1'))
    read_only = make(b'read-only')
    put(read_only, b'user.locked', b'mode 0444')
    os.chmod(read_only, 0o444)
    capable = make(b'capability')
    os.chown(capable, 12345, 12345)
    build.attempt('capability', lambda: put(capable, b'security.capability', system.capability(1 << 10 | 1 << 13)))
    largest(build, make(b'largest'), put)
    build.count('xattrs', 14)
    crowd(build, make(b'crowd'), put)


def largest(build, path, put):
    """As much as one attribute can hold here: 64 KiB on XFS, less than a node on btrfs, less than a block on ext4."""
    for size in (65536, 32768, 16000, 12000, 8000, 3900, 3000, 2000, 900):
        try:
            put(path, b'user.large', build.bytes(size))
        except OSError:
            continue
        build.count('xattr-large-%d' % size)
        return


def crowd(build, path, put):
    """Attributes until the file system takes no more, at most 400."""
    for at in range(400):
        try:
            put(path, b'user.n%03d' % at, b'v' * (at % 20))
        except OSError:
            break
        build.count('xattr-crowd')


def acls(build):
    folder = build.dir('acls')
    open_entries = [(USER_OBJ, 6, NOBODY_IN_PARTICULAR), (USER, 7, 12345), (GROUP_OBJ, 4, NOBODY_IN_PARTICULAR)]
    rest = [(GROUP, 5, 54321), (MASK, 7, NOBODY_IN_PARTICULAR), (OTHER, 0, NOBODY_IN_PARTICULAR)]
    masked = [(GROUP, 7, 54321), (MASK, 1, NOBODY_IN_PARTICULAR), (OTHER, 4, NOBODY_IN_PARTICULAR)]
    access, narrow = system.acl(open_entries + rest), system.acl(open_entries + masked)
    wide = system.acl(
        open_entries[:1]
        + [(USER, at % 8, 20000 + at) for at in range(20)]
        + open_entries[2:]
        + [(GROUP, at % 8, 30000 + at) for at in range(10)]
        + rest[1:]
    )
    for name, value in ((b'access', access), (b'masked', narrow), (b'thirty-entries', wide)):
        path = build.file(os.path.join(folder, name), b'acl')
        build.attempt('acl-%s' % name.decode(), lambda: os.setxattr(path, b'system.posix_acl_access', value))
    for name, chosen in ((b'dir-access', [b'access']), (b'dir-default', [b'default']), (b'dir-both', [b'access', b'default'])):
        path = os.path.join(folder, name)
        os.mkdir(path)
        for which in chosen:
            attribute = b'system.posix_acl_' + which
            build.attempt('acl-%s' % name.decode(), lambda: os.setxattr(path, attribute, access))
        build.file(os.path.join(path, b'inherits'), b'made under a default', 0o600)
        os.mkdir(os.path.join(path, b'inherits-dir'))
    bare = os.path.join(folder, b'dir-default', b'does-not-inherit')
    build.file(bare, b'its access list was taken off')
    build.attempt('acl-removed', lambda: os.removexattr(bare, b'system.posix_acl_access'))
    special = build.file(os.path.join(folder, b'suid-and-acl'), b'both')
    build.attempt('acl-suid', lambda: os.setxattr(special, b'system.posix_acl_access', access))
    os.chmod(special, 0o4750)
    build.count('acls', 14)


def flags(build):
    """Flags on files and folders; those that lock are set last of all."""
    folder = build.dir('flags')
    for name in ('immutable', 'append', 'nodump', 'noatime', 'sync'):
        path = build.file(os.path.join(folder, name.encode()), build.bytes(5000))
        build.flags.append((f'flag-{name}', path, FLAGS[name]))
    both = build.file(os.path.join(folder, b'immutable-and-nodump'), b'two flags')
    build.flags.append(('flag-two', both, FLAGS['immutable'] | FLAGS['nodump']))
    build.flags.append(('flag-immutable-linked', linked(build, folder), FLAGS['immutable']))
    for name in ('immutable', 'append', 'nodump', 'noatime', 'dirsync', 'topdir'):
        path = os.path.join(folder, b'dir-' + name.encode())
        os.mkdir(path)
        build.file(os.path.join(path, b'inside'), b'inside')
        build.flags.append((f'flag-dir-{name}', path, FLAGS[name]))
    empty = build.file(os.path.join(folder, b'nocow'))
    build.attempt('flag-nocow', lambda: system.add_flag(empty, FLAGS['nocow']))
    with open(empty, 'wb') as out:
        out.write(build.bytes(100_000))
    build.count('flags', 20)


def linked(build, folder):
    path = build.file(os.path.join(folder, b'immutable-linked'), b'two names, locked')
    os.link(path, path + b'-2')
    return path

"""Symbolic and hard links, and what is neither file nor folder."""

import os
import stat


def symlinks(build):
    folder = build.dir('symlinks')
    build.file(os.path.join(folder, b'target'), b'seen through a link')
    os.mkdir(os.path.join(folder, b'dir'))
    build.file(os.path.join(folder, b'dir', b'inside'), b'inside')
    for name, to in {
        b'relative': b'target',
        b'relative-up': b'../symlinks/./target',
        b'absolute': b'/usr/share',
        b'outside': b'/etc/passwd',
        b'dangling': b'nothing/here',
        b'dangling-absolute': b'/nothing/here',
        b'self': b'self',
        b'loop-a': b'loop-b',
        b'loop-b': b'loop-a',
        b'to-dir': b'dir',
        b'to-dir-slash': b'dir/',
        b'to-dot': b'.',
        b'to-parent': b'..',
        b'to-root': b'/',
        b'chain-1': b'relative',
        b'chain-2': b'chain-1',
        b'bytes': b'\xff\xfe\n \\',
        b'one': b'x',
        b'spaces': b'  ',
        b'long-59': b's' * 59,
        b'long-60': b's' * 60,
        b'long-61': b's' * 61,
    }.items():
        os.symlink(to, os.path.join(folder, name))
        build.count('symlinks')
    for length in (4095, 3900, 1023):
        path = os.path.join(folder, b'long-%d' % length)
        long = (b'/'.join([b'p' * 200] * 21))[:length]
        build.attempt('symlink-%d' % length, lambda: os.symlink(long, path))


def hardlinks(build):
    here, there = build.dir('hardlinks', 'here'), build.dir('hardlinks', 'there')
    groups = {
        b'pair': (b'two names', [(here, b'pair-2')]),
        b'across': (b'three names, two folders', [(there, b'across-2'), (here, b'across-3')]),
        b'large': (build.bytes(3_000_000), [(there, b'large-2')]),
        b'empty': (b'', [(there, b'empty-2')]),
        b'zz-first-in-time-last-in-name': (b'order', [(here, b'aa-second')]),
        b'many': (build.bytes(5000), [(there if at % 2 else here, b'many-%04d' % at) for at in range(300)]),
    }
    for name, (content, others) in groups.items():
        first = build.file(os.path.join(here, name), content)
        for folder, other in others:
            os.link(first, os.path.join(folder, other))
        build.count('hardlinks', 1 + len(others))
    os.symlink(b'pair', os.path.join(here, b'symlink'))
    os.mkfifo(os.path.join(here, b'fifo'))
    os.mknod(os.path.join(here, b'device'), stat.S_IFCHR | 0o600, os.makedev(1, 3))
    os.mknod(os.path.join(here, b'socket'), stat.S_IFSOCK | 0o600)
    for name in (b'symlink', b'fifo', b'device', b'socket'):
        os.link(os.path.join(here, name), os.path.join(there, name), follow_symlinks=False)
        build.count('hardlinks', 2)


def special(build):
    folder = build.dir('special')
    for mode in (0o600, 0o644, 0o777, 0o4755, 0o000):
        os.mkfifo(os.path.join(folder, b'fifo-%04o' % mode))
        os.chmod(os.path.join(folder, b'fifo-%04o' % mode), mode)
    for mode in (0o600, 0o777):
        os.mknod(os.path.join(folder, b'socket-%04o' % mode), stat.S_IFSOCK | mode)
    for letter, kind in ((b'c', stat.S_IFCHR), (b'b', stat.S_IFBLK)):
        for major, minor in ((1, 3), (0, 0), (7, 255), (259, 256), (511, 262143), (4095, 1048575)):
            name = b'%s-%d-%d' % (letter, major, minor)
            path = os.path.join(folder, name)
            if build.attempt(f'device-{major}-{minor}', lambda: os.mknod(path, kind | 0o640, os.makedev(major, minor))):
                os.chown(path, 12345, 54321)
    build.count('fifos', 5)
    build.count('sockets', 2)

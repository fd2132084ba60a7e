"""Changes about one element in a hundred, in every way there is; the same seed changes the same tree in the same way."""

import errno
import os
import random
import stat
import time

import builder
import system

UNTOUCHED = (b'flags', b'deep', b'huge-hole')


class Mutation:
    """What may still be changed; each element is changed once, so that a change cannot hide another."""

    def __init__(self, root, seed):
        self.root = root
        self.seed = seed
        self.random = random.Random(seed)
        self.began = time.time_ns()
        self.made = {}
        self.gone = []
        self.by_kind = {}
        for folder, dirs, names in os.walk(root):
            if folder == root:
                dirs[:] = sorted(name for name in dirs if name not in UNTOUCHED)
            dirs.sort()
            for name in sorted(dirs + names):
                path = os.path.join(folder, name)
                if len(path) < 3500:
                    self.by_kind.setdefault(system.kind_of(os.lstat(path).st_mode), []).append(path)
        for paths in self.by_kind.values():
            self.random.shuffle(paths)

    def take(self, kind, wanted=lambda path, inode: True):
        """An element nobody has changed yet."""
        pool = self.by_kind.get(kind, [])
        for at in range(len(pool) - 1, -1, -1):
            path = pool[at]
            if any(path == gone or path.startswith(gone + b'/') for gone in self.gone) or not os.path.lexists(path):
                continue
            inode = os.lstat(path)
            if inode.st_nlink > 1 and kind == 'file' or not wanted(path, inode):
                continue
            del pool[at]
            return path
        raise LookupError(f'no {kind} left to change')

    def settle(self):
        """Gives what carries the time of this run a time that depends on the seed alone."""
        until = time.time_ns() + 10**9
        for folder, dirs, files, fd in os.fwalk(self.root, topdown=False, follow_symlinks=False):
            for name in files + dirs:
                path = os.path.join(folder, name)
                inode = os.stat(name, dir_fd=fd, follow_symlinks=False)
                if not self.began - 10**9 <= inode.st_mtime_ns <= until:
                    continue
                when = builder.time_of(path[len(self.root) :], self.seed)
                os.utime(name, ns=(when, when), dir_fd=fd, follow_symlinks=False)
        when = builder.time_of(b'/', self.seed)
        os.utime(self.root, ns=(when, when))


def keep_time(path, inode):
    """Puts the old time back, as a program does that hides its traces."""
    os.utime(path, ns=(inode.st_atime_ns, inode.st_mtime_ns), follow_symlinks=False)


def write_at(path, offset, content):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(fd, content, offset)
    finally:
        os.close(fd)


def create(path, content):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(fd, content)
    finally:
        os.close(fd)


def at_least(size):
    return lambda path, inode: inode.st_size >= size and inode.st_size < 1 << 28


def small_dir(path, inode):
    return b'/many/' in path


def overwrite(m):
    path = m.take('file', at_least(1))
    write_at(path, m.random.randrange(os.path.getsize(path)), m.random.randbytes(1))


def overwrite_large(m):
    path = m.take('file', at_least(500_000))
    for _ in range(5):
        write_at(path, m.random.randrange(os.path.getsize(path) - 5000), m.random.randbytes(5000))


def overwrite_and_hide(m):
    path = m.take('file', at_least(1))
    inode = os.lstat(path)
    with open(path, 'rb') as source:
        first = source.read(1)[0]
    write_at(path, 0, bytes([first ^ 0x55]))
    keep_time(path, inode)


def append(m):
    path = m.take('file', at_least(0))
    write_at(path, os.path.getsize(path), m.random.randbytes(m.random.choice((1, 100, 70_000))))


def truncate(m):
    path = m.take('file', at_least(1))
    os.truncate(path, m.random.randrange(os.path.getsize(path)))


def extend_by_a_hole(m):
    path = m.take('file', at_least(0))
    os.truncate(path, os.path.getsize(path) + 200_000)


def punch_hole(m):
    path = m.take('file', at_least(131_072))
    fd = os.open(path, os.O_RDWR)
    try:
        system.punch(fd, 65_536, 65_536)
    finally:
        os.close(fd)


def fill_hole(m):
    path = m.take('file', lambda path, inode: b'/sparse/' in path and inode.st_size > 300_000)
    write_at(path, 131_072, m.random.randbytes(10_000))


def touch(m):
    path = m.take('file')
    when = builder.time_of(path[len(m.root) :], m.seed + 1)
    os.utime(path, ns=(when, when))


def touch_dir(m):
    path = m.take('dir', small_dir)
    os.utime(path, ns=(10**18 + 1, 10**18 + 1))


def rename(m):
    path = m.take('file')
    m.gone.append(path)
    os.rename(path, os.path.join(os.path.dirname(path), b'renamed-%d' % m.random.randrange(10**9)))


def move(m):
    path, folder = m.take('file'), m.take('dir', small_dir)
    m.gone.append(path)
    os.rename(path, os.path.join(folder, b'moved-%d' % m.random.randrange(10**9)))


def move_dir(m):
    path = m.take('dir', small_dir)
    m.gone.append(path)
    os.rename(path, os.path.join(m.root, b'moved-dir-%d' % m.random.randrange(10**9)))


def rename_over(m):
    path, other = m.take('file'), m.take('file')
    m.gone += [path, other]
    os.rename(path, other)


def swap(m):
    """Two files of one size and one time change names: nothing but inode numbers and content tells."""
    one, other = m.take('file', small_dir), m.take('file', small_dir)
    size = 600 + m.random.randrange(100)
    when = 10**18 + m.random.randrange(10**17)
    for path in (one, other):
        with open(path, 'wb') as out:
            out.write(m.random.randbytes(size))
        os.utime(path, ns=(when, when))
    middle = os.path.join(os.path.dirname(one), b'.middle')
    os.rename(one, middle)
    os.rename(other, one)
    os.rename(middle, other)


def replace_inode(m):
    """A new file under the old name, of the same size, with the old time."""
    path = m.take('file', at_least(10))
    inode = os.lstat(path)
    fresh = os.path.join(os.path.dirname(path), b'.fresh')
    create(fresh, m.random.randbytes(min(inode.st_size, 100_000)))
    os.truncate(fresh, inode.st_size)
    os.rename(fresh, path)
    keep_time(path, inode)


def delete(m):
    path = m.take('file')
    m.gone.append(path)
    os.unlink(path)


def delete_dir(m):
    path = m.take('dir', small_dir)
    m.gone.append(path)
    for folder, dirs, files in os.walk(path, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in dirs:
            inner = os.path.join(folder, name)
            os.unlink(inner) if os.path.islink(inner) else os.rmdir(inner)
    os.rmdir(path)


def file_to_dir(m):
    path = m.take('file')
    m.gone.append(path)
    os.unlink(path)
    os.mkdir(path)
    create(os.path.join(path, b'was-a-file'), b'now below a folder')


def dir_to_file(m):
    path = m.take('dir', small_dir)
    m.gone.append(path)
    os.rename(path, os.path.join(m.root, b'displaced-%d' % m.random.randrange(10**9)))
    create(path, b'was a folder')


def file_to_symlink(m):
    path = m.take('file')
    m.gone.append(path)
    os.unlink(path)
    os.symlink(b'no longer a file', path)


def file_to_fifo(m):
    path = m.take('file')
    m.gone.append(path)
    os.unlink(path)
    os.mkfifo(path, 0o622)


def retarget(m):
    path = m.take('symlink', lambda path, inode: 3 <= inode.st_size < 200)
    inode = os.lstat(path)
    os.unlink(path)
    os.symlink(b'R' * inode.st_size, path)
    keep_time(path, inode)


def device(m):
    path = m.take('chardev', lambda path, inode: inode.st_nlink == 1)
    os.unlink(path)
    os.mknod(path, stat.S_IFCHR | 0o640, os.makedev(5, m.random.randrange(1000)))


def chmod(m):
    os.chmod(m.take('file'), m.random.choice((0o600, 0o4711, 0o000, 0o2755)))


def chmod_dir(m):
    os.chmod(m.take('dir', small_dir), 0o2750)


def chown(m):
    os.chown(m.take('file'), 40_000 + m.random.randrange(1000), 41_000)


def chown_symlink(m):
    os.chown(m.take('symlink'), 42_000, 42_001, follow_symlinks=False)


def set_xattr(m):
    os.setxattr(m.take('file'), b'user.mutated', m.random.randbytes(50))


def own_xattrs(path):
    """Without a capability, which the system does not take with a byte turned over."""
    return [name for name in os.listxattr(path, follow_symlinks=False) if name != 'security.capability']


def change_xattr(m):
    path = m.take('file', lambda path, inode: b'/xattrs/' in path and own_xattrs(path))
    name = own_xattrs(path)[0]
    os.setxattr(path, name, bytes(byte ^ 1 for byte in os.getxattr(path, name)) or b'x')


def remove_xattr(m):
    path = m.take('file', lambda path, inode: b'/xattrs/' in path and os.listxattr(path, follow_symlinks=False))
    os.removexattr(path, os.listxattr(path)[0])


def set_acl(m):
    entries = [(system.USER_OBJ, 6, system.NOBODY_IN_PARTICULAR), (system.USER, 4, 555)]
    rest = [(tag, 4, system.NOBODY_IN_PARTICULAR) for tag in (system.GROUP_OBJ, system.MASK, system.OTHER)]
    os.setxattr(m.take('file'), b'system.posix_acl_access', system.acl(entries + rest))


def set_flag(m):
    system.add_flag(m.take('file'), system.FLAGS['nodump'])


def add_link(m):
    path = m.take('file')
    os.link(path, os.path.join(m.root, b'added-%d' % m.random.randrange(10**9)))


def hardlink_name(m):
    """One name of the largest group of hard links."""
    folder = os.path.join(m.root, b'hardlinks', b'there')
    if not os.path.isdir(folder):
        raise LookupError('no hard links to change')
    return m.random.choice(sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(b'many-')))


def remove_link(m):
    os.unlink(hardlink_name(m))


def detach_link(m):
    """One name of many gets a file of its own with the same content."""
    path = hardlink_name(m)
    inode = os.lstat(path)
    with open(path, 'rb') as source:
        content = source.read()
    os.unlink(path)
    create(path, content)
    keep_time(path, inode)


def write_through_link(m):
    """A change through one name, which every other name shows too."""
    write_at(hardlink_name(m), 100, m.random.randbytes(50))


def replace_by_link(m):
    path, other = m.take('file'), m.take('file')
    m.gone.append(path)
    os.unlink(path)
    os.link(other, path)


def add_file(m):
    create(os.path.join(m.take('dir', small_dir), b'new-%d' % m.random.randrange(10**9)), m.random.randbytes(3000))


def add_dir(m):
    path = os.path.join(m.take('dir', small_dir), b'new-dir-%d' % m.random.randrange(10**9))
    os.mkdir(path)
    create(os.path.join(path, b'first'), b'of a new folder')


COUNTS = {
    overwrite: 12, overwrite_large: 4, overwrite_and_hide: 8, append: 6, truncate: 6, extend_by_a_hole: 2, punch_hole: 2,
    fill_hole: 2, touch: 6, touch_dir: 1, rename: 5, move: 4, move_dir: 1, rename_over: 2, swap: 2, replace_inode: 4, delete: 8,
    delete_dir: 1, file_to_dir: 2, dir_to_file: 1, file_to_symlink: 2, file_to_fifo: 1, retarget: 2, device: 1, chmod: 5,
    chmod_dir: 1, chown: 3, chown_symlink: 1, set_xattr: 4, change_xattr: 1, remove_xattr: 1, set_acl: 2, set_flag: 2,
    add_link: 2, remove_link: 2, detach_link: 1, write_through_link: 1, replace_by_link: 1, add_file: 8, add_dir: 2,
}  # fmt: skip


def mutate(root, seed):
    mutation, skipped = Mutation(root, seed), []
    for change, times in COUNTS.items():
        for _ in range(times):
            try:
                change(mutation)
                mutation.made[change.__name__] = mutation.made.get(change.__name__, 0) + 1
            except LookupError as error:
                skipped.append({'what': change.__name__, 'error': str(error)})
            except OSError as error:
                if error.errno not in (errno.EOPNOTSUPP, errno.ENOSPC, errno.ENOTTY):
                    raise
                skipped.append({'what': change.__name__, 'error': errno.errorcode[error.errno]})
    mutation.settle()
    return {'made': mutation.made, 'refused': skipped}

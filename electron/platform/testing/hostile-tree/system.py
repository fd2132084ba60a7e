"""What Python's library lacks: inode flags, holes, POSIX ACLs as bytes, and attributes of things reached by descriptor."""

import ctypes
import errno
import fcntl
import os
import stat
import struct

GETFLAGS = 0x80086601
SETFLAGS = 0x40086602

FLAGS = {
    'sync': 0x8,
    'immutable': 0x10,
    'append': 0x20,
    'nodump': 0x40,
    'noatime': 0x80,
    'journal': 0x4000,
    'dirsync': 0x10000,
    'topdir': 0x20000,
    'nocow': 0x800000,
}
"""The flags that an administrator sets; the rest say how a file system stores an inode."""

LOCKING = FLAGS['immutable'] | FLAGS['append']

libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]


def open_inode(name, dir_fd=None):
    """Opens a file or folder to ask for its flags, without waiting, without following."""
    return os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY, dir_fd=dir_fd)


def flags_of(fd):
    """The flags word, or None where the file system has none."""
    word = bytearray(8)
    try:
        fcntl.ioctl(fd, GETFLAGS, word)
    except OSError as error:
        if error.errno in (errno.ENOTTY, errno.EOPNOTSUPP, errno.EINVAL):
            return None
        raise
    return struct.unpack_from('=I', word)[0]


def set_flags(fd, flags):
    fcntl.ioctl(fd, SETFLAGS, struct.pack('=Q', flags))


def add_flag(path, flag):
    fd = open_inode(path)
    try:
        set_flags(fd, (flags_of(fd) or 0) | flag)
    finally:
        os.close(fd)


def punch(fd, start, length):
    """Makes a hole, keeping the size."""
    if libc.fallocate(fd, 0x1 | 0x2, start, length) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def preallocate(fd, start, length):
    """Reserves space that reads as zeros and was never written."""
    if libc.fallocate(fd, 0, start, length) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def data_ranges(fd, size):
    """The half-open ranges of a file that are not holes."""
    ranges, at = [], 0
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                break
            raise
        at = os.lseek(fd, start, os.SEEK_HOLE)
        ranges.append((start, min(at, size)))
    return ranges


USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
NOBODY_IN_PARTICULAR = 0xFFFFFFFF


def acl(entries):
    """The value of system.posix_acl_access and system.posix_acl_default: (tag, permissions, id) in ascending order."""
    return struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *entry) for entry in entries)


def capability(permitted, inheritable=0, effective=True):
    """The value of security.capability, revision 2."""
    low = lambda word: word & 0xFFFFFFFF
    return struct.pack(
        '<IIIII', 0x02000000 | int(effective), low(permitted), low(inheritable), permitted >> 32, inheritable >> 32
    )



def kind_of(mode):
    """A short word for what an inode is."""
    for word, test in (
        ('file', stat.S_ISREG),
        ('dir', stat.S_ISDIR),
        ('symlink', stat.S_ISLNK),
        ('fifo', stat.S_ISFIFO),
        ('socket', stat.S_ISSOCK),
        ('chardev', stat.S_ISCHR),
        ('blockdev', stat.S_ISBLK),
    ):
        if test(mode):
            return word
    return 'unknown'

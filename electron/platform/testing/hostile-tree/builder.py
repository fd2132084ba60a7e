"""The hand that builds: writes elements, remembers what was refused, and puts on last what would be in the way."""

import errno
import hashlib
import os
import random

import system


class Builder:
    """Builds below one folder. `refused` says what the file system would not take."""

    def __init__(self, root, seed):
        self.root = root
        self.seed = seed
        self.random = random.Random(seed)
        self.made = {}
        self.refused = []
        self.times = {}
        self.flags = []

    def path(self, *names):
        return os.path.join(self.root, *[name if isinstance(name, bytes) else name.encode() for name in names])

    def count(self, what, number=1):
        self.made[what] = self.made.get(what, 0) + number

    def attempt(self, what, action):
        """Does something that not every file system can; says whether it did."""
        try:
            action()
        except OSError as error:
            self.refused.append({'what': what, 'error': errno.errorcode.get(error.errno, str(error.errno))})
            return False
        self.count(what)
        return True

    def dir(self, *names):
        path = self.path(*names)
        os.makedirs(path, exist_ok=True)
        return path

    def file(self, path, content=b'', mode=None):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(fd, view) :]
            if mode is not None:
                os.fchmod(fd, mode)
        finally:
            os.close(fd)
        return path

    def bytes(self, size, kind='random'):
        """Content that does not compress, content that does, and zeros that are really there."""
        if kind == 'zeros':
            return bytes(size)
        if kind == 'random':
            return self.random.randbytes(size)
        words = [b'coldframe ', b'extent ', b'segment ', b'block ', b'set\n', b'vault ', b'tape ', b'chunk\n']
        text = b''.join(self.random.choices(words, k=size // 4 + 1))
        return text[:size]

    def set_time(self, path, nanoseconds):
        """A modification time that the last pass leaves alone."""
        os.utime(path, ns=(nanoseconds, nanoseconds), follow_symlinks=False)
        self.times[os.fsencode(path)] = nanoseconds

    def finish(self):
        """Gives every element a time of its own, folders after what is in them, and then sets the flags."""
        for folder, dirs, files, fd in os.fwalk(self.root, topdown=False, follow_symlinks=False):
            for name in files + dirs:
                path = os.path.join(folder, name)
                when = self.times.get(path, time_of(path[len(self.root) :], self.seed))
                os.utime(name, ns=(when, when), dir_fd=fd, follow_symlinks=False)
        when = time_of(b'/', self.seed)
        os.utime(self.root, ns=(when, when))
        for what, path, flag in self.flags:
            self.attempt(what, lambda: system.add_flag(path, flag))


def time_of(path, seed):
    """A time between 2001 and 2020, to the nanosecond, that depends on nothing but path and seed."""
    word = int.from_bytes(hashlib.sha256(path + b'\0%d' % seed).digest()[:8], 'little')
    return 10**18 + word % (599 * 10**15)

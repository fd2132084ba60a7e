"""Names that only bytes can hold, and folders deeper than a path can say."""

import os
import unicodedata

AWKWARD = [
    b' ', b'  two', b'trailing ', b' leading', b'tab\there', b'new\nline', b'\n', b'carriage\rreturn', b'\x1b[31mred',
    b'-', b'-rf', b'--delete', b'--', b'@file', b'...', b'....', b'..x', b'.hidden', b'. ', b'~', b'~root', b'#lock#',
    b'*', b'?', b'[a-z]', b'{a,b}', b'!bang', b'$(id)', b'`id`', b'$HOME', b'a&b', b'a;b', b'a|b', b'a>b', b'quote"', b"quote'",
    b'back\\slash', b'\\', b'%00', b'%s%n', b'con', b'nul', b'aux.txt', b'c:', b'a:b', b'core', b'lost+found',
    b'note.tmp', b'pagefile.sys', b'.cache', b'__proto__', b'constructor', b'null', b'undefined', b'0', b'+', b'=',
    b'\xff', b'\xff\xfe', b'\xc3', b'\xc3\x28', b'\xed\xa0\x80', b'\xc0\xaf', b'\xf0\x9f\x98', b'ok\xe9latin1', b'\xef\xbb\xbfbom',
    '😀'.encode(), '👩‍👩‍👧‍👦'.encode(), 'naïve café'.encode(), '日本語'.encode(), 'עברית'.encode(), '\u202eright-to-left'.encode(),
    '\u00a0'.encode(), '\u200b'.encode(), '\u2028'.encode(), '\ufffd'.encode(),
    unicodedata.normalize('NFC', 'é-form').encode(), unicodedata.normalize('NFD', 'é-form').encode(),
    'Å'.encode(), '\u212b'.encode(), 'ﬁle'.encode(), 'CASE'.encode(), 'case'.encode(), 'Case'.encode(),
]  # fmt: skip

LONGEST = [b'n' * 255, b'\xff' * 255, '€'.encode() * 85, b'\n' * 255, (b'%' * 255), b'.' * 255]


def names(build):
    files, folders, alone = build.dir('names', 'files'), build.dir('names', 'folders'), build.dir('names', 'bytes')
    for name in AWKWARD + LONGEST:
        build.file(os.path.join(files, name), b'named ' + name)
        inner = os.path.join(folders, name)
        os.mkdir(inner)
        build.file(os.path.join(inner, b'inside'), b'below ' + name)
    for byte in range(1, 256):
        if byte == 0x2F:
            continue
        if byte != 0x2E:
            build.file(os.path.join(alone, bytes([byte])), bytes([byte]))
        build.file(os.path.join(alone, b'x%cy' % byte), bytes([byte]) * 3)
    for name in AWKWARD[:40]:
        os.symlink(name, os.path.join(build.dir('names', 'links'), name))
    build.count('names', 2 * len(AWKWARD + LONGEST) + 507 + 40)


def some_names(build):
    """One of each kind of trouble: spaces, line ends, options, patterns, no UTF-8, forms that look alike, and the longest."""
    chosen = [*AWKWARD[::6], *AWKWARD[-5::2], *LONGEST[1:4:2]]
    for name in chosen:
        build.file(os.path.join(build.dir('some-names', 'files'), name), b'named ' + name)
        build.file(os.path.join(build.dir('some-names', 'folders', name), b'inside'), b'below ' + name)
        os.symlink(name, os.path.join(build.dir('some-names', 'links'), name))
    build.count('some-names', 3 * len(chosen))


def nested(build):
    """A hundred folders deep, and 255-byte names as deep as a path allows."""
    path = build.dir('nested')
    for level in range(100):
        path = os.path.join(path, b'%d' % level)
        os.mkdir(path)
        build.file(os.path.join(path, b'leaf'), b'level %d' % level)
    path = build.dir('nested')
    while len(path) + 256 + 10 < 3500:
        path = os.path.join(path, b'L' * 255)
        os.mkdir(path)
        build.file(os.path.join(path, b'leaf'), b'long')
    build.count('nested', 200)


def deep(build):
    """Folders whose whole path is twice as long as a system call takes, so that only relative steps reach them."""
    fd = os.open(build.dir('deep'), os.O_RDONLY | os.O_DIRECTORY)
    for level in range(40):
        name = b'%02d' % level + b'-deeper' * 28
        os.mkdir(name, dir_fd=fd)
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=fd)
        os.close(fd)
        fd = inner
        if level % 10 == 9:
            at_depth(build, fd, level)
    os.close(fd)
    build.count('deep', 56)


def at_depth(build, fd, level):
    out = os.open(b'file', os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640, dir_fd=fd)
    os.write(out, build.bytes(level * 1000))
    os.close(out)
    os.symlink(b'file', b'link', dir_fd=fd)
    os.link(b'file', b'second-name', src_dir_fd=fd, dst_dir_fd=fd)
    os.mkfifo(b'fifo', 0o600, dir_fd=fd)

"""Files by what is in them: every boundary of size, holes everywhere, and thousands of small ones."""

import os

import system

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

BOUNDARIES = sorted(
    {0, 1, 2, 64 * KIB * 3 + 7}
    | {edge + step for edge in (512, 4 * KIB, 8 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, MIB) for step in (-1, 0, 1)}
)
LARGE = (5_000_000, 10 * MIB)


def sizes(build):
    """Each boundary three times: content that does not compress, content that does, and written zeros."""
    folder = build.dir('sizes')
    kinds(build, folder, BOUNDARIES)
    build.file(os.path.join(folder, b'random-24MiB+3'), build.bytes(24 * MIB + 3))
    block = build.bytes(64 * KIB)
    build.file(os.path.join(folder, b'one-segment-forty-times'), block * 40)
    build.count('sizes', len(BOUNDARIES) * 3 + 2)


def large(build):
    """Two sizes beyond every boundary; most of the bytes of a tree that has them."""
    kinds(build, build.dir('large'), LARGE)
    build.count('large', len(LARGE) * 3)


def kinds(build, folder, of_sizes):
    for size in of_sizes:
        for kind in ('random', 'text', 'zeros'):
            build.file(os.path.join(folder, b'%s-%08d' % (kind.encode(), size)), build.bytes(size, kind))


def many(build, number):
    """Small files, some of them twins in content: a hundred to a folder, or few where they are few, so that folders change too."""
    in_folder = 100 if number >= 1000 else 4
    usual = (0, 1, 2, 100, 511, 512, 513, 1000, 4095, 4096, 4097)
    twin = build.bytes(777)
    for at in range(number):
        if at % in_folder == 0:
            folder = build.dir('many', b'd%03d' % (at // in_folder))
        size = build.random.choice(usual) if build.random.random() < 0.3 else build.random.randrange(3000)
        content = twin if at % 50 == 49 else build.bytes(size, 'text' if at % 3 == 0 else 'random')
        build.file(os.path.join(folder, b'f%05d' % at), content)
    build.count('many', number)


SPARSE = {
    'hole-only': (100 * MIB, []),
    'hole-only-odd': (1_234_567, []),
    'leading-hole': (MIB + 5, [(MIB, 5)]),
    'trailing-hole': (3 * MIB + 1, [(0, 70_000)]),
    'middle-hole': (2 * MIB, [(0, 4096), (2 * MIB - 4096, 4096)]),
    'every-other-block': (512 * KIB, [(at, 4096) for at in range(0, 512 * KIB, 8192)]),
    'every-other-segment': (4 * MIB, [(at, 64 * KIB) for at in range(64 * KIB, 4 * MIB, 128 * KIB)]),
    'odd-islands': (9_999_999, [(4095, 2), (65_535, 2), (1_048_575, 3), (7_654_321, 12_345)]),
    'one-byte-at-the-end': (300 * MIB, [(300 * MIB - 1, 1)]),
    'around-64MiB-less-1': (64 * MIB - 1, [(64 * MIB - 4097, 4096)]),
    'around-64MiB': (64 * MIB, [(0, 1), (64 * MIB - 1, 1)]),
    'around-64MiB-plus-1': (64 * MIB + 1, [(64 * MIB - 100, 101)]),
    'five-GiB': (
        5 * GIB,
        [(MIB + 123, 5000), (4 * GIB - 4096, 8192), (4 * GIB + 77 * MIB, 3 * MIB), (5 * GIB - 1, 1)],
    ),
}


def sparse(build):
    folder = build.dir('sparse')
    for name, (size, islands) in SPARSE.items():
        fd = os.open(os.path.join(folder, name.encode()), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            os.ftruncate(fd, size)
            for start, length in islands:
                os.pwrite(fd, build.bytes(length), start)
        finally:
            os.close(fd)
        build.count('sparse')
    build.attempt('punched', lambda: punched(build, os.path.join(folder, b'punched')))
    build.attempt('preallocated', lambda: preallocated(build, os.path.join(folder, b'preallocated')))


def punched(build, path):
    """Written in one piece, then with holes cut out of it."""
    build.file(path, build.bytes(2 * MIB))
    fd = os.open(path, os.O_RDWR)
    try:
        for start in range(128 * KIB, 2 * MIB, 512 * KIB):
            system.punch(fd, start, 192 * KIB)
    finally:
        os.close(fd)


def preallocated(build, path):
    """Space reserved and never written, with a little data in the middle."""
    build.file(path)
    fd = os.open(path, os.O_RDWR)
    try:
        system.preallocate(fd, 0, 4 * MIB)
        os.pwrite(fd, build.bytes(10_000), 2 * MIB)
    finally:
        os.close(fd)


def huge_hole(build):
    """More holes than anyone can read: 1 TiB with one byte at the end."""
    path = os.path.join(build.dir('huge-hole'), b'one-TiB')
    build.file(path)
    build.attempt('huge-hole', lambda: os.truncate(path, 1 << 40))
    fd = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(fd, b'!', os.fstat(fd).st_size - 1)
    finally:
        os.close(fd)

"""Makes the elements of a set again."""
import fcntl
import os
import stat
import struct

from elements import CHARACTER, FIFO, FILE, FOLDER, LINK, SOCKET
from seals import Damaged, need


FLAGS = 0x20_83_C0_FF


def attributes(path, element, problems):
    follow = element.type != LINK
    try:
        os.chown(path, element.uid, element.gid, follow_symlinks=False)
        for name, value in element.attributes:
            os.setxattr(path, name, value, follow_symlinks=follow)
        if follow:
            os.chmod(path, element.mode)
        time = element.modified[0] * 1_000_000_000 + element.modified[1]
        os.utime(path, ns=(time, time), follow_symlinks=follow)
    except OSError as error:
        problems.append(f"{os.fsdecode(element.path)}: {error}")


def set_flags(path, wanted):
    """Those that can be chosen; they come last, as some of them forbid every other change."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        word, = struct.unpack("=Q", fcntl.ioctl(descriptor, 0x8008_6601, bytes(8)))
        word = word & ~FLAGS | wanted & FLAGS
        fcntl.ioctl(descriptor, 0x4008_6602, struct.pack("=Q", word))
    finally:
        os.close(descriptor)


def make(path, element, sets):
    if element.type == FILE:
        need(element.marks & 4 == 0, "it could not be read when it was backed up")
        try:
            with open(path, "xb") as file:
                for offset, piece in sets.content(element):
                    file.seek(offset)
                    file.write(piece)
                file.truncate(element.size)
        except Damaged:
            os.unlink(path)
            raise
    elif element.type == LINK:
        os.symlink(element.target, path)
    elif element.type == FIFO:
        os.mkfifo(path)
    elif element.type == SOCKET:
        os.mknod(path, stat.S_IFSOCK | 0o600)
    else:
        kind = stat.S_IFCHR if element.type == CHARACTER else stat.S_IFBLK
        os.mknod(path, kind | 0o600, os.makedev(*element.numbers))


def restore(sets, set_id, destination, problems):
    _, elements = sets.header_and_elements(set_id)
    known, restored, folders, flagged = {}, 0, [], []
    for name in sorted(elements):
        element, path = elements[name], os.fsencode(destination) + name
        try:
            steps = name.split(b"/")[1:]
            need(name.startswith(b"/") and (name == b"/" or not {b"", b".", b".."} & set(steps)), "not a path")
            above = [b"/" + b"/".join(steps[:count]) for count in range(1, len(steps))]
            need(all(a not in elements or elements[a].type == FOLDER for a in above), "beneath what is no folder")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            first = known.get(element.identity()) if element.links > 1 else None
            if element.type == FOLDER:
                os.makedirs(path, exist_ok=True)
                folders.append((path, element))
            elif first is not None:
                os.link(first, path, follow_symlinks=False)
            else:
                make(path, element, sets)
                attributes(path, element, problems)
                known[element.identity()] = path
                if element.type == FILE:
                    flagged.append((path, element))
            restored += 1
        except (Damaged, OSError) as error:
            problems.append(f"{os.fsdecode(name)}: {error}")
    for path, element in reversed(folders):
        attributes(path, element, problems)
    for path, element in flagged + folders[::-1]:
        try:
            if element.flags and element.flags & FLAGS:
                set_flags(path, element.flags)
        except OSError as error:
            problems.append(f"{os.fsdecode(element.path)}: flags: {error}")
    return {"restored": restored, "problems": problems}

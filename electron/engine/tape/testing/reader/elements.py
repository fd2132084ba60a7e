"""Elements and extents; section 5."""
import collections

from seals import need

PART = 67_108_864
FILE, FOLDER, LINK, FIFO, SOCKET, CHARACTER, BLOCK = range(7)


class Bytes:
    """Reads the fields of a record one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        need(self.at + count <= len(self.data), "record cut")
        self.at += count
        return self.data[self.at - count:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            need(shift < 70, "varint")

    def signed(self):
        value = self.varint()
        return value >> 1 if value & 1 == 0 else -(value + 1 >> 1)

    def bytes(self):
        return self.take(self.varint())


Extent = collections.namedtuple("Extent", "offset length set chunk unit at span digests")


Run = collections.namedtuple("Run", "offset length")


def extents_of(fields, references, start):
    """Extents, and runs that the parent of the set has."""
    found = []
    for _ in range(fields.varint()):
        start += fields.varint()
        length = fields.varint()
        if length == 0:
            found.append(Run(start, fields.varint()))
            need(found[-1].length > 0, "inherited run")
            start += found[-1].length
            continue
        _, index, chunk, unit, at, span = (fields.varint() for _ in range(6))
        count = 1 if span == 0 else -(-length // span)
        digests = [bytes(fields.take(32)) for _ in range(count)]
        need(index in references, "set reference")
        found.append(Extent(start, length, references[index], chunk, unit, at, span or length, digests))
        start += length
    return found


def inherited(run, parent):
    """What the extents of the parent's element have in a run: all of it, cut where digests are."""
    found, at, end = [], run.offset, run.offset + run.length
    for e in parent:
        start, stop = max(e.offset, run.offset), min(e.offset + e.length, end)
        if start >= stop:
            continue
        first, skip = divmod(start - e.offset, e.span)
        need(start == at and skip == 0, "inherited run without content")
        need((stop - start) % e.span == 0 or stop == e.offset + e.length, "inherited run that ends within a digest")
        digests = e.digests[first:first + -(-(stop - start) // e.span)]
        found.append(e._replace(offset=start, length=stop - start, at=e.at + start - e.offset, digests=digests))
        at = stop
    need(at == end, "inherited run without content")
    return found


class Element:
    def __init__(self, fields, references):
        self.path, self.type, self.mode = bytes(fields.bytes()), fields.take(1)[0], fields.varint()
        self.uid, self.gid, self.user, self.group = fields.varint(), fields.varint(), fields.bytes(), fields.bytes()
        self.size, self.modified = fields.varint(), (fields.signed(), fields.varint())
        self.changed = (fields.signed(), fields.varint())
        self.device, self.inode, self.links, self.marks = (fields.varint() for _ in range(4))
        self.flags = fields.varint() if self.marks & 8 else None
        self.numbers = (fields.varint(), fields.varint()) if self.type in (CHARACTER, BLOCK) else None
        self.target = bytes(fields.bytes()) if self.type == LINK else None
        self.attributes = [(bytes(fields.bytes()), bytes(fields.bytes())) for _ in range(fields.varint())]
        self.parts = {0: extents_of(fields, references, 0)}

    def inherit(self, parent):
        for number, extents in self.parts.items():
            before = parent.parts.get(number, []) if parent else []
            self.parts[number] = [e for x in extents for e in (inherited(x, before) if isinstance(x, Run) else [x])]

    def extents(self):
        return [extent for number in sorted(self.parts) for extent in self.parts[number] if extent.offset < self.size]

    def identity(self):
        """Names with the same one are one file."""
        pieces = tuple((e.offset, e.length, tuple(e.digests)) for e in self.extents()) if self.type == FILE else ()
        return (self.device, self.inode, self.type, self.mode, self.uid, self.gid, self.size, self.modified,
                self.changed, self.numbers, self.target, tuple(sorted(self.attributes)), pieces)

"""Sets: their metadata, and the content of their files; sections 4 to 6."""
import collections
import hashlib
import json
import struct

from elements import PART, Bytes, Element, extents_of
from records import units
from seals import Damaged, derived, need


class Sets:
    """The sets of one vault, over all its tapes."""

    def __init__(self, tapes):
        self.places, self.key = collections.defaultdict(list), next((t.key for t in tapes if t.key), None)
        self.parsed, self.cache = {}, collections.OrderedDict()
        for tape in tapes:
            for chunk in tape.chunks():
                self.places[chunk.set, chunk.sequence].append(chunk)
        self.ids = sorted({set_id for set_id, _ in self.places})

    def units(self, set_id, sequence):
        """The units of a chunk, from whichever tape has it whole."""
        if (set_id, sequence) in self.cache:
            self.cache.move_to_end((set_id, sequence))
            return self.cache[set_id, sequence]
        problem = Damaged(f"chunk {sequence} of set {set_id.hex()} is on none of the tapes")
        for chunk in self.places.get((set_id, sequence), []):
            try:
                payload, _ = chunk.tape.payload(chunk)
                key = derived(self.key, set_id, b"coldframe set v1") if chunk.tape.sealed else None
                plain = list(units(payload, key, set_id + struct.pack("<I", sequence)))
            except Damaged as error:
                problem = Damaged(f"{chunk.tape.path}, chunk {sequence} of set {set_id.hex()}: {error}")
                continue
            self.cache[set_id, sequence] = plain
            if len(self.cache) > 8:
                self.cache.popitem(last=False)
            return plain
        raise problem

    def stream(self, set_id):
        parts = {c.part: c for (owner, _), all in self.places.items() if owner == set_id for c in all if c.kind == 2}
        last = [part for part, chunk in parts.items() if chunk.last]
        need(last, "its metadata is not on these tapes")
        need(all(part in parts for part in range(last[0] + 1)), "a part of its metadata is missing")
        return b"".join(b"".join(self.units(set_id, parts[part].sequence)) for part in range(last[0] + 1))

    def header_and_elements(self, set_id):
        if set_id not in self.parsed:
            self.parsed[set_id] = self.parse(set_id, self.stream(set_id))
        return self.parsed[set_id]

    def parse(self, set_id, stream):
        fields, references = Bytes(stream), {0: set_id}
        header, own, removed, counts, ended = None, {}, [], [0, 0], False
        while fields.at < len(stream):
            start = fields.at
            tag = fields.take(1)[0]
            body = Bytes(fields.bytes())
            if tag == 1:
                header = json.loads(body.data)
            elif tag == 2:
                index = body.varint()
                references[index] = bytes(body.take(16))
            elif tag == 3:
                element = Element(body, references)
                own[element.path], counts[0] = element, counts[0] + 1
            elif tag == 4:
                removed.append(bytes(body.bytes()))
                counts[1] += 1
            elif tag == 6:
                path, number = bytes(body.bytes()), body.varint()
                need(path in own, "a part before its element")
                own[path].parts[number] = extents_of(body, references, number * PART)
            elif tag == 7:
                need([body.varint(), body.varint()] == counts, "counts of the end record")
                need(body.take(32) == hashlib.sha256(stream[:start]).digest(), "digest of the set metadata")
                ended = True
                break
        need(header is not None and ended, "set metadata cut")
        need(header["version"] in (1, 2), "version of a set")
        elements = {}
        if header["set"]["level"] in ("differential", "incremental"):
            elements.update(self.header_and_elements(bytes.fromhex(header["set"]["parent"]))[1])
        for path, element in own.items():
            element.inherit(elements.get(path))
        for path in removed:
            for gone in [p for p in elements if p == path or p.startswith(path.rstrip(b"/") + b"/")]:
                del elements[gone]
        elements.update(own)
        return header, elements

    def content(self, element):
        """The pieces of a file: offset and bytes, each checked against its digests."""
        for extent in element.extents():
            plain = self.units(extent.set, extent.chunk)
            need(extent.unit < len(plain), "unit of an extent")
            piece = plain[extent.unit][extent.at:extent.at + extent.length]
            need(len(piece) == extent.length, "extent beyond its unit")
            for number, digest in enumerate(extent.digests):
                part = piece[number * extent.span:(number + 1) * extent.span]
                need(hashlib.sha256(part).digest() == digest, "content does not have its digest")
            yield extent.offset, piece[:element.size - extent.offset]

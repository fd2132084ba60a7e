"""Container, tapes and where their chunks are; sections 1, 2, 4 and 7."""
import collections
import json
import mmap
import struct
import sys
import zlib

from records import crc_at, units
from seals import Damaged, derived, need, open_sealed

RECORD, MAX_RECORD = 262_144, 1_048_576
DIRECTORY = 0xFFFFFFFF

Chunk = collections.namedtuple("Chunk", "tape offset set kind last sequence part payload header_crc tape_sequence")


class Tape:
    """One `.tap` file: where its chunks are, and what is in them. `key` is the vault key, once it is known."""

    def __init__(self, path):
        self.path, self.key, self.vault, self.volume, self.sealed = path, None, None, None, None
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.envelopes = []
        try:
            self.read_front()
        except (Damaged, ValueError, KeyError):
            self.start = 0

    def record(self, at):
        """The record at a byte offset, None for a file mark; and the offset behind it."""
        need(at + 4 <= len(self.data), "end of the tape")
        length, = struct.unpack_from("<I", self.data, at)
        if length == 0:
            return None, at + 4
        need(length <= MAX_RECORD, "record length")
        end = at + 4 + length + (length & 1)
        need(end + 4 <= len(self.data) and self.data[end:end + 4] == self.data[at:at + 4], "record cut or damaged")
        return self.data[at + 4:at + 4 + length], end + 4

    def read_front(self):
        label, at = self.record(0)
        need(label is not None and label[:4] == b"VOL1", "no volume label")
        marks = 0
        while marks < 2:
            record, at = self.record(at)
            marks += record is None
        node, at = self.record(at)
        mark, self.start = self.record(at)
        need(node is not None and mark is None, "no node header")
        header = json.loads(node)
        need(header["format"] == "coldframe-tape", "not a tape of this format")
        if header["version"] != 1:
            sys.exit(f"reader: {self.path} has format version {header['version']}")
        self.vault = bytes.fromhex(header["vault"]["id"])
        self.volume = header["tape"]["volume"].encode()
        self.sealed = header["sealed"]
        self.envelopes.append(header["envelopes"])
        tail = self.tail_offset()
        if tail is not None:
            try:
                self.envelopes.append(self.tail_envelopes(tail))
            except (Damaged, ValueError, KeyError):
                pass

    def tail_offset(self):
        """Where the directory is by an intact tape trailer at the end; None when there is none."""
        end = len(self.data)
        if self.data[end - 4:] == b"\xff" * 4:
            end -= 4
        at = end - 8 - 72
        try:
            need(at >= 0, "too short")
            trailer, mark = self.record(at)
            need(trailer is not None and self.data[mark:end] == bytes(8), "two file marks at the end")
            need(trailer[:8] == b"CFTAPEND" and crc_at(trailer, 60), "tape trailer")
            need(struct.unpack_from("<I", trailer, 8)[0] == 1, "version of a tape trailer")
            return struct.unpack_from("<Q", trailer, 24)[0]
        except Damaged:
            return None

    def framed_head(self, at, magic):
        head, at = self.record(at)
        need(head is not None and len(head) == 32 and head[:8] == magic and crc_at(head, 28), magic.decode())
        length, records, crc = struct.unpack_from("<QII", head, 8)
        return length, records, crc, at

    def tail_envelopes(self, at):
        _, records, _, at = self.framed_head(at, b"CFTAPDIR")
        for _ in range(records + 2):  # the directory's records, its file mark, EOF1 or EOV1
            _, at = self.record(at)
        record, _ = self.record(at)
        return json.loads(record)["envelopes"]

    def directory(self, at):
        length, records, crc, at = self.framed_head(at, b"CFTAPDIR")
        payload = b""
        for _ in range(records):
            record, at = self.record(at)
            need(record is not None, "directory cut")
            payload += record
        payload = payload[:length]
        need(zlib.crc32(payload) == crc, "directory")
        key = derived(self.key, self.volume, b"coldframe tape v1") if self.sealed else None
        additional = self.volume + bytes(10) + struct.pack("<I", DIRECTORY)
        return json.loads(b"".join(unit for unit in units(payload, key, additional)))

    def header(self, at):
        """The chunk whose header record lies at an offset."""
        record, behind = self.record(at)
        need(record is not None and len(record) == 176 and record[:8] == b"CFCHUNK1", "no chunk header")
        version, flags = struct.unpack_from("<HH", record, 8)
        crc, = struct.unpack_from("<I", record, 28)
        need(zlib.crc32(record[:28] + bytes(4) + record[32:]) == crc, "chunk header")
        need(version == 1, "version of a chunk")
        body = record[32:160]
        if flags & 1:
            need(self.key is not None, "sealed, and no key")
            vault = self.vault
            body = open_sealed(derived(self.key, vault, b"coldframe header v1"), record[12:24], record[32:], record[:12])
        (vault, set_id, volume, kind, last, sequence, tape_sequence, _, part, payload, _, _, _, offset) = struct.unpack(
            "<16s16s6sBBIIIIQQQQQ", body[:96])
        self.vault, self.volume = self.vault or vault, self.volume or volume
        if self.sealed is None:
            self.sealed = bool(flags & 1)
        need(vault == self.vault and volume == self.volume and offset == at, "the header of another place")
        need(self.sealed == bool(flags & 1), "one sealed, one not")
        return Chunk(self, at, set_id, kind, bool(last & 1), sequence, part, payload, crc, tape_sequence)

    def payload(self, chunk):
        """The payload of a whole chunk, and the offset behind it."""
        _, at = self.record(chunk.offset)
        parts, left, count = [], chunk.payload, 0
        while left > 0:
            record, at = self.record(at)
            size = min(left, RECORD)
            need(record is not None and len(record) == size + (size & 1), "data record")
            parts.append(record[:size])
            left, count = left - size, count + 1
        trailer, at = self.record(at)
        need(trailer is not None and len(trailer) == 48 and trailer[:8] == b"CFCHEND1" and crc_at(trailer, 44), "chunk trailer")
        sequence, crc, length, records, header_crc = struct.unpack_from("<IIQII", trailer, 8)
        payload = b"".join(parts)
        need((sequence, length, records, header_crc) == (chunk.tape_sequence, chunk.payload, count, chunk.header_crc), "chunk trailer")
        mark, at = self.record(at)
        need(mark is None and zlib.crc32(payload) == crc, "chunk payload")
        return payload, at

    def chunks(self):
        """The chunks by the directory, and by a search when there is none that can be read."""
        tail = self.tail_offset()
        try:
            need(tail is not None and self.start > 0, "no tail")
            listed = self.directory(tail)["chunks"]
            return [self.header(entry["offset"]) for entry in listed]
        except (Damaged, ValueError, KeyError):
            return list(self.search())

    def search(self):
        at = self.start
        while (at := self.data.find(b"\xb0\0\0\0CFCHUNK1", at)) >= 0:
            try:
                chunk = self.header(at)
                _, behind = self.payload(chunk)
                yield chunk
                at = behind
            except Damaged:
                at += 4

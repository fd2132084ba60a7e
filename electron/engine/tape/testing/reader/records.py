"""Checksums and units; section 4."""
import struct
import zlib

from seals import inflate, need, open_sealed

MAX_PLAIN = 8_388_608


def crc_at(record, at):
    return len(record) == at + 4 and zlib.crc32(record[:at]) == struct.unpack_from("<I", record, at)[0]


def units(payload, key, additional):
    """The plain contents of the units of a payload, in order; `key` is None when they are not sealed."""
    at = number = 0
    while at < len(payload):
        frame = payload[at:at + 40]
        need(len(frame) == 40 and frame[:4] == b"CFU1" and crc_at(frame, 36), "unit frame")
        codec, flags, zero, own, plain, length = struct.unpack_from("<BBHIII", frame, 4)
        need(own == number and plain <= MAX_PLAIN, "unit frame")
        body = payload[at + 40:at + 40 + length]
        need(len(body) == length and zlib.crc32(body) == struct.unpack_from("<I", frame, 32)[0], "unit body")
        need(bool(flags & 1) == (key is not None), "one sealed, one not")
        if key is not None:
            body = open_sealed(key, frame[20:32], body, additional + frame[:20])
        yield inflate(codec, body, plain)
        at, number = at + 40 + length, number + 1

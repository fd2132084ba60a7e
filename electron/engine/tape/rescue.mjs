#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Coldframe rescue: lists and restores everything from the tapes of a vault, with nothing but Node 18 or later.
//
// This one file stands alone. It was written from the description of the media format and shares no code with the
// program that writes the tapes. It reads in the order in which the data lies:
//
//   basics -> container -> labels -> keys -> chunks -> units -> zstd -> records -> sets -> restore -> verify -> command line
//
// Names on a tape are raw bytes. Inside this file they are strings with one character for each byte ("byte strings",
// latin1), so that they join, compare and serve as keys like any string; `show` turns one into text for people.
// What comes from a tape is never trusted: lengths are checked before memory is taken, content is checked against
// its digest before it is given out, and no name leads out of the destination.

import { spawnSync } from 'node:child_process';
import { createDecipheriv, createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import fs from 'node:fs';
import nodePath from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

// BASICS: exit codes, the two kinds of error, checksums, names.

const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  warnings: 3,
  nothing: 10,
  secret: 12,
  damaged: 13,
  full: 14,
  cancelled: 130,
};

/** Something on a tape is not what the format demands. It costs what depends on it and nothing else. */
class Damage extends Error {}

/** The work cannot go on: said to the user with a code, an exit code and what to do next. */
class Trouble extends Error {
  /**
   * @param {string} code
   * @param {number} exit
   * @param {string} message
   * @param {string} [guidance]
   */
  constructor(code, exit, message, guidance = '') {
    super(message);
    this.code = code;
    this.exit = exit;
    this.guidance = guidance;
  }
}

/** Calls `attempt`; damage becomes `undefined`, everything else passes on. */
function orDamaged(attempt) {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}

/** What to say of an error of any kind, in one line. */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The CRC-32 of IEEE 802.3, for runtimes without `zlib.crc32`. */
function crc32Slow(bytes, seed = 0) {
  let value = ~seed;
  for (let i = 0; i < bytes.length; i++) value = (value >>> 8) ^ CRC_TABLE[(value ^ bytes[i]) & 0xff];
  return ~value >>> 0;
}

/** @type {(bytes: Uint8Array, seed?: number) => number} */
const crc32 = zlib.crc32 ?? crc32Slow;

/** A byte string from bytes, and back. */
const fromBytes = (bytes) => bytes.toString('latin1');
const toBytes = (name) => Buffer.from(name, 'latin1');

/** The text of a byte string if it is UTF-8, else `undefined`. */
function utf8Of(name) {
  const text = toBytes(name).toString('utf8');
  return Buffer.from(text, 'utf8').toString('latin1') === name ? text : undefined;
}

/** A byte string for people: control characters, backslashes and bytes that are not UTF-8 as `\xNN` or `\\`. */
function show(name) {
  const text = utf8Of(name);
  if (text !== undefined)
    return text.replace(/[\p{Cc}\\]/gu, (char) => (char === '\\' ? '\\\\' : hexOf(Buffer.from(char))));
  return name.replace(/[\p{Cc}\\\x80-\xff]/gu, (char) => (char === '\\' ? '\\\\' : hexOf(toBytes(char))));
}

/** `\xNN` for each byte. */
const hexOf = (bytes) => Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** Sizes for people. */
function showSize(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** A time in milliseconds since 1970 for people, or dashes when it is none. */
function showTime(millis) {
  const date = new Date(Number(millis));
  return Number.isNaN(date.getTime()) || !millis ? '-' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** `1 chunk`, `2 chunks`. */
const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** A map that forgets what was not used for the longest time once its weight exceeds the limit. */
class Recent {
  constructor(limit) {
    this.limit = limit;
    this.weight = 0;
    /** @type {Map<string, { value: any, weight: number }>} */
    this.entries = new Map();
  }

  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key, value, weight = 1) {
    this.entries.set(key, { value, weight });
    this.weight += weight;
    for (const [oldest, entry] of this.entries) {
      if (this.weight <= this.limit || oldest === key) break;
      this.entries.delete(oldest);
      this.weight -= entry.weight;
      entry.value?.close?.();
    }
  }
}

// CONTAINER: a tape is a SIMH .tap file of records and file marks.

const RECORD_MAX = 1_048_576;
const DATA_RECORD = 262_144;
const MEDIUM_END = 0xffffffff;
const PEEK_WINDOW = 65_536;

/** Files that are open now: a vault may have more tapes than a process may have open files. */
const openFiles = new Recent(64);

/** Opens a file to read. A FIFO in its place would hold up the program for good, and a device may have no end. */
function openFile(path) {
  let fd;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // A link that leads nowhere costs that tape, not the others.
    if (error.code === 'ENOENT' || error.code === 'ELOOP') throw new Damage(`${path} leads to no file`);
    throw error;
  }
  if (fs.fstatSync(fd).isFile()) return fd;
  fs.closeSync(fd);
  throw new Damage(`${path} is no file`);
}

/** The content of a file. */
function readWhole(path) {
  const fd = openFile(path);
  try {
    return fs.readFileSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Reads one `.tap` file at any place. */
class TapeFile {
  constructor(path) {
    this.path = path;
    this.size = this.#handle().size;
    this.window = { offset: 0, bytes: Buffer.alloc(0) };
  }

  #handle() {
    const known = openFiles.get(this.path);
    if (known) return known;
    const fd = openFile(this.path);
    const handle = { fd, size: fs.fstatSync(fd).size, close: () => fs.closeSync(fd) };
    openFiles.set(this.path, handle);
    return handle;
  }

  /** The bytes at [offset, offset + length), fewer at the end of the file. A place the disk cannot read is damage. */
  read(offset, length) {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const bytes = Buffer.allocUnsafe(wanted);
    let filled = 0;
    try {
      while (filled < wanted) {
        const got = fs.readSync(this.#handle().fd, bytes, filled, wanted - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
    } catch (error) {
      throw new Damage(`${this.path} cannot be read at byte ${offset + filled}: ${reasonOf(error)}`);
    }
    return bytes.subarray(0, filled);
  }

  /** Like `read`, for small pieces that lie close together. */
  peek(offset, length) {
    const start = offset - this.window.offset;
    if (start < 0 || start + length > this.window.bytes.length) {
      this.window = { offset, bytes: this.read(offset, Math.max(length, PEEK_WINDOW)) };
      return this.window.bytes.subarray(0, length);
    }
    return this.window.bytes.subarray(start, start + length);
  }
}

/**
 * @typedef {{ kind: 'record', data: number, length: number, next: number }
 *         | { kind: 'mark', next: number }
 *         | { kind: 'medium-end' | 'end' | 'broken' }} Item  what stands at a place of a tape file
 */

/**
 * What stands at `offset`: a record, a file mark, an end, or nothing that makes sense.
 * @param {TapeFile} file
 * @returns {Item}
 */
function itemAt(file, offset) {
  const head = file.peek(offset, 4);
  if (head.length === 0) return { kind: 'end' };
  if (head.length < 4) return { kind: 'broken' };
  const length = head.readUInt32LE(0);
  if (length === 0) return { kind: 'mark', next: offset + 4 };
  if (length === MEDIUM_END) return { kind: 'medium-end' };
  if (length > RECORD_MAX) return { kind: 'broken' };
  const behind = offset + 4 + length + (length & 1);
  const tail = file.peek(behind, 4);
  if (tail.length < 4 || tail.readUInt32LE(0) !== length) return { kind: 'broken' };
  return { kind: 'record', data: offset + 4, length, next: behind + 4 };
}

/** The place of the first `text` at or behind `offset`, or -1. */
function findText(file, text, offset) {
  const needle = Buffer.from(text, 'latin1');
  const step = RECORD_MAX;
  for (let at = offset; at < file.size; at += step) {
    const found = (orDamaged(() => file.read(at, step + needle.length - 1)) ?? Buffer.alloc(0)).indexOf(needle);
    if (found >= 0) return at + found;
  }
  return -1;
}

// LABELS: what a tape says of itself at its beginning and, if it was unmounted in order, at its end.

/**
 * @typedef {object} Front  what the first tape files say
 * @property {string | undefined} volume
 * @property {string | undefined} vaultPrefix  the part of the vault id that the label has room for
 * @property {string | undefined} vault        vault id, 32 hex digits
 * @property {string} vaultName
 * @property {boolean | undefined} sealed
 * @property {any[]} envelopes
 * @property {number} chunks                   where tape file 3 begins; 0 when the beginning is damaged
 */

/**
 * @typedef {object} Tail  what lies behind the last chunk
 * @property {Buffer | undefined} directory  payload of the tape directory
 * @property {Buffer | undefined} catalog    payload of the tape catalog
 * @property {any[]} envelopes
 * @property {number} chunks                 how many chunks the trailer counts
 * @property {boolean} full                  the tape was left because it was full
 */

/** JSON from bytes, or `undefined`. */
function parseJson(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const isVolume = (text) => /^[A-Z0-9]{6}$/.test(text);
const isId = (text) => typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);

/** @returns {Front} */
const emptyFront = () => ({
  volume: undefined,
  vaultPrefix: undefined,
  vault: undefined,
  vaultName: '',
  sealed: undefined,
  envelopes: [],
  chunks: 0,
});

/**
 * Reads labels, README and node header. If they do not stand where they should, looks for them in the first megabyte.
 * @param {TapeFile} file
 * @returns {Front}
 */
function readFront(file) {
  const front = emptyFront();
  let offset = 0;
  for (let tapeFile = 0; tapeFile < 3; ) {
    const item = itemAt(file, offset);
    if (item.kind === 'mark') tapeFile++;
    else if (item.kind === 'record') readFrontRecord(front, tapeFile, file.read(item.data, item.length));
    else break;
    offset = item.next;
    if (tapeFile === 3) front.chunks = offset;
  }
  if (!front.volume || !front.vault || front.sealed === undefined) searchFront(front, file.read(0, RECORD_MAX));
  return front;
}

/** Takes from one record of tape files 0 to 2 what it says. */
function readFrontRecord(front, tapeFile, bytes) {
  if (tapeFile === 0 && bytes.length === 80 && bytes.toString('latin1', 0, 4) === 'VOL1') readVolumeLabel(front, bytes);
  if (tapeFile === 2) readNodeHeader(front, parseJson(bytes));
}

/** VOL1: columns 5-10 are the volume id, 38-51 the beginning of the vault id. */
function readVolumeLabel(front, bytes) {
  const volume = bytes.toString('latin1', 4, 10);
  if (isVolume(volume)) front.volume ??= volume;
  const prefix = bytes.toString('latin1', 37, 51);
  if (/^[0-9a-f]{14}$/.test(prefix)) front.vaultPrefix ??= prefix;
}

const tooNew = (what, version) =>
  new Trouble(
    'FORMAT_TOO_NEW',
    EXIT.failed,
    `${what} has format version ${version}; this reader knows version 1.`,
    'Use the rescue.mjs that lies in the vault of this tape.',
  );

/** The node header names vault and tape and, when sealed, has the envelopes. */
function readNodeHeader(front, header) {
  if (header?.format !== 'coldframe-tape') return;
  if (header.version > 1) throw tooNew('A tape', header.version);
  if (isId(header.vault?.id)) front.vault = header.vault.id;
  if (typeof header.vault?.name === 'string') front.vaultName = header.vault.name;
  if (isVolume(header.tape?.volume)) front.volume ??= header.tape.volume;
  front.sealed = header.sealed === true;
  if (Array.isArray(header.envelopes)) front.envelopes.push(...header.envelopes);
}

/** Last resort for a damaged beginning: takes what is still legible. */
function searchFront(front, bytes) {
  const text = bytes.toString('latin1');
  const label = text.indexOf('VOL1');
  if (label >= 0) readVolumeLabel(front, bytes.subarray(label, label + 80));
  const start = text.indexOf('"format":"coldframe-tape"');
  if (start < 0) return;
  const json = text.slice(start, start + 65_536);
  front.vault ??= /"vault":\{"id":"([0-9a-f]{32})"/.exec(json)?.[1];
  front.volume ??= /"volume":"([A-Z0-9]{6})"/.exec(json)?.[1];
  const sealed = /"sealed":(true|false)/.exec(json)?.[1];
  if (sealed) front.sealed ??= sealed === 'true';
  for (const [envelope] of json.matchAll(/\{"kind":"[^{}]*\}/g)) {
    const parsed = parseJson(Buffer.from(envelope, 'latin1'));
    if (parsed) front.envelopes.push(parsed);
  }
}

const TRAILER_SEARCH = 4 * RECORD_MAX;

/**
 * Finds the tape trailer, the last record of a tape that was unmounted in order, from the end of the file backwards.
 * @param {TapeFile} file
 * @returns {{ chunks: number, directory: number } | undefined}
 */
function findTrailer(file) {
  const start = Math.max(0, file.size - TRAILER_SEARCH);
  const bytes = orDamaged(() => file.read(start, TRAILER_SEARCH));
  for (let at = bytes?.length ?? -1; at >= 0; at--) {
    at = bytes.lastIndexOf('CFTAPEND', at, 'latin1');
    if (at < 0) return undefined;
    const trailer = bytes.subarray(at, at + 64);
    if (trailer.length < 64 || crc32(trailer.subarray(0, 60)) !== trailer.readUInt32LE(60)) continue;
    if (trailer.readUInt32LE(8) !== 1) return undefined;
    return { chunks: trailer.readUInt32LE(12), directory: Number(trailer.readBigUInt64LE(24)) };
  }
  return undefined;
}

/**
 * Reads the tail: directory, envelopes and catalog. Each may be missing; without a trailer there is no tail.
 * @param {TapeFile} file
 * @returns {Tail | undefined}
 */
function readTail(file) {
  const trailer = findTrailer(file);
  if (!trailer) return undefined;
  const tail = { directory: undefined, catalog: undefined, envelopes: [], chunks: trailer.chunks, full: false };
  for (let offset = trailer.directory; offset < file.size; ) {
    const item = itemAt(file, offset);
    if (item.kind !== 'record' && item.kind !== 'mark') break;
    offset = item.next;
    if (item.kind === 'mark') continue;
    const bytes = file.read(item.data, item.length);
    const name = bytes.toString('latin1', 0, 8);
    if (name === 'CFTAPEND') break;
    if (name.startsWith('EOV1')) tail.full = true;
    else if (name === 'CFTAPDIR' || name === 'CFTAPCAT') {
      const payload = orDamaged(() => readTailPayload(file, bytes, offset));
      if (payload) tail[name === 'CFTAPDIR' ? 'directory' : 'catalog'] = payload.bytes;
      if (payload) offset = payload.next;
    } else if (name.startsWith('{')) {
      const envelopes = parseJson(bytes)?.envelopes;
      if (Array.isArray(envelopes)) tail.envelopes.push(...envelopes);
    }
  }
  return tail;
}

/** The payload behind the head record of a directory or catalog, checked against its CRC. */
function readTailPayload(file, head, start) {
  if (head.length < 32 || crc32(head.subarray(0, 28)) !== head.readUInt32LE(28)) throw new Damage('head record');
  const length = Number(head.readBigUInt64LE(8));
  const pieces = [];
  let offset = start;
  for (let left = length, record = head.readUInt32LE(16); record > 0; record--) {
    const item = itemAt(file, offset);
    if (item.kind !== 'record') throw new Damage('a record is missing');
    pieces.push(file.read(item.data, Math.min(item.length, left)));
    left -= Math.min(item.length, left);
    offset = item.next;
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length !== length || crc32(bytes) !== head.readUInt32LE(20)) throw new Damage('checksum');
  return { bytes, next: offset };
}

// KEYS: one random key for each sealed vault, wrapped in envelopes by a passphrase and by a recovery code.

/** @typedef {{ kind: 'passphrase' | 'recovery-code' | 'either', bytes: Buffer }} Secret */

/** AES-256-GCM with the 16-byte tag behind the ciphertext. Throws `Damage` when it does not open. */
function openSealed(key, nonce, sealed, additional) {
  if (sealed.length < 16) throw new Damage('shorter than its seal');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(additional);
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - 16)), decipher.final()]);
  } catch {
    throw new Damage('the seal does not open');
  }
}

/**
 * A passphrase loses one trailing newline, or two where it came from a file (a carriage return before it is tried both ways). One that is not UTF-8 is also
 * tried as early versions read it: with U+FFFD in the place of what is not.
 */
function passphraseForms(bytes) {
  const without = (given, last) => (given[given.length - 1] === last ? given.subarray(0, given.length - 1) : given);
  const line = without(bytes, 10);
  const forms = [line];
  for (const form of [
    without(line, 13),
    without(line, 10),
    without(without(line, 13), 10),
    without(without(without(line, 13), 10), 13),
  ])
    if (!forms.some((known) => known.equals(form))) forms.push(form);
  const replaced = forms.map((form) => Buffer.from(form.toString('utf8')));
  return [...forms, ...replaced.filter((form, i) => !form.equals(forms[i]))];
}

/** A recovery code is its letters and digits in upper case; O is read as 0, I and L as 1, which it does not have. */
const recoveryForms = (bytes) => [
  Buffer.from(
    bytes
      .toString('utf8')
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .replace(/O/g, '0')
      .replace(/[IL]/g, '1'),
  ),
];

const ENVELOPES_MAX = 256;
/** The sum of n * r * p over all envelopes that are tried: some seconds, and dozens of envelopes as vaults have them. */
const COST_MAX = 2 ** 26;

/** What trying an envelope costs, or `undefined` when the format does not allow it. */
function costOf(envelope) {
  const { n, r, p } = envelope ?? {};
  const whole = [n, r, p].every((number) => Number.isSafeInteger(number) && number >= 1);
  if (!whole || n < 2 || Math.log2(n) % 1 !== 0 || p > 16 || 128 * n * r > 2 ** 28) return undefined;
  return n * r * p;
}

/** The envelopes that are worth a try, the cheapest first: whoever can write to the folder can add any number. */
function worthTrying(envelopes) {
  const priced = envelopes
    .map((envelope) => ({ envelope, cost: costOf(envelope) }))
    .filter(({ cost }) => cost !== undefined)
    .sort((one, other) => one.cost - other.cost)
    .slice(0, ENVELOPES_MAX);
  let spent = 0;
  return priced.flatMap(({ envelope, cost }) => {
    spent += cost;
    return spent <= COST_MAX ? [envelope] : [];
  });
}

/** Unwraps the vault key from one envelope, or returns `undefined`. */
function openEnvelope(envelope, vault, secret) {
  if (envelope?.kdf !== 'scrypt' || (secret.kind !== 'either' && secret.kind !== envelope.kind)) return undefined;
  const { n, r, p } = envelope;
  if (costOf(envelope) === undefined) return undefined;
  const additional = Buffer.from(`coldframe-envelope-v1:${vault}`);
  const [salt, nonce, wrapped] = [envelope.salt, envelope.nonce, envelope.wrapped].map((text) =>
    Buffer.from(String(text), 'base64'),
  );
  if (nonce.length !== 12 || wrapped.length !== 48) return undefined;
  for (const form of envelope.kind === 'passphrase' ? passphraseForms(secret.bytes) : recoveryForms(secret.bytes)) {
    const wrapping = scryptSync(form, salt, 32, { N: n, r, p, maxmem: 128 * n * r + 128 * r * p + 2 ** 20 });
    const key = orDamaged(() => openSealed(wrapping, nonce, wrapped, additional));
    if (key) return key;
  }
  return undefined;
}

/** A vault as its tapes describe it, and its key once an envelope was opened. */
class Vault {
  constructor(id) {
    this.id = id;
    this.name = '';
    /** @type {Buffer | undefined} */
    this.key = undefined;
    /** @type {Map<string, any>} */
    this.envelopes = new Map();
    this.derived = new Map();
  }

  /** Tries the envelopes; the key is the same in all. */
  unlock(secret) {
    for (const envelope of worthTrying([...this.envelopes.values()]))
      this.key ??= openEnvelope(envelope, this.id, secret);
    return this.key !== undefined;
  }

  #derive(info, salt) {
    const name = `${info}:${salt.toString('hex')}`;
    if (!this.key) throw new Damage('sealed, and its vault is not unlocked');
    if (!this.derived.has(name)) this.derived.set(name, Buffer.from(hkdfSync('sha256', this.key, salt, info, 32)));
    return this.derived.get(name);
  }

  setKey = (set) => this.#derive('coldframe set v1', Buffer.from(set, 'hex'));
  headerKey = () => this.#derive('coldframe header v1', Buffer.from(this.id, 'hex'));
  tapeKey = (volume) => this.#derive('coldframe tape v1', Buffer.from(volume, 'latin1'));
}

// CHUNKS: header record, data records, trailer record, file mark.

const HEADER_LENGTH = 176;
const TRAILER_LENGTH = 48;
const FRAMED_HEADER = 4 + HEADER_LENGTH + 4;
const FRAMED_DATA = 4 + DATA_RECORD + 4;

/**
 * @typedef {object} Chunk  one chunk as found on a tape
 * @property {Tape} tape
 * @property {Vault} vault
 * @property {boolean} sealed
 * @property {string} set           set id, 32 hex digits
 * @property {1 | 2} kind           1 data, 2 metadata
 * @property {boolean} last         the last metadata chunk of its set
 * @property {number} sequence      within the set
 * @property {number} tapeSequence  on the tape
 * @property {number} part          metadata part
 * @property {number} payload       bytes
 * @property {number} offset        of the header record in the file
 * @property {boolean} whole        header and trailer agree and a file mark follows
 */

/** Whether a record is an intact chunk header, sealed or not, of a version that this reader knows. */
const isChunkHeader = (bytes) =>
  isAnyChunkHeader(bytes) && bytes.readUInt16LE(8) === 1 && bytes.readUInt32LE(24) === 128;

/** The same of whatever version. */
function isAnyChunkHeader(bytes) {
  if (bytes.length !== HEADER_LENGTH || bytes.toString('latin1', 0, 8) !== 'CFCHUNK1') return false;
  const zeroed = Buffer.from(bytes);
  zeroed.writeUInt32LE(0, 28);
  return crc32(zeroed) === bytes.readUInt32LE(28);
}

/** The 128 bytes of a chunk header's body, opened if sealed. */
function headerBody(bytes, vault) {
  if ((bytes.readUInt16LE(10) & 1) === 0) return bytes.subarray(32, 160);
  return openSealed(vault.headerKey(), bytes.subarray(12, 24), bytes.subarray(32), bytes.subarray(0, 12));
}

/**
 * Understands an intact chunk header: tries the vaults that the tape may belong to.
 * @returns {Chunk | undefined} undefined when it is sealed for another vault or belongs to another tape
 */
function readChunkHeader(tape, bytes, offset) {
  const sealed = (bytes.readUInt16LE(10) & 1) === 1;
  if (tape.sealed !== undefined && sealed !== tape.sealed) return undefined;
  for (const vault of tape.vaults) {
    const body = orDamaged(() => headerBody(bytes, vault));
    if (!body || body.toString('hex', 0, 16) !== vault.id) continue;
    const volume = body.toString('latin1', 32, 38);
    tape.volume ??= volume;
    if (volume !== tape.volume) return undefined;
    return {
      tape,
      vault,
      sealed,
      set: body.toString('hex', 16, 32),
      kind: body[38] === 2 ? 2 : 1,
      last: (body[39] & 1) === 1,
      sequence: body.readUInt32LE(40),
      tapeSequence: body.readUInt32LE(44),
      part: body.readUInt32LE(52),
      payload: Number(body.readBigUInt64LE(56)),
      offset,
      whole: false,
    };
  }
  return undefined;
}

/** Where the trailer record of a chunk stands, from the length of its payload. */
function trailerOffset(chunk) {
  const records = Math.ceil(chunk.payload / DATA_RECORD);
  if (records === 0) return chunk.offset + FRAMED_HEADER;
  const last = chunk.payload - (records - 1) * DATA_RECORD;
  return chunk.offset + FRAMED_HEADER + (records - 1) * FRAMED_DATA + 8 + last + (last & 1);
}

/**
 * Checks the trailer of a chunk against its header, and the file mark behind it.
 * @returns {{ payloadCrc: number, next: number } | undefined}
 */
function readChunkTrailer(chunk) {
  const file = chunk.tape.file;
  const start = trailerOffset(chunk);
  const headerCrc = file.peek(chunk.offset + 4 + 28, 4);
  const item = itemAt(file, start);
  if (item.kind !== 'record' || item.length !== TRAILER_LENGTH) return undefined;
  const bytes = Buffer.from(file.peek(item.data, TRAILER_LENGTH));
  const agrees =
    bytes.toString('latin1', 0, 8) === 'CFCHEND1' &&
    crc32(bytes.subarray(0, 44)) === bytes.readUInt32LE(44) &&
    bytes.readUInt32LE(8) === chunk.tapeSequence &&
    Number(bytes.readBigUInt64LE(16)) === chunk.payload &&
    bytes.readUInt32LE(24) === Math.ceil(chunk.payload / DATA_RECORD) &&
    headerCrc.length === 4 &&
    bytes.readUInt32LE(28) === headerCrc.readUInt32LE(0);
  const mark = itemAt(file, item.next);
  if (!agrees || mark.kind !== 'mark') return undefined;
  return { payloadCrc: bytes.readUInt32LE(12), next: mark.next };
}

/** Bytes [position, position + length) of a chunk's payload, wherever the records cut it. */
function readPayload(chunk, position, length) {
  if (position + length > chunk.payload) throw new Damage(`${nameChunk(chunk)}: a unit reaches behind the payload`);
  const pieces = [];
  for (let at = position; at < position + length; ) {
    const inside = at % DATA_RECORD;
    const size = Math.min(DATA_RECORD - inside, position + length - at);
    const offset = chunk.offset + FRAMED_HEADER + Math.floor(at / DATA_RECORD) * FRAMED_DATA + 4 + inside;
    const bytes = chunk.tape.file.read(offset, size);
    if (bytes.length < size) throw new Damage(`${nameChunk(chunk)} is cut`);
    pieces.push(bytes);
    at += size;
  }
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

const nameChunk = (chunk) => `chunk ${chunk.tapeSequence} of tape ${chunk.tape.name}`;

/** One tape: its file, what its labels say, and the chunks on it. */
class Tape {
  /** @param {TapeFile} file */
  constructor(file) {
    this.file = file;
    const front = readFront(file);
    this.front = front;
    this.volume = front.volume;
    this.sealed = front.sealed;
    this.tail = orDamaged(() => readTail(file));
    /** @type {Vault[]} the vaults it may belong to; one, when its node header is legible */
    this.vaults = [];
    /** @type {Chunk[]} */
    this.chunks = [];
    /** @type {any[]} sets as its catalog names them */
    this.catalog = [];
    this.byDirectory = false;
    this.locked = false;
    /** @type {number | undefined} a version of which some of its chunks are, and which this reader does not know: they are left out */
    this.tooNew = undefined;
  }

  get name() {
    return this.volume ?? nodePath.basename(this.file.path);
  }
}

/** Lists the chunks of a tape: from its directory, or by scanning when `scan` is set or there is no directory. */
function findChunks(tape, { scan, salvage }) {
  if (tape.vaults.length > 0 && tape.vaults.every((vault) => tape.sealed && !vault.key)) {
    tape.locked = true;
    return;
  }
  tape.catalog = readTailJson(tape, 'catalog')?.sets ?? [];
  const directory = readTailJson(tape, 'directory')?.chunks;
  const listed =
    Array.isArray(directory) && directory.length === tape.tail.chunks
      ? directory.map((entry) => chunkOfDirectory(tape, entry))
      : [];
  tape.byDirectory = !scan && !salvage && listed.length > 0 && listed.every((chunk) => chunk !== undefined);
  tape.chunks = tape.byDirectory ? listed : scanChunks(tape, salvage);
  // What has no header any more is there all the same; its own digests tell whether it is right.
  if (salvage) {
    const found = new Set(tape.chunks.map(({ offset }) => offset));
    tape.chunks.push(...listed.filter((chunk) => chunk && !found.has(chunk.offset)));
  }
}

/** The JSON of the tape directory or tape catalog, or `undefined` when it is missing, damaged or does not open. */
function readTailJson(tape, which) {
  const payload = tape.tail?.[which];
  if (!payload || !tape.volume) return undefined;
  const context = Buffer.alloc(20);
  context.write(tape.volume, 'latin1');
  context.writeUInt32LE(which === 'directory' ? 0xffffffff : 0xfffffffe, 16);
  for (const vault of tape.vaults) {
    const json = orDamaged(() => {
      const key = tape.sealed ? vault.tapeKey(tape.volume) : undefined;
      return parseJson(Buffer.concat(plainOfPayload(payload, { key, context })));
    });
    if (json) {
      tape.vaults = [vault];
      return json;
    }
  }
  return undefined;
}

/**
 * A chunk as the directory lists it, whose header may be damaged. One whose header is intact has to say the same of itself.
 * @returns {Chunk | undefined}
 */
function chunkOfDirectory(tape, entry) {
  const numbers = [entry?.sequence, entry?.tapeSequence, entry?.part, entry?.payload, entry?.offset];
  if (!isId(entry?.set) || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) return undefined;
  const header = headerAt(tape, entry.offset);
  if (header) {
    const own = chunkAt(tape, entry.offset);
    const differs = (name) => own?.[name] !== entry[name];
    if (['set', 'sequence', 'tapeSequence', 'part', 'payload'].some(differs)) return undefined;
  }
  return {
    tape,
    vault: tape.vaults[0],
    sealed: tape.sealed === true,
    set: entry.set,
    kind: entry.kind === 'metadata' ? 2 : 1,
    last: entry.last === true,
    sequence: entry.sequence,
    tapeSequence: entry.tapeSequence,
    part: entry.part,
    payload: entry.payload,
    offset: entry.offset,
    whole: true,
  };
}

/**
 * Finds the chunks by reading the tape forward. Whatever is not a record, or not a whole chunk, is stepped over to the
 * next intact header. With `salvage`, also behind an end-of-medium mark.
 */
function scanChunks(tape, salvage) {
  const file = tape.file;
  const chunks = [];
  let latest = -1;
  for (let offset = tape.front.chunks; offset >= 0 && offset < file.size; ) {
    const item = orDamaged(() => itemAt(file, offset)) ?? { kind: 'broken' };
    if (item.kind === 'medium-end' && !salvage) break;
    if (item.kind === 'mark') {
      offset = item.next;
      continue;
    }
    const chunk = item.kind === 'record' ? chunkAt(tape, offset) : undefined;
    if (chunk) {
      const end = orDamaged(() => readChunkTrailer(chunk));
      chunk.whole = end !== undefined;
      chunks.push(chunk);
      latest = chunk.tapeSequence;
      offset = end ? end.next : item.next;
    } else if (item.kind === 'record') {
      if (!salvage && file.peek(item.data, 8).toString('latin1') === 'CFTAPEND') break;
      offset = item.next;
    } else offset = findHeader(tape, offset + 1, latest);
  }
  return chunks;
}

/** The header record that begins at `offset`, if it is intact, of whatever version and tape. */
function headerAt(tape, offset) {
  const bytes = orDamaged(() => tape.file.peek(offset + 4, HEADER_LENGTH));
  return bytes && isAnyChunkHeader(bytes) ? Buffer.from(bytes) : undefined;
}

/** The chunk of this tape whose header record begins at `offset`, if an intact one does. `isPlace`: a chunk belongs there, so that a version that is not known is no accident. */
function chunkAt(tape, offset, isPlace = true) {
  const bytes = headerAt(tape, offset);
  if (!bytes) return undefined;
  if (isChunkHeader(bytes)) return readChunkHeader(tape, bytes, offset);
  if (isPlace && bytes.readUInt16LE(8) > 1) tape.tooNew ??= bytes.readUInt16LE(8);
  return undefined;
}

/** The place of the next intact header of this tape behind the chunk `latest`, or -1. Copies of tapes inside of backups do not count. */
function findHeader(tape, offset, latest) {
  for (let at = findText(tape.file, 'CFCHUNK1', offset); at >= 0; at = findText(tape.file, 'CFCHUNK1', at + 1)) {
    const chunk = at >= 4 ? chunkAt(tape, at - 4, false) : undefined;
    const framed = chunk && itemAt(tape.file, at - 4).kind === 'record';
    if (framed && chunk.tapeSequence > latest) return at - 4;
  }
  return -1;
}

// UNITS: the pieces of a payload, each compressed, sealed and checked for itself.

const FRAME_LENGTH = 40;
const PLAIN_MAX = 8_388_608;
const BODY_MAX = PLAIN_MAX + 1_048_576;

/** @typedef {{ codec: number, sealed: boolean, unit: number, plain: number, body: number, crc: number, bytes: Buffer }} Frame */

/** Understands the frame of a unit, or throws `Damage`. @returns {Frame} */
function readFrame(bytes) {
  if (bytes.length < FRAME_LENGTH || bytes.toString('latin1', 0, 4) !== 'CFU1')
    throw new Damage('a unit does not begin where it should');
  if (crc32(bytes.subarray(0, 36)) !== bytes.readUInt32LE(36))
    throw new Damage('the frame of a unit fails its checksum');
  const frame = {
    codec: bytes[4],
    sealed: (bytes[5] & 1) === 1,
    unit: bytes.readUInt32LE(8),
    plain: bytes.readUInt32LE(12),
    body: bytes.readUInt32LE(16),
    crc: bytes.readUInt32LE(32),
    bytes: bytes.subarray(0, FRAME_LENGTH),
  };
  if (frame.plain > PLAIN_MAX || frame.body > BODY_MAX) throw new Damage('a unit is longer than the format allows');
  return frame;
}

/**
 * The plain content of a unit: checksum, seal, compression, length.
 * @param {Frame} frame
 * @param {Buffer} body
 * @param {{ key: Buffer | undefined, context: Buffer }} seal  no key: the unit must not be sealed
 */
function openUnit(frame, body, seal) {
  if (crc32(body) !== frame.crc) throw new Damage('the content of a unit fails its checksum');
  if (frame.sealed !== (seal.key !== undefined)) throw new Damage('a unit is sealed otherwise than its tape');
  const packed = seal.key
    ? openSealed(
        seal.key,
        frame.bytes.subarray(20, 32),
        body,
        Buffer.concat([seal.context, frame.bytes.subarray(0, 20)]),
      )
    : body;
  const plain = expand(frame.codec, packed, frame.plain);
  if (plain.length !== frame.plain) throw new Damage('a unit has another length than its frame says');
  return plain;
}

const settings = { ownZstd: false, quiet: false };

/** Expands the content of a unit by its codec. */
function expand(codec, packed, length) {
  if (codec === 0) return packed;
  if (codec === 1) return zstdExpand(packed, length);
  if (codec !== 2) throw new Damage(`a unit has the unknown codec ${codec}`);
  try {
    return zlib.inflateSync(packed, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    throw new Damage(`a unit cannot be expanded: ${reasonOf(error)}`);
  }
}

/** zstd by the runtime where it has it, else by the decoder below. */
function zstdExpand(packed, length) {
  if (zlib.zstdDecompressSync && !settings.ownZstd) {
    try {
      return zlib.zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) });
    } catch {
      // The decoder below has the last word.
    }
  }
  return decodeZstd(packed, length);
}

/** The plain contents of all units of a payload that is held in memory. */
function plainOfPayload(payload, seal) {
  const plains = [];
  for (let at = 0; at < payload.length; ) {
    const frame = readFrame(payload.subarray(at, at + FRAME_LENGTH));
    const body = payload.subarray(at + FRAME_LENGTH, at + FRAME_LENGTH + frame.body);
    if (body.length < frame.body) throw new Damage('a unit is cut');
    plains.push(openUnit(frame, body, seal));
    at += FRAME_LENGTH + frame.body;
  }
  return plains;
}

/** Key and additional data for the units of a chunk. */
function sealOfChunk(chunk) {
  const context = Buffer.alloc(20);
  context.write(chunk.set, 'hex');
  context.writeUInt32LE(chunk.sequence, 16);
  return { key: chunk.sealed ? chunk.vault.setKey(chunk.set) : undefined, context };
}

/**
 * @typedef {object} UnitTable  where the units of a chunk lie
 * @property {({ at: number, frame: Frame } | undefined)[]} units
 * @property {string | undefined} damage  why units are missing
 */

/** Walks the frames of a chunk. Behind a damaged frame, the next intact one is searched for. @returns {UnitTable} */
function walkUnits(chunk) {
  const table = { units: [], damage: undefined };
  for (let at = 0; at >= 0 && at < chunk.payload; ) {
    try {
      const frame = readFrame(readPayload(chunk, at, Math.min(FRAME_LENGTH, chunk.payload - at)));
      if (frame.unit !== table.units.length) table.damage ??= 'units are missing';
      if (frame.unit < table.units.length) throw new Damage('a unit stands in another order');
      if (frame.unit > 1_000_000) throw new Damage('the number of a unit makes no sense');
      table.units[frame.unit] = { at: at + FRAME_LENGTH, frame };
      at += FRAME_LENGTH + frame.body;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      table.damage ??= error.message;
      at = findFrame(chunk, at + 1, table.units.length);
    }
  }
  return table;
}

/** The place in the payload of the next intact frame whose number is at least `unit`, or -1. */
function findFrame(chunk, from, unit) {
  const step = RECORD_MAX;
  for (let start = from; start + FRAME_LENGTH <= chunk.payload; start += step) {
    const bytes = orDamaged(() => readPayload(chunk, start, Math.min(step + FRAME_LENGTH, chunk.payload - start)));
    if (!bytes) return -1;
    for (
      let at = bytes.indexOf('CFU1', 0, 'latin1');
      at >= 0 && at < step;
      at = bytes.indexOf('CFU1', at + 1, 'latin1')
    ) {
      const frame = orDamaged(() => readFrame(bytes.subarray(at, at + FRAME_LENGTH)));
      if (frame && frame.unit >= unit) return start + at;
    }
  }
  return -1;
}

const tables = new Recent(256);
const plains = new Recent(64 * 1_048_576);

const keyOfChunk = (chunk) => `${chunk.tape.file.path}\0${chunk.offset}`;

/** @returns {UnitTable} */
function unitsOf(chunk) {
  const key = keyOfChunk(chunk);
  const known = tables.get(key);
  if (known) return known;
  const table = walkUnits(chunk);
  tables.set(key, table);
  return table;
}

/** The plain content of one unit of a chunk. Throws `Damage` that names chunk and unit. */
function readUnit(chunk, unit) {
  const key = `${keyOfChunk(chunk)}\0${unit}`;
  const known = plains.get(key);
  if (known) return known;
  try {
    const table = unitsOf(chunk);
    const place = table.units[unit];
    if (!place) throw new Damage(table.damage ?? 'there is no such unit');
    const plain = openUnit(place.frame, readPayload(chunk, place.at, place.frame.body), sealOfChunk(chunk));
    plains.set(key, plain, plain.length + 1024);
    return plain;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new Damage(`unit ${unit} of ${nameChunk(chunk)}: ${error.message}`);
  }
}

// ZSTD: a decoder of RFC 8878 for runtimes without one. Checksums of frames are not looked at: units have their own.

/** Baselines of a code that is followed by `bits[code]` extra bits. */
function baselines(start, bits) {
  let base = start;
  return bits.map((extra) => {
    const value = base;
    base += 2 ** extra;
    return value;
  });
}

const LITERAL_LENGTH_BITS = [...Array(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_LENGTH_BITS = [...Array(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const OFFSET_BITS = Array.from({ length: 32 }, (_, code) => code);

/** The three codes of a sequence: section 3.1.1.3.2.1. */
const CODES = {
  literals: {
    bits: LITERAL_LENGTH_BITS,
    base: baselines(0, LITERAL_LENGTH_BITS),
    maxLog: 9,
    log: 6,
    normal: [
      4,
      3,
      ...Array(6).fill(2),
      ...Array(5).fill(2),
      1,
      1,
      1,
      ...Array(9).fill(2),
      3,
      2,
      1,
      1,
      1,
      1,
      1,
      -1,
      -1,
      -1,
      -1,
    ],
  },
  offset: {
    bits: OFFSET_BITS,
    base: OFFSET_BITS.map((code) => 2 ** code),
    maxLog: 8,
    log: 5,
    normal: [1, 1, 1, 1, 1, 1, 2, 2, 2, ...Array(15).fill(1), -1, -1, -1, -1, -1],
  },
  match: {
    bits: MATCH_LENGTH_BITS,
    base: baselines(3, MATCH_LENGTH_BITS),
    maxLog: 9,
    log: 6,
    normal: [1, 4, 3, 2, 2, 2, 2, 2, 2, ...Array(37).fill(1), ...Array(7).fill(-1)],
  },
};

const LITERALS_MAX = 131_072;
const highBit = (value) => 31 - Math.clz32(value);

/** Spreads normalized counts over the states of an FSE table: section 4.1.1. */
function buildFse(normal, log) {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const next = new Uint16Array(size);
  const counter = normal.map((share) => (share === -1 ? 1 : share));
  let high = size;
  normal.forEach((share, symbol) => {
    if (share === -1) symbols[--high] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  normal.forEach((share, symbol) => {
    for (let i = 0; i < share; i++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  });
  for (let state = 0; state < size; state++) {
    const value = counter[symbols[state]]++;
    bits[state] = log - highBit(value);
    next[state] = (value << bits[state]) - size;
  }
  return { log, symbols, bits, next };
}

/** Joins an FSE table with the baselines of its code, so that the inner loop looks everything up by state. */
function sequenceTable(fse, code) {
  if (fse.symbols.some((symbol) => symbol >= code.bits.length)) throw new Damage('zstd: unknown code');
  return {
    log: fse.log,
    bits: fse.bits,
    next: fse.next,
    extra: Uint8Array.from(fse.symbols, (symbol) => code.bits[symbol]),
    base: Float64Array.from(fse.symbols, (symbol) => code.base[symbol]),
  };
}

const DEFAULT_TABLES = {
  literals: sequenceTable(buildFse(CODES.literals.normal, CODES.literals.log), CODES.literals),
  offset: sequenceTable(buildFse(CODES.offset.normal, CODES.offset.log), CODES.offset),
  match: sequenceTable(buildFse(CODES.match.normal, CODES.match.log), CODES.match),
};

/**
 * Decodes zstd frames, one behind the other, skippable frames included.
 * @param {Uint8Array} input
 * @param {number} limit  the most bytes that may come out; exactly as many if the length is known
 * @returns {Buffer}
 */
export function decodeZstd(input, limit) {
  const decoder = new ZstdDecoder(input, limit);
  try {
    return decoder.run();
  } catch (error) {
    if (error instanceof RangeError) throw new Damage('zstd: a bit stream leaves its bounds');
    throw error;
  }
}

/** The state of one decoding. The output array has room for the literals of a block behind the output. */
class ZstdDecoder {
  constructor(input, limit) {
    this.source = new Uint8Array(input.length + 8);
    this.source.set(input);
    this.view = new DataView(this.source.buffer);
    this.end = input.length;
    this.at = 0;
    this.limit = limit;
    this.out = new Uint8Array(limit + LITERALS_MAX);
    this.produced = 0;
    this.frameStart = 0;
    this.repeats = [1, 4, 8];
    this.huffman = undefined;
    this.tables = {};
  }

  run() {
    while (this.at < this.end) this.#frame();
    return Buffer.from(this.out.buffer, 0, this.produced);
  }

  /** A little-endian number of up to six bytes. */
  #number(length) {
    if (this.at + length > this.end) throw new Damage('zstd: cut');
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + this.source[this.at + i];
    this.at += length;
    return value;
  }

  /** One frame: section 3.1.1. */
  #frame() {
    const magic = this.#number(4);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      const length = this.#number(4);
      this.at += length;
      if (this.at > this.end) throw new Damage('zstd: a skippable frame is cut');
      return;
    }
    if (magic !== 0xfd2fb528) throw new Damage('zstd: not a frame');
    const size = this.#frameHeader();
    this.frameStart = this.produced;
    this.repeats = [1, 4, 8];
    this.huffman = undefined;
    this.tables = {};
    while (!this.#block());
    if (this.checksum) this.#number(4);
    if (size !== undefined && this.produced - this.frameStart !== size) throw new Damage('zstd: wrong content size');
  }

  /** Returns the content size, if the header has it. */
  #frameHeader() {
    const descriptor = this.#number(1);
    const single = (descriptor >> 5) & 1;
    if (descriptor & 8) throw new Damage('zstd: reserved bit');
    this.checksum = (descriptor & 4) !== 0;
    if (!single) this.#number(1);
    if (this.#number([0, 1, 2, 4][descriptor & 3]) !== 0) throw new Damage('zstd: needs a dictionary');
    const sizeCode = descriptor >> 6;
    if (sizeCode === 0) return single ? this.#number(1) : undefined;
    if (sizeCode === 1) return this.#number(2) + 256;
    return sizeCode === 2 ? this.#number(4) : this.#number(6) + this.#number(2) * 2 ** 48;
  }

  /** One block; true when it was the last. */
  #block() {
    const header = this.#number(3);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3) throw new Damage('zstd: reserved block type');
    if (type === 1) this.#fill(this.#number(1), size);
    else if (this.at + size > this.end) throw new Damage('zstd: a block is cut');
    else if (type === 0) this.#copy(size);
    else this.#compressed(this.at + size);
    return (header & 1) === 1;
  }

  #room(size) {
    if (this.produced + size > this.limit) throw new Damage('zstd: longer than it should be');
  }

  #fill(byte, size) {
    this.#room(size);
    this.out.fill(byte, this.produced, this.produced + size);
    this.produced += size;
  }

  #copy(size) {
    this.#room(size);
    this.out.set(this.source.subarray(this.at, this.at + size), this.produced);
    this.produced += size;
    this.at += size;
  }

  /** A compressed block: literals, then sequences that interleave them with copies of what was put out before. */
  #compressed(end) {
    const literals = this.#literals(end);
    const sequences = this.#sequenceCount();
    if (sequences > 0) this.#sequences(end, literals, sequences);
    else this.#lastLiterals(this.limit, this.limit + literals);
    if (sequences === 0 && this.at !== end) throw new Damage('zstd: a block has a remainder');
    this.at = end;
  }

  #lastLiterals(from, to) {
    this.#room(to - from);
    this.out.copyWithin(this.produced, from, to);
    this.produced += to - from;
  }

  /** Puts the literals behind the output and returns how many they are: section 3.1.1.3.1. */
  #literals(end) {
    const first = this.source[this.at];
    const type = first & 3;
    const format = (first >> 2) & 3;
    if (type < 2) return this.#plainLiterals(type, format, end);
    const length = [3, 3, 4, 5][format];
    const bits = [10, 10, 14, 18][format];
    const header = this.#number(length);
    const size = Math.floor(header / 16) % 2 ** bits;
    const packed = Math.floor(header / 2 ** (4 + bits));
    const stop = this.at + packed;
    if (size > LITERALS_MAX || stop > end) throw new Damage('zstd: literals are cut');
    if (type === 2) this.huffman = this.#huffmanTable(stop);
    if (!this.huffman) throw new Damage('zstd: no earlier Huffman table');
    if (format === 0) this.#huffmanStream(this.at, stop, this.limit, size);
    else this.#fourStreams(stop, size);
    this.at = stop;
    return size;
  }

  /** Literals that are not compressed, or one repeated byte. */
  #plainLiterals(type, format, end) {
    const size = this.#number([1, 2, 1, 3][format]) >> [3, 4, 3, 4][format];
    const taken = type === 0 ? size : 1;
    if (size > LITERALS_MAX || this.at + taken > end) throw new Damage('zstd: literals are cut');
    if (type === 0) this.out.set(this.source.subarray(this.at, this.at + size), this.limit);
    else this.out.fill(this.source[this.at], this.limit, this.limit + size);
    this.at += taken;
    return size;
  }

  /** Four Huffman streams behind a jump table of their lengths. */
  #fourStreams(stop, size) {
    if (this.at + 6 > stop) throw new Damage('zstd: jump table');
    const lengths = [this.#number(2), this.#number(2), this.#number(2)];
    const share = (size + 3) >> 2;
    if (size < 3 * share) throw new Damage('zstd: too few literals for four streams');
    let from = this.at;
    lengths.forEach((length, i) => {
      if (from + length > stop) throw new Damage('zstd: a stream is cut');
      this.#huffmanStream(from, from + length, this.limit + i * share, share);
      from += length;
    });
    this.#huffmanStream(from, stop, this.limit + 3 * share, size - 3 * share);
  }

  /** Where a bit stream that is read backwards begins: below the highest set bit of its last byte. */
  #streamTop(start, end) {
    const last = end > start ? this.source[end - 1] : 0;
    if (last === 0) throw new Damage('zstd: a bit stream has no end mark');
    return (end - 1) * 8 + highBit(last);
  }

  /** Decodes one Huffman stream of `size` symbols to `out[to]`. Two symbols are looked up for each word that is loaded. */
  #huffmanStream(start, end, to, size) {
    const { view, out } = this;
    const { table, log } = this.huffman;
    const bottom = start * 8;
    const mask = (1 << log) - 1;
    const pairEnd = to + size - 1;
    let top = this.#streamTop(start, end);
    let i = to;
    while (i < pairEnd) {
      const address = top - 2 * log;
      const word = view.getInt32(address >> 3, true) >>> (address & 7);
      const first = table[(word >>> log) & mask];
      const used = first >> 8;
      const second = table[(word >>> (log - used)) & mask];
      out[i] = first;
      out[i + 1] = second;
      top -= used + (second >> 8);
      i += 2;
    }
    if (i === pairEnd) {
      const address = top - log;
      const entry = table[(view.getInt32(address >> 3, true) >>> (address & 7)) & mask];
      out[i] = entry;
      top -= entry >> 8;
    }
    if (top !== bottom) throw new Damage('zstd: a Huffman stream does not end where it should');
  }

  /** Reads the description of a Huffman table: section 4.2.1. */
  #huffmanTable(end) {
    const header = this.#number(1);
    const packed = header < 128 ? header : (header - 126) >> 1;
    if (this.at + packed > end) throw new Damage('zstd: Huffman weights are cut');
    const stop = this.at + packed;
    const weights = header < 128 ? this.#packedWeights(stop) : this.#directWeights(header - 127);
    this.at = stop;
    return huffmanLookup(weights);
  }

  /** Weights of four bits each. */
  #directWeights(number) {
    return Array.from({ length: number }, (_, i) => (this.source[this.at + (i >> 1)] >> (i & 1 ? 0 : 4)) & 15);
  }

  /** Weights that are FSE-compressed with two interleaved states. */
  #packedWeights(stop) {
    const fse = this.#fseTable(6, 255, stop);
    const bottom = this.at * 8;
    let top = this.#streamTop(this.at, stop);
    const take = (bits) => {
      top -= bits;
      return this.#bitsAbove(top, bottom, bits);
    };
    const states = [take(fse.log), take(fse.log)];
    const weights = [];
    for (let turn = 0; weights.length < 256; turn ^= 1) {
      const state = states[turn];
      weights.push(fse.symbols[state]);
      states[turn] = fse.next[state] + take(fse.bits[state]);
      if (top < bottom) {
        weights.push(fse.symbols[states[turn ^ 1]]);
        return weights;
      }
    }
    throw new Damage('zstd: too many Huffman weights');
  }

  /** `bits` bits from bit address `address` on; what lies below the beginning of the stream counts as zeros. */
  #bitsAbove(address, bottom, bits) {
    let value = 0;
    for (let i = bits - 1; i >= 0; i--) {
      const bit = address + i;
      value = value * 2 + (bit < bottom ? 0 : (this.source[bit >> 3] >> (bit & 7)) & 1);
    }
    return value;
  }

  /** Reads the description of an FSE table, forwards: section 4.1.1. */
  #fseTable(maxLog, maxSymbol, end) {
    let address = this.at * 8;
    const peek = (bits) => (this.view.getUint32(address >> 3, true) >>> (address & 7)) & ((1 << bits) - 1);
    const log = peek(4) + 5;
    address += 4;
    if (log > maxLog) throw new Damage('zstd: an FSE table is too large');
    const normal = [];
    let left = (1 << log) + 1;
    while (left > 1) {
      if (normal.length > maxSymbol) throw new Damage('zstd: too many symbols');
      const bits = highBit(left) + 1;
      const short = (1 << bits) - 1 - left;
      let value = peek(bits - 1);
      if (value < short) address += bits - 1;
      else {
        value = peek(bits);
        if (value >= 1 << (bits - 1)) value -= short;
        address += bits;
      }
      const share = value - 1;
      normal.push(share);
      left -= Math.abs(share);
      if (share !== 0) continue;
      for (let repeat = 3; repeat === 3; address += 2) {
        repeat = peek(2);
        for (let i = 0; i < repeat; i++) normal.push(0);
      }
    }
    if (left !== 1 || normal.length > maxSymbol + 1) throw new Damage('zstd: an FSE table does not add up');
    this.at = (address + 7) >> 3;
    if (this.at > end) throw new Damage('zstd: an FSE table is cut');
    return buildFse(normal, log);
  }

  /** The number of sequences: section 3.1.1.3.2.1. */
  #sequenceCount() {
    const first = this.#number(1);
    if (first < 128) return first;
    return first < 255 ? (first - 128) * 256 + this.#number(1) : this.#number(2) + 0x7f00;
  }

  /** Reads the table of one code in the mode that the block says. */
  #sequenceCodeTable(name, mode, end) {
    const code = CODES[name];
    if (mode === 0) this.tables[name] = DEFAULT_TABLES[name];
    else if (mode === 1) {
      const fse = { log: 0, symbols: [this.#number(1)], bits: new Uint8Array(1), next: new Uint16Array(1) };
      this.tables[name] = sequenceTable(fse, code);
    } else if (mode === 2)
      this.tables[name] = sequenceTable(this.#fseTable(code.maxLog, code.bits.length - 1, end), code);
    if (!this.tables[name]) throw new Damage('zstd: no earlier table to repeat');
    return this.tables[name];
  }

  /** Decodes and carries out the sequences of a block: sections 3.1.1.3.2.1.2, 3.1.1.4 and 3.1.1.5. */
  #sequences(end, literals, sequences) {
    const modes = this.#number(1);
    if (modes & 3) throw new Damage('zstd: reserved bits');
    const literalTable = this.#sequenceCodeTable('literals', modes >> 6, end);
    const offsetTable = this.#sequenceCodeTable('offset', (modes >> 4) & 3, end);
    const matchTable = this.#sequenceCodeTable('match', (modes >> 2) & 3, end);
    const { base: litBase, extra: litExtra, bits: litBits, next: litNext } = literalTable;
    const { base: offBase, extra: offExtra, bits: offBits, next: offNext } = offsetTable;
    const { base: matBase, extra: matExtra, bits: matBits, next: matNext } = matchTable;
    const { view, out, limit, frameStart } = this;
    const bottom = this.at * 8;
    const literalEnd = limit + literals;
    let top = this.#streamTop(this.at, end);
    let [repeat1, repeat2, repeat3] = this.repeats;
    let produced = this.produced;
    let literal = limit;

    const take = (bits) => {
      top -= bits;
      return (view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1);
    };
    let litState = take(literalTable.log);
    let offState = take(offsetTable.log);
    let matState = take(matchTable.log);

    for (let left = sequences; left > 0; left--) {
      let bits = offExtra[offState];
      let offset = offBase[offState];
      if (bits > 24) offset += take(bits - 16) * 65_536 + take(16);
      else {
        top -= bits;
        offset += (view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1);
      }
      bits = matExtra[matState];
      top -= bits;
      const match = matBase[matState] + ((view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1));
      bits = litExtra[litState];
      top -= bits;
      const run = litBase[litState] + ((view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1));

      if (offset > 3) {
        offset -= 3;
        repeat3 = repeat2;
        repeat2 = repeat1;
        repeat1 = offset;
      } else {
        const which = run === 0 ? offset + 1 : offset;
        if (which === 1) offset = repeat1;
        else {
          offset = which === 2 ? repeat2 : which === 3 ? repeat3 : repeat1 - 1;
          if (which !== 2) repeat3 = repeat2;
          repeat2 = repeat1;
          repeat1 = offset;
        }
      }

      if (left > 1) {
        bits = litBits[litState];
        top -= bits;
        litState = litNext[litState] + ((view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1));
        bits = matBits[matState];
        top -= bits;
        matState = matNext[matState] + ((view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1));
        bits = offBits[offState];
        top -= bits;
        offState = offNext[offState] + ((view.getInt32(top >> 3, true) >>> (top & 7)) & ((1 << bits) - 1));
      }

      if (literal + run > literalEnd) throw new Damage('zstd: more literals than there are');
      if (produced + run + match > limit) throw new Damage('zstd: longer than it should be');
      if (run > 24) out.copyWithin(produced, literal, literal + run);
      else for (let i = 0; i < run; i++) out[produced + i] = out[literal + i];
      literal += run;
      produced += run;
      if (offset <= 0 || offset > produced - frameStart) throw new Damage('zstd: a copy from before the beginning');
      copyMatch(out, produced, offset, match);
      produced += match;
    }
    if (top !== bottom) throw new Damage('zstd: the sequences do not end where they should');
    this.repeats = [repeat1, repeat2, repeat3];
    this.produced = produced;
    this.#lastLiterals(literal, literalEnd);
  }
}

/** Copies `length` bytes from `offset` bytes back; the two may overlap, which repeats a pattern. */
function copyMatch(out, to, offset, length) {
  const from = to - offset;
  if (length <= 24) {
    for (let i = 0; i < length; i++) out[to + i] = out[from + i];
  } else if (offset >= length) out.copyWithin(to, from, from + length);
  else {
    for (let done = 0; done < length; ) {
      const step = Math.min(offset + done, length - done);
      out.copyWithin(to + done, from, from + step);
      done += step;
    }
  }
}

/** The lookup table of a Huffman code: symbol in the low byte, number of bits above it. The last weight is implied. */
function huffmanLookup(weights) {
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  if (sum === 0 || sum >= 2 ** 11 || weights.length > 255) throw new Damage('zstd: Huffman weights make no sense');
  const log = highBit(sum) + 1;
  const rest = 2 ** log - sum;
  if ((rest & (rest - 1)) !== 0) throw new Damage('zstd: Huffman weights do not add up');
  const all = [...weights, highBit(rest) + 1];
  const table = new Uint16Array(2 ** log);
  let position = 0;
  for (let weight = 1; weight <= log; weight++) {
    all.forEach((own, symbol) => {
      if (own !== weight) return;
      table.fill(((log + 1 - weight) << 8) | symbol, position, position + 2 ** (weight - 1));
      position += 2 ** (weight - 1);
    });
  }
  return { table, log };
}

// RECORDS: the streams that say what elements there are and where their content lies.

const TAG = { header: 1, reference: 2, element: 3, removed: 4, place: 5, part: 6, end: 7 };
const RECORD_BODY_MAX = 2 ** 29;
const PART = 67_108_864;

const TYPES = ['file', 'directory', 'symbolic link', 'FIFO', 'socket', 'character device', 'block device'];
const TYPE = { file: 0, directory: 1, link: 2, fifo: 3, socket: 4, character: 5, block: 6 };
const MARK = { racy: 1, changed: 2, unreadable: 4, flags: 8 };

/** Reads fields one behind the other. */
class Cursor {
  /** @param {Buffer} bytes */
  constructor(bytes, at = 0) {
    this.buffer = bytes;
    this.at = at;
  }

  u8() {
    if (this.at >= this.buffer.length) throw new Damage('a record is cut');
    return this.buffer[this.at++];
  }

  /** A varint that fits a number. */
  varint() {
    let value = 0;
    for (let factor = 1, i = 0; i < 10; i++, factor *= 128) {
      const byte = this.u8();
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) throw new Damage('a number is too large');
        return value;
      }
    }
    throw new Damage('a number does not end');
  }

  /** A varint of up to 64 bits, as decimal text: device and inode numbers use them all. */
  wide() {
    const start = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      if (byte < 128 && this.at - start <= 7) {
        this.at = start;
        return String(this.varint());
      }
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return String(value);
    }
    throw new Damage('a number does not end');
  }

  zigzag() {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  take(length) {
    if (this.at + length > this.buffer.length) throw new Damage('a record is cut');
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  bytes() {
    return this.take(this.varint());
  }
}

/** The head of the record at `at`, or `undefined` when more bytes are needed to know it. */
function recordHead(data, at) {
  let length = 0;
  for (let i = 1, factor = 1; i <= 10 && at + i < data.length; i++, factor *= 128) {
    length += (data[at + i] & 127) * factor;
    if (length > RECORD_BODY_MAX) throw new Damage('a record is too long');
    if (data[at + i] < 128) return { tag: data[at], body: at + i + 1, end: at + i + 1 + length };
  }
  if (data.length - at > 10) throw new Damage('the length of a record does not end');
  return undefined;
}

/**
 * Splits a stream that comes in parts into records. The end record is checked against the digest of all before it.
 * @param {Iterable<Buffer>} parts
 * @returns {Generator<{ tag: number, body: Buffer }>}
 */
function* readRecords(parts) {
  const hash = createHash('sha256');
  let waiting = [];
  let size = 0;
  let needed = 1;
  let ended = false;
  for (const part of parts) {
    waiting.push(part);
    size += part.length;
    if (size < needed) continue;
    const data = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
    let at = 0;
    let head = recordHead(data, at);
    for (; head && head.end <= data.length; head = recordHead(data, at)) {
      if (ended) throw new Damage('something stands behind the end record');
      ended = head.tag === TAG.end;
      const body = data.subarray(head.body, head.end);
      if (ended) checkEnd(hash.update(data.subarray(0, at)), body);
      yield { tag: head.tag, body };
      at = head.end;
    }
    if (!ended) hash.update(data.subarray(0, at));
    needed = head ? head.end - at : data.length - at + 1;
    waiting = [data.subarray(at)];
    size = data.length - at;
  }
  if (!ended || size > 0) throw new Damage('the stream has no end record');
}

/** Compares the digest of an end record. */
function checkEnd(hash, body) {
  const cursor = new Cursor(body);
  cursor.varint();
  cursor.varint();
  if (!hash.digest().equals(cursor.take(32))) throw new Damage('the stream differs from the digest in its end record');
}

/**
 * @typedef {object} Element  one element as recorded; `path` and names are byte strings
 * @property {string} path
 * @property {number} type
 * @property {number} mode
 * @property {number} uid
 * @property {number} gid
 * @property {string} user
 * @property {string} group
 * @property {number} size
 * @property {number} seconds  of the time of modification
 * @property {number} nanos
 * @property {string} changed  time of the inode's last change, as a key
 * @property {string} inode    device and inode number, as a key
 * @property {number} links
 * @property {number} marks
 * @property {number} flags
 * @property {number} major
 * @property {number} minor
 * @property {string} target
 * @property {[string, Buffer][]} attributes
 * @property {Cursor} rest     where the extents begin
 */

/** The path of an element record, element part or removed element, which stands first in all of them. */
const pathOf = (body) => fromBytes(new Cursor(body).bytes());

/** @returns {Element} */
function readElement(body) {
  const cursor = new Cursor(body);
  const path = fromBytes(cursor.bytes());
  const type = cursor.u8();
  if (type >= TYPES.length) throw new Damage(`${show(path)} has the unknown type ${type}`);
  const [mode, uid, gid] = [cursor.varint(), cursor.varint(), cursor.varint()];
  const [user, group] = [cursor.bytes().toString('utf8'), cursor.bytes().toString('utf8')];
  const size = cursor.varint();
  const [seconds, nanos] = [cursor.zigzag(), cursor.varint()];
  const changed = `${cursor.zigzag()}.${cursor.varint()}`;
  const inode = `${cursor.wide()}:${cursor.wide()}`;
  const [links, marks] = [cursor.varint(), cursor.varint()];
  const flags = marks & MARK.flags ? cursor.varint() : 0;
  const device = type >= TYPE.character;
  const [major, minor] = device ? [cursor.varint(), cursor.varint()] : [0, 0];
  const target = type === TYPE.link ? fromBytes(cursor.bytes()) : '';
  /** @type {[string, Buffer][]} */
  const attributes = [];
  for (let left = cursor.varint(); left > 0; left--) attributes.push([fromBytes(cursor.bytes()), cursor.bytes()]);
  return {
    path,
    type,
    mode,
    uid,
    gid,
    user,
    group,
    size,
    seconds,
    nanos,
    changed,
    inode,
    links,
    marks,
    flags,
    major,
    minor,
    target,
    attributes,
    rest: cursor,
  };
}

/**
 * @typedef {object} Extent  a run of content: where it belongs and where it lies
 * @property {number} start   byte in the element
 * @property {number} length
 * @property {number} setIndex
 * @property {number} chunk
 * @property {number} unit
 * @property {number} offset  byte in the unit
 * @property {number} span    bytes that each digest covers
 * @property {Buffer} digests
 */

/**
 * @typedef {object} Run  bytes of an element
 * @property {number} start
 * @property {number} length
 */

/**
 * Reads a list of extents; `base` is the byte of the element at which their part starts. What is taken over from the parent of the set
 * goes to `inherited`; where none is given there must not be any.
 * @param {Cursor} cursor @param {number} base @param {Run[]} [inherited] @returns {Extent[]}
 */
function readExtents(cursor, base, inherited) {
  const extents = [];
  let start = base;
  for (let left = cursor.varint(); left > 0; left--) {
    start += cursor.varint();
    const length = cursor.varint();
    if (length === 0 && inherited) {
      const run = { start, length: cursor.varint() };
      if (run.length < 1 || start + run.length > base + PART) throw new Damage('what is inherited makes no sense');
      inherited.push(run);
      start += run.length;
      continue;
    }
    cursor.varint();
    const [setIndex, chunk, unit, offset] = [cursor.varint(), cursor.varint(), cursor.varint(), cursor.varint()];
    const span = cursor.varint() || length;
    if (length < 1 || length > RECORD_MAX || start + length > base + PART) throw new Damage('an extent makes no sense');
    const digests = cursor.take(32 * Math.ceil(length / span));
    extents.push({ start, length, setIndex, chunk, unit, offset, span, digests });
    start += length;
  }
  return extents;
}

/** The extents of an element record. @param {Element} element @param {Run[]} [inherited] */
const extentsOf = (element, inherited) => readExtents(new Cursor(element.rest.buffer, element.rest.at), 0, inherited);

/** @param {Buffer} body @param {Run[]} [inherited] @returns {{ path: string, part: number, extents: Extent[] }} */
function readPart(body, inherited) {
  const cursor = new Cursor(body);
  const path = fromBytes(cursor.bytes());
  const part = cursor.varint();
  return { path, part, extents: readExtents(cursor, part * PART, inherited) };
}

/** @returns {{ sequence: number, volume: string }} */
function readPlace(body) {
  const cursor = new Cursor(body);
  return { sequence: cursor.varint(), volume: cursor.take(6).toString('latin1') };
}

/** @returns {{ index: number, set: string }} */
function readReference(body) {
  const cursor = new Cursor(body);
  return { index: cursor.varint(), set: cursor.take(16).toString('hex') };
}

// SETS: what the chunks of all tapes are together.

/** One block set: its chunks on all tapes, and what its metadata says. */
class BlockSet {
  constructor(id) {
    this.id = id;
    /** @type {Map<number, Chunk[]>} by sequence; several when a chunk was cut by the end of a tape and stands again */
    this.chunks = new Map();
    /** @type {Map<number, Chunk[]>} metadata chunks by part */
    this.parts = new Map();
    this.lastPart = -1;
    /** @type {any} what a tape catalog says of the set */
    this.listed = undefined;
    /** @type {any} its set header */
    this.header = undefined;
    /** @type {Map<number, string>} the volume of each data chunk */
    this.places = new Map();
    /** @type {boolean | undefined} whether a chunk of it is on none of the tapes */
    this.gap = undefined;
    /** @type {Lack | null | undefined} null when nothing is lacking */
    this.lack = undefined;
    /** @type {Set<string>} ids of the sets whose chunks its extents are in, as far as its first unit says */
    this.references = new Set();
    this.checked = false;
    /** why the metadata cannot be read, if so @type {string | undefined} */
    this.problem = undefined;
    this.counted = { elements: 0, removed: 0 };
  }

  get name() {
    return this.header?.object?.name ?? this.listed?.object?.name;
  }

  /** The id of its object. */
  get object() {
    return this.header?.object?.id ?? this.listed?.object?.id;
  }

  get level() {
    return this.header?.set?.level ?? this.listed?.level;
  }

  get parent() {
    return this.header?.set?.parent ?? this.listed?.parent ?? undefined;
  }

  get createdAt() {
    return this.header?.set?.createdAt ?? this.listed?.createdAt ?? 0;
  }

  /** For messages: name, level, time and the beginning of the id. */
  get title() {
    const name = this.name === undefined ? 'of unknown name' : `"${this.name}"`;
    return `set ${this.id.slice(0, 8)} ${name} (${this.level ?? 'level unknown'}, ${showTime(this.createdAt)})`;
  }

  /** Takes what a tape catalog says; one that knows the object says more than one that does not. */
  list(listed) {
    if (!this.listed?.object) this.listed = listed;
  }

  /** @param {Chunk} chunk */
  add(chunk) {
    addTo(this.chunks, chunk.sequence, chunk);
    if (chunk.kind !== 2) return;
    addTo(this.parts, chunk.part, chunk);
    if (chunk.last && chunk.whole) this.lastPart = chunk.part;
  }
}

/** Adds to a list in a map, whole chunks first. */
function addTo(map, key, chunk) {
  const list = map.get(key) ?? [];
  list[chunk.whole ? 'unshift' : 'push'](chunk);
  map.set(key, list);
}

/** All tapes that were given, and the sets on them. */
class Library {
  constructor() {
    /** @type {Tape[]} */
    this.tapes = [];
    /** @type {Map<string, Vault>} */
    this.vaults = new Map();
    /** @type {Map<string, BlockSet>} */
    this.sets = new Map();
    /** @type {string[]} files that are no tapes */
    this.strangers = [];
    /** @type {{ path: string, error: Trouble }[]} tapes of versions that this reader does not know, as a whole or in part */
    this.newer = [];
    /** The vault is known to be sealed: what is not sealed can be anybody's. */
    this.sealed = false;
    /** @type {string[]} tapes that are not sealed, in a vault that is: nothing of them is used */
    this.unsealed = [];
  }

  /** The set with this id, made when it is met for the first time. */
  set(id) {
    const set = this.sets.get(id) ?? new BlockSet(id);
    this.sets.set(id, set);
    return set;
  }

  has = (volume) => this.tapes.some((tape) => tape.volume === volume && !tape.locked);
}

/**
 * Opens the files and reads their labels; nothing that needs a key yet.
 * @param {string[]} paths
 * @param {boolean} acceptUnsealed
 */
function openTapes(paths, acceptUnsealed) {
  const library = new Library();
  for (const path of paths) {
    try {
      const tape = openTape(path);
      if (!tape) library.strangers.push(path);
      else library.tapes.push(tape);
    } catch (error) {
      if (error?.code !== 'FORMAT_TOO_NEW') throw error;
      library.newer.push({ path, error });
    }
  }
  library.sealed =
    library.tapes.some((tape) => tape.sealed) ||
    [...new Set(paths.map((path) => nodePath.dirname(path)))].some(isInSealedVault);
  if (library.sealed && !acceptUnsealed) leaveOutUnsealed(library);
  for (const tape of library.tapes) joinVault(library, tape);
  for (const tape of library.tapes) if (tape.vaults.length === 0) tape.vaults = guessVaults(library, tape);
  return library;
}

/**
 * Once anything says that the vault is sealed, whoever can write to its folder could add a newer set on a tape that is
 * not: ids are in the clear, and the newest set of a name wins. What a seal does not vouch for is not of the vault.
 */
function leaveOutUnsealed(library) {
  const [kept, left] = [true, false].map((own) => library.tapes.filter((tape) => (tape.sealed !== false) === own));
  library.tapes = kept;
  library.unsealed = left.map((tape) => tape.file.path);
  for (const tape of kept) tape.sealed = true;
}

/** Whether the library in a folder of tapes, or beside it, says that its vault is sealed. */
function isInSealedVault(folder) {
  return [folder, nodePath.dirname(folder)].some((place) => {
    try {
      return parseJson(readWhole(nodePath.join(place, 'library.json')))?.settings?.sealed === true;
    } catch {
      return false;
    }
  });
}

/** @returns {Tape | undefined} undefined when the file shows no sign of being a tape of ours */
function openTape(path) {
  const tape = orDamaged(() => new Tape(new TapeFile(path)));
  if (!tape) return undefined;
  if (!tape.front.vault || tape.sealed === undefined) learnFromHeaders(tape);
  return tape.front.vault || tape.volume || tape.sealed !== undefined ? tape : undefined;
}

/** For a tape whose node header is lost: its first intact chunk header says if it is sealed and, if not, of which vault. */
function learnFromHeaders(tape) {
  const { file } = tape;
  for (let at = findText(file, 'CFCHUNK1', 0); at >= 0; at = findText(file, 'CFCHUNK1', at + 1)) {
    const bytes = file.read(at, HEADER_LENGTH);
    if (!isChunkHeader(bytes)) continue;
    tape.sealed ??= (bytes.readUInt16LE(10) & 1) === 1;
    if (!tape.sealed) tape.front.vault ??= bytes.toString('hex', 32, 48);
    return;
  }
}

/** Enters the vault of a tape, with the envelopes from its beginning and its end. */
function joinVault(library, tape) {
  if (!tape.front.vault) return;
  const vault = library.vaults.get(tape.front.vault) ?? new Vault(tape.front.vault);
  library.vaults.set(vault.id, vault);
  vault.name ||= tape.front.vaultName;
  tape.vaults = [vault];
  for (const envelope of [...(tape.tail?.envelopes ?? []), ...tape.front.envelopes]) {
    vault.envelopes.set(JSON.stringify(envelope), envelope);
  }
}

/** The vaults of other tapes that a tape without a legible node header may belong to. */
function guessVaults(library, tape) {
  const prefix = tape.front.vaultPrefix ?? '';
  const vaults = [...library.vaults.values()].filter((vault) => vault.id.startsWith(prefix));
  for (const envelope of tape.tail?.envelopes ?? []) {
    for (const vault of vaults) vault.envelopes.set(JSON.stringify(envelope), envelope);
  }
  return vaults;
}

/** Opens the sealed vaults with the secret. Returns how many are sealed and how many of those are open now. */
function unlockVaults(library, secret) {
  const sealed = new Set(library.tapes.filter((tape) => tape.sealed).flatMap((tape) => tape.vaults));
  let open = 0;
  for (const vault of sealed) if (vault.key || (secret && vault.unlock(secret))) open++;
  return { sealed: sealed.size, open };
}

/** Finds chunks and sets on all tapes. */
function readTapes(library, options) {
  for (const tape of library.tapes) {
    progress(`Reading tape ${tape.name}`);
    findChunks(tape, options);
    for (const chunk of tape.chunks) library.set(chunk.set).add(chunk);
    for (const listed of tape.catalog) if (isId(listed?.id)) library.set(listed.id).list(listed);
    if (tape.tooNew !== undefined)
      library.newer.push({ path: tape.file.path, error: tooNew(`A chunk on tape ${tape.name}`, tape.tooNew) });
  }
  for (const set of library.sets.values()) readSetHeader(set);
}

/** The first unit of a set's metadata has the set header and, before the elements, the places of the chunks. */
function readSetHeader(set) {
  const [chunk] = set.parts.get(0) ?? [];
  const first = chunk?.whole ? orDamaged(() => readUnit(chunk, 0)) : undefined;
  orDamaged(() => {
    for (const { tag, body } of readRecords(first ? [first] : [])) {
      if (tag === TAG.header) set.header = readHeader(body);
      else if (tag === TAG.place) notePlace(set, body);
      else if (tag === TAG.reference) set.references.add(readReference(body).set);
      else return;
    }
  });
}

function readHeader(body) {
  const header = parseJson(body);
  if (header?.format !== 'coldframe-set') throw new Damage('the set header makes no sense');
  if (![1, 2].includes(header.version)) {
    throw new Damage(
      `it has format version ${header.version}, and this reader knows 1 and 2; use the rescue.mjs that lies in the vault of its tapes`,
    );
  }
  return header;
}

function notePlace(set, body) {
  const place = readPlace(body);
  set.places.set(place.sequence, place.volume);
}

/** The plain contents of a set's metadata, unit by unit, over all parts in order. @param {BlockSet} set */
function* metadataOf(set) {
  if (set.lastPart < 0) throw new Damage('its last metadata chunk is not on these tapes');
  for (let part = 0; part <= set.lastPart; part++) {
    const chunks = (set.parts.get(part) ?? []).filter((chunk) => chunk.whole);
    if (chunks.length === 0) throw new Damage(`part ${part} of its metadata is not on these tapes`);
    const units = Math.max(...chunks.map((chunk) => unitsOf(chunk).units.length));
    for (let unit = 0; unit < units; unit++) yield readFromAny(chunks, unit);
  }
}

/** One unit from the first of several copies of a chunk that has it intact. */
function readFromAny(chunks, unit) {
  let damage;
  for (const chunk of chunks) {
    try {
      return readUnit(chunk, unit);
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damage ??= error;
    }
  }
  throw damage ?? new Damage('no copy of the chunk');
}

/** Reads the metadata of a set once from beginning to end: true when it is all there and agrees with its end record. */
function checkMetadata(set) {
  if (set.checked) return set.problem === undefined;
  set.checked = true;
  const seen = { elements: 0, removed: 0 };
  try {
    for (const { tag, body } of readRecords(metadataOf(set))) {
      if (tag === TAG.header) set.header = readHeader(body);
      else if (tag === TAG.place) notePlace(set, body);
      else if (tag === TAG.element) seen.elements++;
      else if (tag === TAG.removed) seen.removed++;
      else if (tag === TAG.end) compareCounts(body, seen);
    }
    if (!set.header) throw new Damage('it has no set header');
    set.counted = seen;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    set.problem = error.message;
  }
  return set.problem === undefined;
}

function compareCounts(body, seen) {
  const cursor = new Cursor(body);
  if (cursor.varint() !== seen.elements || cursor.varint() !== seen.removed) throw new Damage('records are missing');
}

/** A set and those that it builds upon, newest first. The last is missing when a parent is on no tape. */
function chainOf(library, set) {
  const chain = [set];
  const ids = new Set([set.id]);
  for (let parent = set.parent; parent; parent = chain[chain.length - 1].parent) {
    if (ids.has(parent)) throw new Damage(`${set.title} is its own ancestor`);
    ids.add(parent);
    chain.push(library.sets.get(parent) ?? new BlockSet(parent));
  }
  return chain;
}

/** Why a set is not complete by its chunks, or `undefined` when it is. Its metadata is not read for this. */
function whyIncomplete(library, set) {
  const chain = orDamaged(() => chainOf(library, set));
  if (!chain) return 'its chain of parents makes no sense';
  for (const link of chain) {
    const who = link === set ? '' : `its parent ${link.id.slice(0, 8)}: `;
    if (link.chunks.size === 0) return `${who}not on these tapes`;
    if (link.lastPart < 0) return `${who}the last metadata chunk is not on these tapes`;
    for (let part = 0; part < link.lastPart; part++) {
      if (!link.parts.get(part)?.some((chunk) => chunk.whole))
        return `${who}metadata part ${part} is not on these tapes`;
    }
    if (!link.header) return `${who}the set header cannot be read`;
  }
  return undefined;
}

/**
 * @typedef {object} Lack  what a set needs and is not on these tapes
 * @property {number} elements
 * @property {string[]} tapes  that it was on and that are away; empty when it is on no tape that is known
 */

/** Records that are looked at, over all sets, to tell exactly what is lacking. */
let recordsLeft = 4_000_000;

/**
 * What of the content of a set is not on these tapes; `undefined` when all of it is. Sequences of chunks are dense from 0,
 * so that without a gap in any set that it needs its metadata need not be read. With one each of its elements is looked at,
 * for a gap may hold what was replaced since, or what only an attempt that was given up had written.
 * @returns {Lack | undefined}
 */
function lackOf(library, set) {
  if (set.lack !== undefined) return set.lack ?? undefined;
  try {
    set.lack = findLack(library, set) ?? null;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    set.lack = { elements: 0, tapes: [] };
  }
  return set.lack ?? undefined;
}

function findLack(library, set) {
  const chain = chainOf(library, set);
  const needed = new Set(chain.flatMap((link) => [link.id, ...link.references]));
  const gaps = [...needed].filter((id) => hasGap(library, id));
  if (gaps.length === 0) return undefined;
  const away = new Set();
  let elements = 0;
  let before;
  for (const { references, path, extents, element } of elementsOf(chain, listedBy)) {
    if (--recordsLeft < 0)
      return {
        elements: 0,
        tapes: missingVolumes(
          library,
          gaps.flatMap((id) => library.sets.get(id) ?? []),
        ),
      };
    for (const { setIndex, chunk } of extents ?? extentsOf(element)) {
      const holder = library.sets.get(references[setIndex]);
      if (holder?.chunks.get(chunk)?.[0].whole) continue;
      const volume = holder?.places.get(chunk);
      if (volume && !library.has(volume)) away.add(volume);
      if (path !== before) elements++;
      before = path;
    }
  }
  return elements === 0 ? undefined : { elements, tapes: [...away].sort(inOrder) };
}

/** Whether a chunk of a set is on none of the tapes. One of which nothing is known is nothing but a gap. */
function hasGap(library, id) {
  const set = library.sets.get(id);
  if (!set) return true;
  set.gap ??= countChunks(set);
  return set.gap;
}

function countChunks(set) {
  let end = 0;
  for (const sequence of [...set.chunks.keys(), ...set.places.keys()]) end = Math.max(end, sequence + 1);
  const here = [...set.chunks.values()].filter(([best]) => best.whole).length;
  return here < end;
}

/** Why a set is not complete, or `undefined` when all of it is here. */
function whyNotWhole(library, set) {
  const why = whyIncomplete(library, set);
  if (why !== undefined) return why;
  const lack = lackOf(library, set);
  if (lack === undefined) return undefined;
  const what =
    lack.elements === 0
      ? 'some elements lack'
      : `${count(lack.elements, 'element')} ${lack.elements === 1 ? 'lacks' : 'lack'}`;
  return lack.tapes.length === 0
    ? `${what} content that is on none of these tapes`
    : `${what} content without tape ${lack.tapes.join(', ')}`;
}

/** Compares two strings for sorting. @param {string} a @param {string} b */
const inOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The volumes that sets of the chain lie on and that are not among the tapes, as far as is known. */
function missingVolumes(library, sets) {
  const volumes = new Set(sets.flatMap((set) => [...set.places.values()]));
  return [...volumes].filter((volume) => !library.has(volume)).sort(inOrder);
}

/**
 * @typedef {object} Found  an element or part of one, on its way to a restore or a list
 * @property {BlockSet} set
 * @property {string[]} references  set ids by set index
 * @property {string} path
 * @property {Element} [element]
 * @property {Extent[]} [extents]   of a part, or of a piece found by a salvage
 * @property {number} tag
 * @property {Buffer} body          the record
 * @property {boolean} piece        only what one chunk holds of the element
 * @property {boolean} [inherits]   more of it follows from older sets
 */

/** What the metadata of one set lists, in its order. */
function* listedBy(set) {
  const references = [set.id];
  for (const { tag, body } of readRecords(metadataOf(set))) {
    if (tag === TAG.reference) noteReference(references, body);
    else if (tag === TAG.element || tag === TAG.part || tag === TAG.removed) {
      yield { tag, set, references, path: pathOf(body), body, piece: false };
    }
  }
}

function noteReference(references, body) {
  const { index, set } = readReference(body);
  if (index > 65_536) throw new Damage('a set reference makes no sense');
  references[index] = set;
}

/** What the chunk indexes of one set list: all that is left when its metadata is lost. */
function* salvagedFrom(set, onDamage) {
  const sequences = [...set.chunks.keys()].sort((a, b) => a - b);
  for (const sequence of sequences) {
    const chunks = set.chunks.get(sequence).filter((chunk) => chunk.kind === 1);
    if (chunks.length === 0) continue;
    const references = [set.id];
    try {
      for (const { tag, body } of readRecords([readFromAny(chunks, 0)])) {
        if (tag === TAG.reference) noteReference(references, body);
        else if (tag === TAG.element || tag === TAG.part) {
          yield { tag, set, references, path: pathOf(body), body, piece: true };
        }
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      onDamage(`${nameChunk(chunks[0])} is lost to the salvage: ${error.message}`);
    }
  }
}

/** Yields each of a path's ancestors, itself not included, the root as ''. */
function* ancestorsOf(path) {
  for (let at = path.lastIndexOf('/'); at >= 0; at = at > 0 ? path.lastIndexOf('/', at - 1) : -1)
    yield path.slice(0, at);
}

/**
 * The elements of a set with all that it builds upon: the newest record of each path wins, removed elements are left
 * out. What that takes over from older sets follows as further parts. Only the paths of the sets that differ from their parent are
 * kept in memory, and the runs that they take over, never those of the oldest.
 * @param {BlockSet[]} chain  newest first
 * @param {(set: BlockSet) => Iterable<any>} source
 * @returns {Generator<Found>}
 */
function* elementsOf(chain, source) {
  /** @type {Map<string, boolean>} path -> is a directory, in newer sets */
  const newer = new Map();
  const removed = new Set();
  const legacy = new Legacy();
  for (const [age, set] of chain.entries()) {
    const own = new Map();
    const removedHere = [];
    const oldest = age === chain.length - 1;
    const inherits = (set.header?.version ?? 1) > 1;
    legacy.descend();
    for (const found of source(set)) {
      if (found.tag === TAG.removed) {
        removedHere.push(found.path);
        continue;
      }
      const wanted = legacy.wants(found.path);
      if (age > 0 && !wanted && isReplaced(found.path, newer, removed)) continue;
      /** @type {Run[]} */
      const inherited = [];
      let part = 0;
      if (found.tag === TAG.element) {
        found.element = readElement(found.body);
        if (!oldest) own.set(found.path, found.element.type === TYPE.directory);
        if (found.piece || wanted || inherits) found.extents = extentsOf(found.element, inherited);
      } else ({ part, extents: found.extents } = readPart(found.body, inherited));
      found.inherits = inherited.length > 0;
      if (wanted) {
        // What the element is its newest record says.
        found.element = undefined;
        found.extents = legacy.take(found.path, part, found.extents, inherited);
      } else legacy.want(found.path, part, inherited);
      if (!wanted || found.extents.length > 0) yield found;
    }
    // What a set had that cannot be read whole is not what older sets had.
    if (set.problem !== undefined) legacy.giveUp();
    else legacy.giveUpReplaced(own, removedHere);
    if (oldest) yield* legacy.missing(set);
    for (const [path, directory] of own) newer.set(path, directory);
    for (const path of removedHere) removed.add(path === '/' ? '' : path);
  }
}

/**
 * What elements take over from older sets, on the way from the newest set to the oldest. By path and part, so that a record is
 * compared with what is wanted of its own part alone.
 */
class Legacy {
  constructor() {
    /** @type {Map<string, Map<number, Run[]>>} what is wanted of the set at hand */
    this.runs = new Map();
    /** @type {Map<string, Map<number, Run[]>>} and of the one below, of elements that the set at hand has */
    this.next = new Map();
    /** @type {Map<string, Map<number, Run[]>>} what was not met yet */
    this.due = new Map();
  }

  /** Goes to the next older set. What the one before did not have is wanted of it still. */
  descend() {
    for (const [path, parts] of this.next) {
      if (parts.size > 0) this.runs.set(path, parts);
      else this.runs.delete(path);
    }
    this.next.clear();
  }

  /** Whether something of an element is wanted of the set at hand. @param {string} path */
  wants(path) {
    return this.runs.has(path);
  }

  /** Notes what a record takes over of which no newer set has anything. @param {string} path @param {number} part @param {Run[]} inherited */
  want(path, part, inherited) {
    if (inherited.length === 0) return;
    addRuns(this.next, path, part, inherited);
    addRuns(this.due, path, part, inherited);
  }

  /**
   * The parts of extents that newer sets want; what they want and the record takes over is wanted of the next set. What else
   * they want of the element, in parts too of which there is no record, no older set has.
   * @param {string} path @param {number} part @param {Extent[]} extents @param {Run[]} inherited
   */
  take(path, part, extents, inherited) {
    const wanted = this.runs.get(path)?.get(part) ?? [];
    const taken = extents.flatMap((extent) => overlaps(extent, wanted).map((run) => cutExtent(extent, run)));
    const further = inherited.flatMap((run) => overlaps(run, wanted));
    addRuns(this.next, path, part, further);
    const due = this.due.get(path);
    const left = due?.get(part);
    if (left && taken.length > 0) {
      const rest = without(left, taken);
      if (rest.length > 0) due.set(part, rest);
      else due.delete(part);
    }
    return taken;
  }

  /** Seeks nothing of all that is wanted any further, so that it stays missing. */
  giveUp() {
    this.runs.clear();
    this.next.clear();
  }

  /** The same for what is wanted of elements that the set at hand removed. @param {Map<string, boolean>} own @param {string[]} removed */
  giveUpReplaced(own, removed) {
    const gone = new Set(removed.map((path) => (path === '/' ? '' : path)));
    for (const path of this.runs.keys()) {
      if (!this.next.has(path) && isReplaced(path, own, gone)) this.runs.delete(path);
    }
  }

  /** A part that cannot be read, for each element that takes over what no set has. @returns {Generator<Found>} */
  *missing(set) {
    for (const [path, parts] of this.due) {
      const runs = [...parts.values()].flat();
      if (runs.length === 0) continue;
      const length = runs.reduce((sum, run) => sum + run.length, 0);
      const extent = { start: runs[0].start, length, setIndex: 0, chunk: 0, unit: 0, offset: 0, span: length };
      const body = Buffer.alloc(0);
      yield { set, tag: TAG.part, path, body, piece: false, references: [], extents: [{ ...extent, digests: body }] };
    }
  }
}

/** Notes runs of a part; of an element also that it was met. @param {Map<string, Map<number, Run[]>>} all @param {string} path @param {number} part @param {Run[]} runs */
function addRuns(all, path, part, runs) {
  const parts = all.get(path) ?? new Map();
  all.set(path, parts);
  if (runs.length === 0) return;
  const known = parts.get(part);
  parts.set(part, known ? [...known, ...runs].sort((a, b) => a.start - b.start) : runs);
}

/** What is left of runs that are in order when others are taken out. @param {Run[]} runs @param {Run[]} taken @returns {Run[]} */
function without(runs, taken) {
  const cuts = [...taken].sort((a, b) => a.start - b.start);
  const left = [];
  let at = 0;
  for (const { start, length } of runs) {
    const end = start + length;
    let from = start;
    while (at < cuts.length && cuts[at].start + cuts[at].length <= start) at++;
    for (let i = at; i < cuts.length && cuts[i].start < end; i++) {
      if (cuts[i].start > from) left.push({ start: from, length: cuts[i].start - from });
      from = Math.max(from, cuts[i].start + cuts[i].length);
    }
    if (from < end) left.push({ start: from, length: end - from });
  }
  return left;
}

/** What of a run lies in others, which are in order. @param {Run} run @param {Run[]} others @returns {Run[]} */
function overlaps(run, others) {
  const found = [];
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (others[middle].start + others[middle].length <= run.start) low = middle + 1;
    else high = middle;
  }
  for (; low < others.length && others[low].start < run.start + run.length; low++) {
    const start = Math.max(run.start, others[low].start);
    const end = Math.min(run.start + run.length, others[low].start + others[low].length);
    if (end > start) found.push({ start, length: end - start });
  }
  return found;
}

/** A part of an extent, which has to begin and end where its digests do. @param {Extent} extent @param {Run} run @returns {Extent} */
function cutExtent(extent, { start, length }) {
  const { span } = extent;
  const into = start - extent.start;
  const whole = length % span === 0 || into + length === extent.length;
  if (into % span !== 0 || !whole) throw new Damage('content is taken over in pieces that have no digests');
  const first = into / span;
  const digests = extent.digests.subarray(32 * first, 32 * (first + Math.ceil(length / span)));
  return { ...extent, start, length, offset: extent.offset + into, digests };
}

/** Whether newer sets have this path anew, removed it, or have something else where one of its folders was. */
function isReplaced(path, newer, removed) {
  if (newer.has(path) || removed.has(path)) return true;
  for (const ancestor of ancestorsOf(path)) {
    if (removed.has(ancestor) || newer.get(ancestor) === false) return true;
  }
  return false;
}
// RESTORE: content is checked, written under a temporary name, and gets its own name when it is all there.

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** Compares the content of an extent with its digests. */
function checkDigests(extent, content) {
  for (let at = 0, i = 0; at < content.length; at += extent.span, i++) {
    const digest = extent.digests.subarray(32 * i, 32 * i + 32);
    if (!sha256(content.subarray(at, at + extent.span)).equals(digest)) return false;
  }
  return true;
}

/** What can be said of a chunk that is on no tape. */
function nameMissing(library, id, sequence) {
  const volume = library.sets.get(id)?.places.get(sequence);
  const where = volume
    ? library.has(volume)
      ? `should be on tape ${volume}`
      : `is on tape ${volume}, which is not here`
    : 'is not here';
  return `chunk ${sequence} of set ${id.slice(0, 8)} ${where}`;
}

/** The content of an extent from whichever tape has it intact. Throws `Damage` that says what is missing or damaged. */
function readExtent(library, references, extent) {
  const id = references[extent.setIndex];
  if (references.length === 0) throw new Damage('it takes content over that no earlier set has');
  if (id === undefined) throw new Damage('an extent names a set that is not referred to');
  let why = nameMissing(library, id, extent.chunk);
  for (const chunk of library.sets.get(id)?.chunks.get(extent.chunk) ?? []) {
    try {
      const content = readUnit(chunk, extent.unit).subarray(extent.offset, extent.offset + extent.length);
      if (content.length === extent.length && checkDigests(extent, content)) return content;
      why = `unit ${extent.unit} of ${nameChunk(chunk)}: the content differs from its digest`;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      why = error.message;
    }
  }
  throw new Damage(why);
}

/** Names that lead nowhere but downwards. */
function isSafePath(path) {
  if (path === '/') return true;
  return (
    path.startsWith('/') &&
    !path.includes('\0') &&
    path
      .slice(1)
      .split('/')
      .every((name) => name !== '' && name !== '.' && name !== '..')
  );
}

/** The parent of a path, the root being ''. */
const parentOf = (path) => path.slice(0, path.lastIndexOf('/'));

const PATH_LIMIT = process.platform === 'linux' ? 4000 : 1000;
const WINDOWS = process.platform === 'win32';

/** A name as Windows accepts it: reserved characters, names and endings are changed. */
function windowsName(name) {
  const legal = name
    .replace(/[<>:"|?*\\]/g, '_')
    .replace(/\p{Cc}/gu, '_')
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(legal) ? `_${legal}` : legal;
}

/** Stands for what extents hold, wherever that lies: equal keys, equal content. */
function keyOfContent(extents) {
  const hash = createHash('sha256');
  for (const { start, length, span, digests } of extents) {
    for (let at = 0; at < length; at += span) {
      const index = 32 * (at / span);
      hash.update(`${start + at} ${Math.min(span, length - at)} `).update(digests.subarray(index, index + 32));
    }
  }
  return hash.digest('base64');
}

/**
 * What the names of one file have in common. Device and inode number do not tell: devices change their numbers, and what did
 * not change keeps the record that was made under the old ones. So all that an inode has but once must agree, its content too; of a
 * long file the first part's, its further parts are compared when they are all known. Throws `Damage`.
 */
function keyOfNames(element) {
  const { type, mode, uid, gid, size, seconds, nanos, changed, inode, major, minor, target, attributes } = element;
  const hash = createHash('sha256');
  for (const [name, value] of attributes) hash.update(`${name.length} ${value.length} ${name}`).update(value);
  const content = type === TYPE.file ? keyOfContent(extentsOf(element)) : target;
  const numbers = [type, mode, uid, gid, size, seconds, nanos, changed, inode, major, minor];
  return [...numbers, hash.digest('base64'), content].join('|');
}

/** Whether a folder has a default ACL: within it no umask counts, so that a folder made under one of 0777 has a mode all the same. */
function passesOn(folder, probe) {
  const umask = process.umask(0o777);
  try {
    // What stands in it may have one, too.
    if (fs.readdirSync(folder).length > 0) return true;
    fs.mkdirSync(probe, 0o777);
    return (fs.lstatSync(probe).mode & 0o777) !== 0;
  } catch {
    return true;
  } finally {
    process.umask(umask);
    fs.rmSync(probe, { force: true, recursive: true });
  }
}

/** The folder that is restored into. Every name below it is reached through here. */
class Destination {
  constructor(directory) {
    fs.mkdirSync(directory, { recursive: true });
    const real = fs.realpathSync.native(directory, { encoding: 'buffer' });
    this.root = fromBytes(real) === '/' ? '' : fromBytes(real);
    this.text = real.toString('utf8');
    /** Folders that are known to be folders and no links. */
    this.folders = new Set(['']);
    this.made = new Set();
    this.temporary = `.coldframe-rescue-${randomBytes(6).toString('hex')}`;
    this.counter = 0;
    /** Whether what is made here may get more than was asked for, from a default ACL. */
    this.passesOn = !WINDOWS && passesOn(real, toBytes(`${this.root}/${this.temporary}`));
  }

  /**
   * Calls `work` with a name for `path` that the system accepts, however long the path is.
   * @template T
   * @param {string} path
   * @param {(name: Buffer | string) => T} work
   * @returns {T}
   */
  at(path, work) {
    if (WINDOWS) return work(nodePath.join(this.text, ...toBytes(path).toString('utf8').split('/').map(windowsName)));
    const full = this.root + path;
    if (full.length <= PATH_LIMIT) return work(toBytes(full || '/'));
    return fs.existsSync('/proc/self/fd') ? throughDescriptors(full, work) : throughSteps(full, work);
  }

  /** A name for a file that is not whole yet, in the folder of `path`. */
  temporaryFor(path) {
    return `${parentOf(path)}/${this.temporary}-${this.counter++}`;
  }

  stat(path) {
    return this.at(path, (name) => fs.lstatSync(name, { bigint: true, throwIfNoEntry: false }));
  }

  /** Makes a folder and those above it. Refuses to pass through anything that is not a folder, links included. */
  makeFolder(path) {
    const missing = [];
    for (let at = path; !this.folders.has(at); at = parentOf(at)) missing.push(at);
    for (const folder of missing.reverse()) {
      if (this.at(folder, (name) => makeOneFolder(name))) this.made.add(folder);
      else if (!this.stat(folder)?.isDirectory()) throw new Error(`${show(folder)} is not a folder at the destination`);
      this.folders.add(folder);
    }
  }
}

/** True when the folder was made, false when something of this name exists. */
function makeOneFolder(name) {
  try {
    fs.mkdirSync(name, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Cuts a long path into runs that the system accepts and the last name. */
function stepsOf(full) {
  const steps = [''];
  const names = full.split('/').slice(1);
  const last = names.pop();
  for (const name of names) {
    if (steps[steps.length - 1].length + name.length > PATH_LIMIT - 300) steps.push('');
    const step = steps[steps.length - 1];
    steps[steps.length - 1] = step === '' && steps.length > 1 ? name : `${step}/${name}`;
  }
  return { steps, last };
}

/** Reaches a long path through open folders, which Linux names in /proc. */
function throughDescriptors(full, work) {
  const { steps, last } = stepsOf(full);
  const flags = fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW;
  let fd = -1;
  try {
    for (const step of steps) {
      const next = fs.openSync(toBytes(fd < 0 ? step : `/proc/self/fd/${fd}/${step}`), flags);
      if (fd >= 0) fs.closeSync(fd);
      fd = next;
    }
    return work(toBytes(`/proc/self/fd/${fd}/${last}`));
  } finally {
    if (fd >= 0) fs.closeSync(fd);
  }
}

/** Reaches a long path by changing the working folder step by step, and comes back. */
function throughSteps(full, work) {
  const { steps, last } = stepsOf(full);
  const home = process.cwd();
  try {
    for (const step of steps) process.chdir(utf8Of(step) ?? fail(`${show(full)} is too long for this system`));
    return work(toBytes(last));
  } finally {
    process.chdir(home);
  }
}

/** The name of `path` as seen from where `name`, which lies in the same folder, is seen from. */
function siblingOf(name, path) {
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (typeof name === 'string')
    return nodePath.join(nodePath.dirname(name), windowsName(toBytes(last).toString('utf8')));
  return Buffer.concat([name.subarray(0, name.lastIndexOf('/') + 1), toBytes(last)]);
}

/** @returns {never} */
function fail(message) {
  throw new Error(message);
}

// HELPERS: what plain Node cannot do (nanoseconds, extended attributes, FIFOs, devices, file flags) is given to python3,
// else to the shell with mkfifo, mknod, GNU touch and setfattr, many at a time.

/**
 * @typedef {object} Job
 * @property {string} path
 * @property {'fifo' | 'socket' | 'character' | 'block'} [make]
 * @property {[number, number]} [device]
 * @property {[number, number]} [time]
 * @property {[string, Buffer][]} [attributes]
 * @property {boolean} [inherits]  what it got from the default ACL of the folder that it was made in is taken away
 * @property {number} [flags]
 * @typedef {{ job: Job, what: string, why: string }} Undone
 */

const PYTHON = `
import base64, json, os, stat, struct, sys, time
decode = base64.b64decode
root = decode(sys.argv[1])
kinds = {'fifo': stat.S_IFIFO, 'socket': stat.S_IFSOCK, 'character': stat.S_IFCHR, 'block': stat.S_IFBLK}
FOLDER = os.O_RDONLY | os.O_DIRECTORY

def place(path):
    if len(root + path) <= 1000:
        return root + path
    names = path.split(b'/')[1:]
    fd = os.open(root or b'/', FOLDER)
    for name in names[:-1]:
        below = os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=fd)
        os.close(fd)
        fd = below
    os.fchdir(fd)
    os.close(fd)
    return names[-1]

def attribute(name, key, value):
    try:
        os.setxattr(name, key, value, follow_symlinks=False)
    except PermissionError:
        mode = os.lstat(name).st_mode
        if not stat.S_ISREG(mode) or mode & 0o200:
            raise
        os.chmod(name, stat.S_IMODE(mode) | 0o200)
        try:
            os.setxattr(name, key, value, follow_symlinks=False)
        finally:
            os.chmod(name, stat.S_IMODE(mode))

LISTS = [b'system.posix_acl_access', b'system.posix_acl_default']

def disinherit(name, key):
    try:
        os.removexattr(name, key, follow_symlinks=False)
    except OSError:
        pass

def flags(name, wanted):
    import fcntl
    fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        now = struct.unpack('l', fcntl.ioctl(fd, 0x80086601, b'\\0' * 8))[0]
        fcntl.ioctl(fd, 0x40086602, struct.pack('l', now | wanted))
    finally:
        os.close(fd)

def attempt(index, what, action):
    try:
        action()
    except Exception as error:
        print(json.dumps([index, what, getattr(error, 'strerror', None) or str(error)]))

for index, line in enumerate(sys.stdin):
    job = json.loads(line)
    def work():
        name = place(decode(job['path']))
        if 'make' in job:
            attempt(index, 'node', lambda: os.mknod(name, kinds[job['make']] | 0o600, os.makedev(*job.get('device', [0, 0]))))
        if 'inherits' in job:
            own = [decode(key) for key, value in job.get('attributes') or []]
            for key in LISTS:
                if key not in own:
                    disinherit(name, key)
        for key, value in job.get('attributes', []):
            attempt(index, 'extended attribute ' + decode(key).decode('utf8', 'backslashreplace'), lambda: attribute(name, decode(key), decode(value)))
        if 'time' in job:
            when = job['time'][0] * 1000000000 + job['time'][1]
            attempt(index, 'time of modification', lambda: os.utime(name, ns=(time.time_ns(), when), follow_symlinks=False))
        if 'flags' in job:
            attempt(index, 'file flags', lambda: flags(name, job['flags']))
    attempt(index, 'attributes', work)
`;

/** Runs a helper so that nothing in the present folder, which may be what is restored, can take its place or be loaded by it. */
function runHelper(command, args, options) {
  const path = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return spawnSync(command, args, { ...options, cwd: '/', env: { ...process.env, PATH: path.join(':') } });
}

/** Finds out once what this machine has. */
function findHelpers() {
  const runs = (command, ...args) => runHelper(command, args, { stdio: 'ignore' }).status === 0;
  if (WINDOWS) return { python: undefined, tools: new Set() };
  if (runs('python3', '-I', '-c', 'import sys, os; sys.exit(sys.version_info < (3, 7))'))
    return { python: 'python3', tools: new Set() };
  const found = ['mkfifo', 'mknod', 'setfattr'].filter((tool) => runs('sh', '-c', `command -v ${tool}`));
  if (runs('touch', '--version')) found.push('touch');
  return { python: undefined, tools: new Set(found) };
}

/** Carries out jobs with whatever there is. @param {Destination} destination @param {Job[]} jobs @returns {Undone[]} */
function runJobs(helpers, destination, jobs) {
  return helpers.python
    ? runWithPython(helpers.python, destination, jobs)
    : runWithTools(helpers.tools, destination, jobs);
}

/** @returns {Undone[]} */
function runWithPython(python, destination, jobs) {
  const base64 = (name) => toBytes(name).toString('base64');
  const lines = jobs.map((job) => {
    const attributes = job.attributes?.map(([name, value]) => [base64(name), value.toString('base64')]);
    return JSON.stringify({ ...job, path: base64(job.path), attributes });
  });
  const result = runHelper(python, ['-I', '-c', PYTHON, base64(destination.root)], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const undone = result.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const list = undone.map(([index, what, why]) => ({ job: jobs[index], what, why }));
  if (result.status !== 0) {
    const why = result.stderr.trim().split('\n').pop() ?? 'python3 failed';
    return jobs.map((job) => ({ job, what: job.make ? 'node' : 'attributes', why }));
  }
  return list;
}

const quoteForShell = (path) => `'${path.replaceAll("'", "'\\''")}'`;

/** The shell command for what one job asks, and the tool that it takes. */
function* shellCommands(job, name) {
  const [major, minor] = job.device ?? [0, 0];
  if (job.make === 'fifo') yield { what: 'node', tool: 'mkfifo', command: `mkfifo ${name}` };
  else if (job.make === 'socket') yield { what: 'node', tool: 'python3', command: '' };
  else if (job.make) yield { what: 'node', tool: 'mknod', command: `mknod ${name} ${job.make[0]} ${major} ${minor}` };
  if (job.time) {
    const [seconds, nanos] = job.time[0] < 0 && job.time[1] > 0 ? [job.time[0] + 1, 1e9 - job.time[1]] : job.time;
    const sign = job.time[0] < 0 && seconds === 0 ? '-' : '';
    const when = `@${sign}${seconds}.${String(nanos).padStart(9, '0')}`;
    yield { what: 'time of modification to the nanosecond', tool: 'touch', command: `touch -h -m -d ${when} ${name}` };
  }
  if (job.flags) yield { what: 'file flags', tool: 'python3', command: '' };
}

/** @returns {Undone[]} */
function runWithTools(tools, destination, jobs) {
  /** @type {Undone[]} */
  const undone = [];
  const lines = [];
  jobs.forEach((job, index) => {
    const full = destination.root + job.path;
    for (const { what, tool, command } of shellCommands(job, quoteForShell(full))) {
      if (tools.has(tool)) lines.push(`${command} 2>/dev/null || echo '${index} ${what}'`);
      else undone.push({ job, what, why: tool === 'python3' ? 'needs python3' : `needs python3 or ${tool}` });
    }
    if (job.attributes && !tools.has('setfattr')) {
      undone.push({ job, what: 'extended attributes', why: 'needs python3 or setfattr' });
    }
  });
  if (lines.length > 0) {
    const result = runHelper('sh', [], { input: toBytes(`${lines.join('\n')}\n`), maxBuffer: 2 ** 28 });
    for (const line of result.stdout.toString('latin1').split('\n').filter(Boolean)) {
      const [index, what] = [Number.parseInt(line, 10), line.slice(line.indexOf(' ') + 1)];
      undone.push({ job: jobs[index], what, why: 'the command failed' });
    }
  }
  return tools.has('setfattr') ? [...undone, ...setAttributes(destination, jobs)] : undone;
}

const SETFATTR = 'setfattr';

/** Sets extended attributes with one `setfattr --restore` for all. */
function setAttributes(destination, jobs) {
  const octal = (name) => name.replace(/[^!-~]|[\\=]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const wanting = jobs.filter((job) => job.attributes);
  const blocks = wanting.map((job) => {
    const lines = job.attributes.map(([name, value]) => `${octal(name)}=0x${value.toString('hex')}`);
    return [`# file: ${octal(destination.root + job.path)}`, ...lines, ''].join('\n');
  });
  if (blocks.length === 0) return [];
  const result = runHelper(SETFATTR, ['-h', '--restore=-'], {
    input: toBytes(blocks.join('\n')),
    encoding: 'latin1',
  });
  const errors = result.stderr.split('\n').filter(Boolean);
  return errors.map((why, i) => ({ job: wanting[Math.min(i, wanting.length - 1)], what: 'extended attributes', why }));
}

const BATCH_ELEMENTS = 20_000;
const BATCH_BYTES = 16 * 1_048_576;
const BATCH_JOBS = 4_000;
const SETTABLE_FLAGS = 0xff | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x20000000;

/**
 * @typedef {object} Growing  a file on its way to its name
 * @property {string} path
 * @property {string} temporary
 * @property {Element | undefined} element
 * @property {number} written
 * @property {number} end          of the last extent that was written
 * @property {string[]} lost       why content is missing
 * @property {boolean} refused     something stands at its place, or it could not be written
 * @property {boolean} piece       salvaged: what is not written may be a hole or lost
 */

/** One restore. Elements come in any order; content is read in the order in which it lies, batch by batch. */
class Restore {
  /**
   * @param {Library} library
   * @param {Destination} destination
   * @param {{ overwrite: boolean, salvage: boolean, wants: (path: string) => 'all' | 'folder' | undefined }} options
   */
  constructor(library, destination, options) {
    this.library = library;
    this.destination = destination;
    this.options = options;
    /** @type {ReturnType<typeof findHelpers> | undefined} */
    this.found = undefined;
    /** @type {Found[]} */
    this.batch = [];
    this.batchBytes = 0;
    /** @type {Map<string, Growing>} */
    this.growing = new Map();
    /** @type {Map<string, string>} what the names of one file have in common -> the path that stands for it */
    this.linked = new Map();
    /** @type {Map<string, string>} the same for files that grow still */
    this.linkedLater = new Map();
    /** @type {Element[]} further names of those */
    this.laterNames = [];
    /** @type {Map<string, Map<number, string>>} path of a long file with several names -> its further parts' content, as keys */
    this.furtherParts = new Map();
    /** Names whose parts are not needed: hard links have the content already. */
    this.withoutParts = new Set();
    /** @type {Element[]} */
    this.folders = [];
    /** @type {Element[]} */
    this.flagged = [];
    /** @type {Job[]} */
    this.jobs = [];
    /** @type {{ element: Element, temporary: string, job: Job }[]} FIFOs, sockets and devices that wait for one run of a helper */
    this.nodes = [];
    this.result = {
      matched: 0,
      restored: 0,
      present: 0,
      bytes: 0,
      keptFolders: 0,
      conflicts: [],
      lost: [],
      failed: [],
      unreadable: [],
      partial: [],
    };
    /** @type {Map<string, { what: string, why: string, count: number, first: string }>} */
    this.notSet = new Map();
  }

  /** What this machine has; asked when something is to be done with it. */
  get helpers() {
    this.found ??= findHelpers();
    return this.found;
  }

  /** Takes an element, or a part or piece of one. @param {Found} found */
  take(found) {
    const wanted = this.options.wants(found.path);
    if (!wanted || (wanted === 'folder' && found.element?.type !== TYPE.directory)) return;
    if (wanted === 'all') this.result.matched++;
    if (!isSafePath(found.path)) {
      this.result.failed.push({ path: show(found.path), why: 'the path would leave the destination' });
      return;
    }
    if (found.element?.type === TYPE.directory) return this.#folder(found.element);
    this.batch.push(found);
    this.batchBytes += found.body.length;
    if (this.batch.length >= BATCH_ELEMENTS || this.batchBytes >= BATCH_BYTES) this.#flush();
  }

  /** Finishes what is left, folders last. */
  finish() {
    this.#flush();
    for (const growing of this.growing.values()) this.#attempt(growing.path, () => this.#settle(growing));
    this.growing.clear();
    for (const element of this.laterNames) this.#attempt(element.path, () => this.#linkLater(element));
    this.#runJobs();
    this.#finishFolders();
    for (const element of this.flagged) this.jobs.push({ path: element.path, flags: element.flags & SETTABLE_FLAGS });
    this.#runJobs();
  }

  /** Leaves nothing half done behind when the restore cannot go on. */
  abandon() {
    for (const { temporary } of this.growing.values()) this.#discard(temporary);
    this.#runJobs();
    this.#finishFolders();
  }

  /** Carries out what concerns one element; its failure is named and costs the others nothing. A full disk ends all. */
  #attempt(path, work) {
    try {
      return work();
    } catch (error) {
      if (error instanceof Trouble) throw error;
      if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
        throw new Trouble(
          'DISK_FULL',
          EXIT.full,
          `The destination is full: ${show(path)} was not written.`,
          'Make room and run the same command again: what is there already is left as it is.',
        );
      }
      if (error instanceof Damage) this.result.lost.push({ path: show(path), why: error.message });
      else this.result.failed.push({ path: show(path), why: reasonOf(error) });
      return undefined;
    }
  }

  /** Restores a batch in the order in which the content lies on the tapes. */
  #flush() {
    const place = (/** @type {Found} */ { element, extents, references }) => {
      const first =
        extents?.[0] ?? (element?.type === TYPE.file ? orDamaged(() => extentsOf(element))?.[0] : undefined);
      return first ? [references[first.setIndex] ?? '', first.chunk, first.unit, first.offset] : ['', 0, 0, 0];
    };
    const ordered = this.batch.map((found) => ({ found, place: place(found) }));
    ordered.sort((a, b) => compareLists(a.place, b.place));
    for (const { found } of ordered) {
      this.#attempt(found.path, () => this.#element(found));
      progress(`${this.result.restored} elements, ${showSize(this.result.bytes)}`);
    }
    this.batch = [];
    this.batchBytes = 0;
    this.#makeNodes();
    this.#runJobs();
  }

  /** @param {Found} found */
  #element(found) {
    const { element, path } = found;
    if (!element) return this.#grow(found, found.extents);
    if (element.type === TYPE.file && element.marks & MARK.unreadable) {
      this.result.unreadable.push(show(path));
      return;
    }
    if (path === '/') throw new Error('only a folder can stand for the root');
    this.destination.makeFolder(parentOf(path));
    if (!found.piece && this.#link(element)) return;
    if (element.type === TYPE.file) return this.#file(found);
    if (this.#refuses(element)) return;
    const temporary = this.destination.temporaryFor(path);
    if (element.type === TYPE.link)
      this.destination.at(temporary, (name) => fs.symlinkSync(toBytes(element.target), name));
    else {
      this.#node(element, temporary);
      return;
    }
    this.#complete(element, temporary);
  }

  /** Has a FIFO, socket or device made by a helper: together with others, unless another name may be linked to it. */
  #node(element, temporary) {
    const make = { 3: 'fifo', 4: 'socket', 5: 'character', 6: 'block' }[element.type];
    /** @type {[number, number]} */
    const device = element.type >= TYPE.character ? [element.major, element.minor] : [0, 0];
    this.nodes.push({ element, temporary, job: { path: temporary, make, device } });
    if (element.links > 1 || this.nodes.length >= BATCH_JOBS) this.#makeNodes();
  }

  #makeNodes() {
    const nodes = this.nodes;
    this.nodes = [];
    if (nodes.length === 0) return;
    const undone = runJobs(
      this.helpers,
      this.destination,
      nodes.map(({ job }) => job),
    );
    const why = new Map(undone.map((each) => [each.job, each.why]));
    for (const { element, temporary, job } of nodes)
      this.#attempt(element.path, () => {
        if (why.has(job)) throw new Error(`the ${TYPES[element.type]} could not be made: ${why.get(job)}`);
        this.#complete(element, temporary);
      });
  }

  /** A further name of a file that was restored already becomes a hard link to it. False: restore it by itself. */
  #link(element) {
    if (element.links < 2) return false;
    const key = orDamaged(() => keyOfNames(element));
    if (key === undefined) return false;
    const first = this.linked.get(key);
    const later = first === undefined ? this.linkedLater.get(key) : undefined;
    if ((first ?? later ?? element.path) === element.path) return false;
    if (!this.#refuses(element)) {
      if (first === undefined) this.laterNames.push(element);
      else if (!this.#hardLink(first, element)) return false;
    }
    if (element.size > PART) this.withoutParts.add(element.path);
    const begun = this.growing.get(element.path);
    if (begun) this.#discard(begun.temporary);
    this.growing.delete(element.path);
    return true;
  }

  /** Makes the link; false where the file system has none. */
  #hardLink(first, element) {
    const temporary = this.destination.temporaryFor(element.path);
    try {
      this.destination.at(first, (from) => this.destination.at(temporary, (to) => fs.linkSync(from, to)));
    } catch (error) {
      this.#note('hard link', element.path, reasonOf(error));
      return false;
    }
    this.#rename(temporary, element.path);
    this.#discard(temporary); // A rename over another name of the same file does nothing.
    this.result.restored++;
    return true;
  }

  /** A further name of a file that is whole only now: a link, or a copy where the file system has no links. */
  #linkLater(element) {
    const key = keyOfNames(element);
    const first = this.linked.get(key);
    const later = this.linkedLater.get(key) ?? first;
    if (first === undefined) throw new Damage(`it is another name of ${show(later)}, which is lost`);
    if (!this.#sameParts(later, element.path))
      throw new Damage(`its content is not that of ${show(later)}, though it looks the same: restore it by itself`);
    if (this.#hardLink(first, element)) return;
    const temporary = this.destination.temporaryFor(element.path);
    this.destination.at(first, (from) => this.destination.at(temporary, (to) => fs.copyFileSync(from, to)));
    this.#complete(element, temporary);
  }

  /** A file whose extents are all here is written at once; others grow until the last record was seen. */
  #file(found) {
    const { element } = found;
    const extents = found.extents ?? extentsOf(element);
    const here = extents.reduce((sum, extent) => sum + extent.length, 0);
    const atOnce = found.piece ? here === element.size : element.size <= PART && !found.inherits;
    if (!atOnce || this.growing.has(found.path)) return this.#grow(found, extents);
    const growing = this.#begin(found.path);
    growing.element = element;
    growing.refused = this.#refuses(element);
    this.growing.delete(found.path);
    this.#append(growing, found, extents);
    this.#settle(growing);
  }

  /** Adds a part or piece to a file that comes in several. */
  #grow(found, extents) {
    if (!found.element && extents.length > 0) this.#notePart(found.path, extents);
    if (this.withoutParts.has(found.path)) return;
    const growing = this.growing.get(found.path) ?? this.#begin(found.path);
    growing.piece ||= found.piece;
    if (found.element && !growing.element) {
      growing.element = found.element;
      growing.refused = this.#refuses(found.element);
      const shared = found.element.links > 1 && !growing.refused && !growing.piece;
      const key = shared ? orDamaged(() => keyOfNames(/** @type {Element} */ (found.element))) : undefined;
      if (key !== undefined && !this.linkedLater.has(key)) this.linkedLater.set(key, found.path);
    }
    this.#append(growing, found, extents);
  }

  /** Remembers what a further part of a long file holds, in case that the file has several names. */
  #notePart(path, extents) {
    const parts = this.furtherParts.get(path) ?? new Map();
    parts.set(Math.floor(extents[0].start / PART), keyOfContent(extents));
    this.furtherParts.set(path, parts);
  }

  /** Whether the further parts of two long files hold the same. */
  #sameParts(one, other) {
    const [parts, others] = [this.furtherParts.get(one), this.furtherParts.get(other)];
    if (parts?.size !== others?.size) return false;
    return [...(parts ?? [])].every(([part, key]) => others?.get(part) === key);
  }

  /** Further names of this element become links to its path. */
  #lead(element) {
    const key = element.links > 1 ? orDamaged(() => keyOfNames(element)) : undefined;
    if (key !== undefined && !this.linked.has(key)) this.linked.set(key, element.path);
  }

  /** @returns {Growing} */
  #begin(path) {
    const growing = {
      path,
      temporary: this.destination.temporaryFor(path),
      element: undefined,
      written: 0,
      end: 0,
      lost: [],
      refused: false,
      piece: false,
    };
    this.growing.set(path, growing);
    return growing;
  }

  /** Writes extents to the temporary file, each after its digests agreed, and gives it its size as soon as that is known. */
  #append(growing, found, extents) {
    if (growing.refused || (growing.lost.length > 0 && !this.options.salvage)) return;
    this.destination.makeFolder(parentOf(growing.path));
    const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | (fs.constants.O_NOFOLLOW ?? 0);
    const fd = this.destination.at(growing.temporary, (name) => fs.openSync(name, flags, 0o600));
    try {
      for (const extent of extents) {
        try {
          writeAll(fd, readExtent(this.library, found.references, extent), extent.start);
          growing.written += extent.length;
          growing.end = Math.max(growing.end, extent.start + extent.length);
        } catch (error) {
          if (!(error instanceof Damage)) throw error;
          growing.lost.push(error.message);
          if (!this.options.salvage) break;
        }
      }
      if (growing.element) fs.ftruncateSync(fd, growing.element.size);
    } catch (error) {
      this.#discard(growing.temporary);
      growing.refused = true;
      throw error;
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Gives a file its size, attributes and name, or names what is lost of it. */
  #settle(growing) {
    const { temporary, path, lost } = growing;
    const element = growing.element ?? elementWithoutRecord(growing);
    if (growing.refused) return this.#discard(temporary);
    if (!growing.element) lost.push('its element record is not here');
    const partial = lost.length > 0 || (growing.piece && growing.written < element.size);
    if (lost.length > 0) this.result.lost.push({ path: show(path), why: lost[0] });
    if (lost.length > 0 && !this.options.salvage) return this.#discard(temporary);
    const target = partial ? { ...element, path: `${path}.partial`, links: 1 } : element;
    if (partial && this.#refuses(target)) return this.#discard(temporary);
    this.#complete(target, temporary);
    if (partial) this.result.partial.push({ path: show(target.path), bytes: growing.written, size: element.size });
    this.result.bytes += element.size;
  }

  #discard(temporary) {
    this.destination.at(temporary, (name) => remove(name));
  }

  /** Whether something stands at the place of an element and must stay. */
  #refuses(element) {
    const there = this.destination.stat(element.path);
    if (!there || (this.options.overwrite && !there.isDirectory())) return false;
    const same = this.#isSame(element, there);
    if (same) this.result.present++;
    else this.result.conflicts.push(show(element.path));
    if (same) this.#lead(element);
    return true;
  }

  /** Whether what stands at the place of an element is what the restore would put there, as far as that shows at once. */
  #isSame(element, there) {
    const { type, path } = element;
    if (type === TYPE.file) return there.isFile() && there.size === BigInt(element.size) && sameTime(there, element);
    if (type === TYPE.fifo) return there.isFIFO();
    if (type === TYPE.socket) return there.isSocket();
    if (type !== TYPE.link || !there.isSymbolicLink()) return false;
    return fromBytes(this.destination.at(path, (name) => fs.readlinkSync(name, 'buffer'))) === element.target;
  }

  /** Attributes, then the name. */
  #complete(element, temporary) {
    try {
      this.#attributes(temporary, element);
      this.#rename(temporary, element.path);
    } catch (error) {
      this.#discard(temporary);
      throw error;
    }
    this.#lead(element);
    this.result.restored++;
    this.#enqueue(element);
    if (element.flags & SETTABLE_FLAGS && element.type === TYPE.file) this.flagged.push(element);
  }

  #rename(temporary, path) {
    this.destination.at(temporary, (from) => fs.renameSync(from, siblingOf(from, path)));
  }

  /** Owner, mode and time, as far as Node can. */
  #attributes(path, element) {
    this.destination.at(path, (name) => {
      this.#own(name, element);
      this.#mode(name, element);
      this.#time(name, element);
    });
  }

  #own(name, element) {
    if (WINDOWS) return;
    try {
      const { uid, gid } = fs.lstatSync(name);
      if (uid !== element.uid || gid !== element.gid) fs.lchownSync(name, element.uid, element.gid);
      element.owned = true;
    } catch (error) {
      element.owned = false;
      this.#note('owner', element.path, error.code === 'EPERM' ? 'only the administrator may set it' : reasonOf(error));
    }
  }

  /** The mode; without the right owner, not its setuid and setgid bits. */
  #mode(name, element) {
    if (element.type === TYPE.link) return;
    try {
      fs.chmodSync(name, element.owned ? element.mode & 0o7777 : element.mode & 0o1777);
    } catch (error) {
      this.#note('mode', element.path, reasonOf(error));
    }
  }

  #time(name, element) {
    try {
      fs.lutimesSync(name, Date.now() / 1000, element.seconds + element.nanos / 1e9);
    } catch (error) {
      this.#note('time of modification', element.path, reasonOf(error));
    }
  }

  /** Leaves to a helper what Node cannot set. */
  #enqueue(element) {
    /** @type {Job} */
    const job = { path: element.path };
    if (element.attributes.length > 0) job.attributes = element.attributes;
    if (element.nanos !== 0 || element.seconds < 0) job.time = [element.seconds, element.nanos];
    if (this.destination.passesOn && this.helpers.python && element.type !== TYPE.link) job.inherits = true;
    if (job.attributes || job.time || job.inherits) this.jobs.push(job);
    if (this.jobs.length >= BATCH_JOBS) this.#runJobs();
  }

  #runJobs() {
    for (const { job, what, why } of runJobs(this.helpers, this.destination, this.jobs))
      this.#note(what, job.path, why);
    this.jobs = [];
  }

  /** Counts what could not be set, by what and why. */
  #note(what, path, why) {
    const key = `${what}\0${why}`;
    const entry = this.notSet.get(key) ?? { what, why, count: 0, first: show(path) };
    entry.count++;
    this.notSet.set(key, entry);
  }

  /** Makes a folder now; its attributes come last, when nothing below it changes any more. */
  #folder(element) {
    this.#attempt(element.path, () => {
      const path = element.path === '/' ? '' : element.path;
      if (path !== '') this.destination.makeFolder(parentOf(path));
      const there = path !== '' && !this.destination.folders.has(path) ? this.destination.stat(path) : undefined;
      if (there && !there.isDirectory() && this.options.overwrite) this.#discard(path);
      this.destination.makeFolder(path);
      if (path !== '' && (this.destination.made.has(path) || this.options.overwrite))
        this.folders.push({ ...element, path });
      else if (path !== '') this.result.keptFolders++;
      this.result.restored++;
    });
  }

  /** Owners and times first, modes last and deepest first: a folder that is closed hides what is below. */
  #finishFolders() {
    this.folders.sort((a, b) => b.path.length - a.path.length);
    const each = (work) => {
      for (const element of this.folders) {
        this.#attempt(element.path, () => this.destination.at(element.path, (name) => work(name, element)));
      }
    };
    each((name, element) => {
      this.#own(name, element);
      this.#time(name, element);
      this.#enqueue(element);
    });
    this.#runJobs();
    each((name, element) => this.#mode(name, element));
    this.flagged.push(...this.folders.filter((element) => element.flags & SETTABLE_FLAGS));
  }
}

/** What is known of a file of which only parts were found. @returns {Element} */
function elementWithoutRecord({ path, end }) {
  const now = Math.floor(Date.now() / 1000);
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  const attributes = { mode: 0o600, uid, gid, user: '', group: '', seconds: now, nanos: 0, attributes: [] };
  const rest = {
    inode: '',
    links: 1,
    marks: 0,
    flags: 0,
    major: 0,
    minor: 0,
    target: '',
    rest: new Cursor(Buffer.alloc(1)),
  };
  return { path, type: TYPE.file, size: end, ...attributes, ...rest };
}

/** Removes a name that may not be there. */
function remove(name) {
  try {
    fs.unlinkSync(name);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Writes all of `bytes` at `position`. */
function writeAll(fd, bytes, position) {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** Whether a file was modified at the recorded time, to the microsecond. */
function sameTime(there, element) {
  const recorded = BigInt(element.seconds) * 1_000_000_000n + BigInt(element.nanos);
  const difference = there.mtimeNs - recorded;
  return difference > -2000n && difference < 2000n;
}

/** Orders lists of strings and numbers by their first difference. */
function compareLists(a, b) {
  for (let i = 0; i < a.length; i++) {
    if (a[i] < b[i]) return -1;
    if (a[i] > b[i]) return 1;
  }
  return 0;
}

// VERIFY: reads every chunk back and names the elements that damage costs.

/**
 * @typedef {object} Finding  one thing that is damaged or missing
 * @property {string} tape
 * @property {number | null} chunk    sequence on the tape
 * @property {string | null} set
 * @property {string} problem
 * @property {string[]} elements
 */

/** Reads every chunk of every tape. */
class Verification {
  /** @param {Library} library */
  constructor(library) {
    this.library = library;
    /** @type {Finding[]} */
    this.findings = [];
    /** @type {Map<string, { finding: Finding, units: Set<number> | undefined }>} damaged chunks; no units: all */
    this.bad = new Map();
    /** @type {Map<string, Finding>} chunks that are on no tape */
    this.absent = new Map();
    this.notes = [];
    this.chunks = 0;
    this.bytes = 0;
  }

  run() {
    for (const tape of this.library.tapes) if (!tape.locked) this.#tape(tape);
    for (const set of this.library.sets.values()) this.#set(set);
    return this;
  }

  /** All chunks of a tape, and the numbers that are missing between them. */
  #tape(tape) {
    const last = tape.chunks[tape.chunks.length - 1];
    for (const chunk of tape.chunks) {
      progress(`Verifying ${nameChunk(chunk)}, ${showSize(this.bytes)}`);
      if (!chunk.whole && this.#mayBeCut(chunk, chunk === last))
        this.notes.push(`${nameChunk(chunk)} is cut and does not count.`);
      else this.#chunk(chunk);
    }
    const present = new Set(tape.chunks.map((chunk) => chunk.tapeSequence));
    const listed = readTailJson(tape, 'directory')?.chunks ?? [];
    const total = Math.max(tape.tail?.chunks ?? 0, ...tape.chunks.map((chunk) => chunk.tapeSequence + 1), 0);
    for (let sequence = 0; sequence < total; sequence++) {
      if (present.has(sequence)) continue;
      const set = listed.find?.((entry) => entry?.tapeSequence === sequence)?.set ?? null;
      this.#find(tape.name, sequence, set, 'the chunk is not there or its header is damaged');
    }
    if (!tape.tail)
      this.notes.push(
        `Tape ${tape.name} has no tail: it was not unmounted in order. Its chunks are read all the same.`,
      );
  }

  /** A chunk that was cut by the end of a tape is no damage: the file ends inside of it, or it stands again elsewhere. */
  #mayBeCut(chunk, last) {
    if (last && trailerOffset(chunk) + 4 + TRAILER_LENGTH + 4 + 4 > chunk.tape.file.size) return true;
    return this.library.sets
      .get(chunk.set)
      .chunks.get(chunk.sequence)
      .some((copy) => copy.whole);
  }

  #find(tape, chunk, set, problem) {
    const finding = { tape, chunk, set, problem, elements: [] };
    this.findings.push(finding);
    return finding;
  }

  /** One chunk: checksum of the payload, every unit, and every digest that its index has. @param {Chunk} chunk */
  #chunk(chunk) {
    this.chunks++;
    const problems = [];
    const units = new Set();
    const trailer = orDamaged(() => readChunkTrailer(chunk));
    if (!trailer) problems.push('its trailer is damaged');
    const crc = orDamaged(() => payloadCrc(chunk));
    if (crc === undefined) problems.push('it is cut');
    else if (trailer && crc !== trailer.payloadCrc) problems.push('its payload fails the checksum');
    const table = unitsOf(chunk);
    if (table.damage) problems.push(table.damage);
    const extents = chunk.kind === 1 ? this.#index(chunk, problems) : new Map();
    for (let unit = chunk.kind === 1 ? 1 : 0; unit < table.units.length; unit++) {
      try {
        this.#unit(chunk, unit, extents.get(unit) ?? []);
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        units.add(unit);
        problems.push(error.message);
      }
    }
    if (problems.length === 0) return;
    const finding = this.#find(chunk.tape.name, chunk.tapeSequence, chunk.set, problems[0]);
    this.bad.set(keyOfChunk(chunk), { finding, units: table.damage ? undefined : units });
  }

  /** The extents that the index of a data chunk lists, by unit. */
  #index(chunk, problems) {
    /** @type {Map<number, Extent[]>} */
    const byUnit = new Map();
    try {
      for (const { tag, body } of readRecords([readUnit(chunk, 0)])) {
        const extents =
          tag === TAG.element ? extentsOf(readElement(body)) : tag === TAG.part ? readPart(body).extents : [];
        for (const extent of extents) byUnit.set(extent.unit, [...(byUnit.get(extent.unit) ?? []), extent]);
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      problems.push(`its index: ${error.message}`);
    }
    return byUnit;
  }

  #unit(chunk, unit, extents) {
    const plain = readUnit(chunk, unit);
    this.bytes += plain.length;
    for (const extent of extents) {
      const content = plain.subarray(extent.offset, extent.offset + extent.length);
      if (content.length < extent.length || !checkDigests(extent, content)) {
        throw new Damage(`unit ${unit} of ${nameChunk(chunk)}: the content differs from its digest`);
      }
    }
  }

  /** The metadata of one set, and the elements whose content lies in damaged or missing chunks. */
  #set(set) {
    if (set.lastPart < 0) return;
    progress(`Verifying ${set.title}`);
    const whole = [...Array(set.lastPart + 1).keys()].every((part) =>
      set.parts.get(part)?.some((chunk) => chunk.whole),
    );
    if (!checkMetadata(set)) {
      if (whole) this.#find([...tapesOf(set)].join(', '), null, set.id, `its metadata: ${set.problem}`);
      return;
    }
    for (const found of listedBy(set)) {
      if (found.tag === TAG.removed) continue;
      // What is inherited is looked at in the set that has it.
      const extents =
        found.tag === TAG.element ? extentsOf(readElement(found.body), []) : readPart(found.body, []).extents;
      const findings = new Set(extents.map((extent) => this.#lost(found.references[extent.setIndex], extent)));
      for (const finding of findings) {
        const name = show(found.path);
        if (finding && !finding.elements.includes(name)) finding.elements.push(name);
      }
    }
  }

  /** The finding that costs an extent, or `undefined` when some copy of its chunk is good. */
  #lost(id, extent) {
    const chunks = this.library.sets.get(id)?.chunks.get(extent.chunk) ?? [];
    let finding;
    for (const chunk of chunks) {
      const bad = this.bad.get(keyOfChunk(chunk));
      const cut = !chunk.whole && !bad;
      if (!cut && (!bad || (bad.units && !bad.units.has(extent.unit)))) return undefined;
      if (bad) finding = bad.finding;
    }
    return finding ?? this.#missing(id, extent.chunk);
  }

  /** The finding for a chunk of which no tape has a copy. */
  #missing(id, sequence) {
    const key = `${id}:${sequence}`;
    const known =
      this.absent.get(key) ??
      this.findings.find((finding) => finding.set === id && finding.problem.startsWith('the chunk is not there'));
    if (known) return known;
    const tape = this.library.sets.get(id ?? '')?.places.get(sequence) ?? 'unknown';
    const finding = this.#find(tape, null, id ?? null, nameMissing(this.library, id ?? '', sequence));
    this.absent.set(key, finding);
    return finding;
  }
}

/** The CRC32 of a payload, read piece by piece. */
function payloadCrc(chunk) {
  let crc = 0;
  for (let at = 0; at < chunk.payload; at += DATA_RECORD) {
    crc = crc32(readPayload(chunk, at, Math.min(DATA_RECORD, chunk.payload - at)), crc);
  }
  return crc;
}

/** The names of the tapes that hold chunks of a set. */
const tapesOf = (set) => new Set([...set.chunks.values()].flat().map((chunk) => chunk.tape.name));

// COMMAND LINE.

const HELP = `Coldframe rescue: lists and restores everything from the tapes alone.

In a vault folder:
  node rescue.mjs                              what is here
  node rescue.mjs list SET [PATH]              what is in a set, or below PATH of it
  node rescue.mjs restore SET [PATH...] --to DIR
  node rescue.mjs verify                       reads everything back and checks it

SET is the name of an object (its latest complete set), the beginning of a set id, or "latest".
PATH is written as "list" shows it. Every element is put at DIR + its path; nothing that exists is overwritten.

  --tapes DIR|FILE          a vault (its folders tapes and import-export), a folder of .tap files or one file; may
                            stand several times
  --passphrase-file FILE    for a sealed vault; asked for on a terminal otherwise
  --recovery-code-file FILE the same with the recovery code
  --accept-unsealed         also tapes that are not sealed though the vault is, or though a passphrase was given: then
                            whoever can write to the folder can have put them there
  --overwrite               replaces files that exist at the destination
  --salvage                 also what is incomplete: reads around lost metadata, and gives files of which content is
                            lost the ending ".partial", with zeros where it was
  --json                    one JSON document on standard output
  --quiet                   no progress
  --force-own-zstd          expands with the decoder in this file even if Node has one

Owners are restored by number and need the administrator. python3, or else touch, setfattr, mkfifo and mknod, is used
for what Node cannot do: nanoseconds, extended attributes and ACLs, FIFOs, sockets, devices, file flags.

Exit: 0 done, 1 failed, 2 usage, 3 done with warnings, 10 nothing found, 12 wrong or missing passphrase, 13 damaged data
or missing tapes, 14 destination full. A real tape is read by copying it to a .tap file first.
`;

/** What steers a terminal or turns the direction of what follows. Names of files and arguments may have it, too. */
const STEERING = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;
const plainText = (text) =>
  text.replace(STEERING, (one) => {
    const code = one.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });

let lastProgress = 0;

/** One line of progress on a terminal, five times a second. */
function progress(text) {
  if (!process.stderr.isTTY || settings.quiet || Date.now() - lastProgress < 200) return;
  lastProgress = Date.now();
  process.stderr.write(`\r\x1b[K${plainText(text).slice(0, (process.stderr.columns || 80) - 1)}`);
}

/** Takes the line of progress away before something else is shown. */
function clearProgress() {
  if (lastProgress > 0) process.stderr.write('\r\x1b[K');
  lastProgress = 0;
}

/** A line for people on standard error. */
function say(text) {
  clearProgress();
  process.stderr.write(`${plainText(text)}\n`);
}

const output = { pieces: [], size: 0 };

/** Text for standard output, written in large pieces. */
function print(text) {
  output.pieces.push(text);
  output.size += text.length;
  if (output.size > 65_536) flushOutput();
}

function flushOutput() {
  clearProgress();
  let bytes = Buffer.from(output.pieces.join(''));
  output.pieces = [];
  output.size = 0;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(1, bytes));
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/**
 * @typedef {object} Options
 * @property {string[]} words
 * @property {string[]} tapes
 * @property {string} [to]
 * @property {string} [passphraseFile]
 * @property {string} [recoveryCodeFile]
 * @property {boolean} [ownZstd]
 * @property {boolean} [acceptUnsealed]
 * @property {boolean} [quiet]
 * @property {boolean} json
 * @property {boolean} overwrite
 * @property {boolean} salvage
 * @property {boolean} help
 */

const VALUES = {
  '--tapes': 'tapes',
  '--to': 'to',
  '--passphrase-file': 'passphraseFile',
  '--recovery-code-file': 'recoveryCodeFile',
};
const FLAGS = {
  '--json': 'json',
  '--overwrite': 'overwrite',
  '--salvage': 'salvage',
  '--accept-unsealed': 'acceptUnsealed',
  '--quiet': 'quiet',
  '--force-own-zstd': 'ownZstd',
  '--help': 'help',
  '-h': 'help',
};

const usage = (message) => new Trouble('USAGE', EXIT.usage, message, 'node rescue.mjs --help says what there is.');

/** @returns {Options} */
function readArguments(words) {
  /** @type {Options} */
  const options = { words: [], tapes: [], json: false, overwrite: false, salvage: false, help: false };
  for (let i = 0; i < words.length; i++) {
    const [name, attached] = words[i].startsWith('--') ? splitOption(words[i]) : [words[i], undefined];
    if (name === '--') {
      options.words.push(...words.slice(i + 1));
      break;
    }
    if (FLAGS[name]) options[FLAGS[name]] = true;
    else if (VALUES[name]) {
      const value = attached ?? words[++i];
      if (value === undefined) throw usage(`${name} needs a value.`);
      if (name === '--tapes') options.tapes.push(value);
      else options[VALUES[name]] = value;
    } else if (name.startsWith('-') && name.length > 1) throw usage(`There is no option ${name}.`);
    else options.words.push(name);
  }
  settings.ownZstd = options.ownZstd === true || process.env.COLDFRAME_OWN_ZSTD === '1';
  settings.quiet = options.quiet === true;
  options.passphraseFile ??= options.recoveryCodeFile ? undefined : process.env.COLDFRAME_PASSPHRASE_FILE;
  return options;
}

function splitOption(word) {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The tape files that were named, or those of the vault that this file or the working folder is. */
function tapePaths(options) {
  const places = options.tapes;
  const own = nodePath.dirname(fileURLToPath(import.meta.url));
  const paths = places.length > 0 ? places.flatMap(tapesAt) : (firstWithTapes([own, process.cwd()]) ?? []);
  if (paths.length > 0) return [...new Set(paths.map((path) => nodePath.resolve(path)))];
  const where = places.length > 0 ? places.join(', ') : process.cwd();
  throw new Trouble(
    'NO_SUCH_VAULT',
    EXIT.nothing,
    `There are no tapes in ${where}.`,
    'Run this in a vault folder, or name the place of the .tap files with --tapes.',
  );
}

function firstWithTapes(folders) {
  return folders.map(tapesAt).find((paths) => paths.length > 0);
}

/** The `.tap` files of a vault, also of its import/export slot, or of a folder, or the file itself. */
function tapesAt(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (!stat)
    throw new Trouble(
      'NO_SUCH_VAULT',
      EXIT.nothing,
      `${place} does not exist.`,
      'Name a vault, a folder of .tap files or one such file.',
    );
  if (!stat.isDirectory()) return [place];
  const inVault = ['tapes', 'import-export'].flatMap((name) => tapesIn(nodePath.join(place, name)));
  return inVault.length > 0 ? inVault : tapesIn(place);
}

function tapesIn(folder) {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = fs.readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.tap'));
  return names.sort().map((name) => nodePath.join(folder, name));
}

/** The secret from a file, if one was named. @returns {Secret | undefined} */
function secretFromFile(options) {
  const path = options.passphraseFile ?? options.recoveryCodeFile;
  if (path === undefined) return undefined;
  try {
    // Coldframe takes either there, too: in an emergency nobody should have to find the right option.
    return { kind: options.passphraseFile ? 'either' : 'recovery-code', bytes: fs.readFileSync(path) };
  } catch (error) {
    throw new Trouble(
      'PASSPHRASE_MISSING',
      EXIT.secret,
      `${path} cannot be read: ${reasonOf(error)}`,
      'Name a file that holds the passphrase or recovery code.',
    );
  }
}

/** Asks on the terminal without showing what is typed. @returns {Promise<Secret>} */
function askSecret() {
  const input = process.stdin;
  say('');
  process.stderr.write('Passphrase or recovery code: ');
  input.setRawMode(true);
  input.setEncoding('utf8');
  return new Promise((resolve) => {
    let typed = '';
    const onData = (keys) => {
      for (const key of keys) {
        if (key === '\u0003') process.exit(EXIT.cancelled);
        if (key === '\r' || key === '\n') {
          input.off('data', onData).setRawMode(false);
          input.pause();
          process.stderr.write('\n');
          resolve({ kind: 'either', bytes: Buffer.from(typed) });
          return;
        }
        typed = key === '\u007f' || key === '\b' ? Array.from(typed).slice(0, -1).join('') : typed + key;
      }
    };
    input.on('data', onData);
    input.resume();
  });
}

/** Whoever gives a secret believes that the vault is sealed: tapes that are not could be anybody's. */
const unusedSecret = () =>
  new Trouble(
    'PASSPHRASE_UNUSED',
    EXIT.secret,
    'A passphrase or recovery code was given, and none of these tapes is sealed.',
    'If the vault never was sealed, leave it out (COLDFRAME_PASSPHRASE_FILE too) or add --accept-unsealed. If it was, somebody replaced its tapes: nothing here is to be trusted.',
  );

/** Opens sealed vaults. Three attempts on a terminal. */
async function unlock(library, options) {
  const given = secretFromFile(options);
  if (given && !options.acceptUnsealed && library.tapes.every((tape) => tape.sealed === false)) throw unusedSecret();
  let { sealed, open } = unlockVaults(library, given);
  for (let attempt = 0; attempt < 3 && open < sealed && !given && process.stdin.isTTY; attempt++) {
    ({ sealed, open } = unlockVaults(library, await askSecret()));
    if (open < sealed) say('That does not open the vault.');
  }
  if (sealed === 0 || open > 0) {
    if (open < sealed) say(`${count(sealed - open, 'vault')} stays closed: its passphrase is another one.`);
    return;
  }
  if (!given && !process.stdin.isTTY) {
    throw new Trouble(
      'PASSPHRASE_MISSING',
      EXIT.secret,
      'The vault is sealed and no passphrase was given.',
      'Use --passphrase-file or --recovery-code-file.',
    );
  }
  throw new Trouble(
    'PASSPHRASE_WRONG',
    EXIT.secret,
    'The passphrase or recovery code does not open the vault.',
    'Try the other one of the two, or an earlier passphrase: a tape has the one of its last unmount.',
  );
}

/** Later sets that were passed over because something of them is lost. Never all well. */
const passedOver = [];
/** Tapes that were left out, or some of their chunks, because they are not sealed, or newer than this reader. Never all well. */
const ignored = [];

const noSealedTape = (number) =>
  new Trouble(
    'VAULT_UNSEALED',
    EXIT.damaged,
    `The library says that the vault is sealed, and ${number === 1 ? 'the tape' : 'none of the tapes'} here is ${number === 1 ? 'not' : 'sealed'}.`,
    'Find the sealed tapes. --accept-unsealed uses these; be sure then that you know where they come from.',
  );

/** Opens, unlocks and reads all tapes. */
async function openLibrary(options, scan) {
  const library = openTapes(tapePaths(options), options.acceptUnsealed === true);
  for (const path of library.strangers) say(`${path} is not a tape of Coldframe.`);
  for (const path of library.unsealed) {
    ignored.push(path);
    say(`${path} is not sealed, and the vault is: nothing of it is used. Somebody may have put it there to pass`);
    say('something off as a backup; --accept-unsealed uses it all the same.');
  }
  if (library.tapes.length === 0) {
    if (library.unsealed.length > 0) throw noSealedTape(library.unsealed.length);
    if (library.newer.length > 0) throw library.newer[0].error;
    throw new Trouble('NO_SUCH_VAULT', EXIT.nothing, 'None of the files is a tape of Coldframe.');
  }
  await unlock(library, options);
  readTapes(library, { scan, salvage: options.salvage });
  for (const { path, error } of library.newer) {
    ignored.push(path);
    say(`${path}: ${error.message} What is of that version is left out. ${error.guidance}`);
  }
  if (library.sets.size === 0 && library.newer.length > 0) throw library.newer[0].error;
  return library;
}

/** The sets of a library, latest first. */
function setsOf(library) {
  const sets = [...library.sets.values()];
  return sets.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Finds the set that the user means. */
function chooseSet(library, wanted) {
  const sets = setsOf(library);
  const named = wanted === 'latest' ? sets : sets.filter((set) => set.name === wanted);
  const objects = new Set(named.map((set) => set.object).filter((id) => id !== undefined));
  if (wanted !== 'latest' && objects.size > 1)
    throw usage(`${count(objects.size, 'object')} on these tapes are called "${wanted}": give the id of a set.`);
  if (named.length > 0) return latestOf(library, named);
  const byId = /^[0-9a-f]{1,32}$/i.test(wanted) ? sets.filter((set) => set.id.startsWith(wanted.toLowerCase())) : [];
  if (byId.length === 1) return byId[0];
  const guidance = 'node rescue.mjs list shows what there is.';
  if (byId.length > 1) throw usage(`${count(byId.length, 'set')} begin with ${wanted}.`);
  throw new Trouble('NO_SUCH_SET', EXIT.nothing, `There is no set or object "${wanted}" on these tapes.`, guidance);
}

/** The latest that is all here, else the latest of which the description is; says so when there is a later one. */
function latestOf(library, sets) {
  const described = sets.find((set) => !whyIncomplete(library, set));
  const whole = sets.find((set) => !whyNotWhole(library, set));
  if (whole && described && whole !== described) {
    say(`${described.title} is later than ${whole.title}, but ${whyNotWhole(library, described)}.`);
    say(`The older one is taken; name ${described.id.slice(0, 8)} for the later one.`);
    passedOver.push(described.id);
  }
  return whole ?? described ?? sets[0];
}

/** A path as the user writes it: `\xNN` and `\\` stand for bytes, on Windows `C:\x` for `/C:/x`. */
function parsePath(text) {
  const drive = /^[A-Za-z]:([\\/]|$)/.test(text);
  const plain = drive ? `/${text.replaceAll('\\', '/')}` : text;
  const bytes = fromBytes(Buffer.from(plain, 'utf8'));
  const raw = bytes.replace(/\\(\\|x([0-9a-fA-F]{2}))/g, (_, all, hex) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : all,
  );
  const path = `/${raw}`.replace(/\/+/g, '/').replace(/\/$/, '');
  return path === '' ? '/' : path;
}

/**
 * Whether a path is wanted as a whole, only as a folder on the way, or not at all. What was found is noted.
 * @param {string[]} paths @param {Set<string>} found those of the paths at which there is something
 */
function wantsOf(paths, found = new Set()) {
  /** @returns {'all' | 'folder' | undefined} */
  const everything = () => 'all';
  if (paths.length === 0 || paths.includes('/')) return everything;
  const onTheWay = new Set(paths.flatMap((path) => ['/', ...ancestorsOf(path)]));
  /** @returns {'all' | 'folder' | undefined} */
  return (path) => {
    const why = paths.filter((wanted) => path === wanted || path.startsWith(`${wanted}/`));
    for (const wanted of why) found.add(wanted);
    if (why.length > 0) return 'all';
    return onTheWay.has(path) ? 'folder' : undefined;
  };
}

/** Where the elements of each set of a chain come from: metadata, chunk indexes when salvaging, or nowhere. */
function sourceOf(chain, salvage, onLoss) {
  let broken = false;
  return function* source(set) {
    if (broken && !salvage) return;
    if (checkMetadata(set)) return yield* listedBy(set);
    broken = true;
    const behind = set === chain[0] ? '' : ' The elements that are unchanged since then are not restored.';
    onLoss(
      `The metadata of ${set.title} cannot be read: ${set.problem}.${salvage ? ' Its chunks are searched instead.' : behind}`,
    );
    if (salvage) yield* salvagedFrom(set, onLoss);
  };
}

/** What `list` says of all sets, as data. */
function describeSet(library, set) {
  const incomplete = whyNotWhole(library, set);
  return {
    id: set.id,
    object: set.name ?? null,
    level: set.level ?? null,
    parent: set.parent ?? null,
    createdAt: set.createdAt ? new Date(set.createdAt).toISOString() : null,
    elements: set.header?.counts?.elements ?? null,
    logicalBytes: set.header?.counts?.logicalBytes ?? null,
    complete: !incomplete,
    problem: incomplete ?? null,
    tapes: [...tapesOf(set)].sort(inOrder),
    missingTapes: lackOf(library, set)?.tapes ?? [],
  };
}

const describeTape = (tape) => ({
  file: tape.file.path,
  volume: tape.volume ?? null,
  vault: tape.front.vault ?? null,
  vaultName: tape.front.vaultName || null,
  sealed: tape.sealed ?? null,
  open: !tape.locked,
  chunks: tape.chunks.length,
  bytes: tape.file.size,
  tail: tape.tail !== undefined,
});

/** Lines of columns, as wide as they need to be. */
function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, i) => cell.padEnd(widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `list` without a set, and the first screen. */
async function listSets(options, first) {
  const library = await openLibrary(options, false);
  const sets = setsOf(library).map((set) => describeSet(library, set));
  const tapes = library.tapes.map(describeTape);
  if (options.json) print(`${JSON.stringify({ tapes, sets, ignoredTapes: ignored })}\n`);
  else printSets(tapes, sets, first);
  return sets.length > 0 ? EXIT.done : EXIT.nothing;
}

/** The screen that says what is here and how to go on. */
function printSets(tapes, sets, first) {
  if (first) print('Coldframe rescue: lists and restores from the tapes alone.\n\n');
  print(`${count(tapes.length, 'tape')}\n`);
  const tapeRow = (tape) => [
    tape.volume ?? '?',
    tape.vaultName ?? '',
    tape.sealed ? (tape.open ? 'sealed, open' : 'sealed, closed') : 'not sealed',
    count(tape.chunks, 'chunk'),
    showSize(tape.bytes),
    tape.tail ? '' : 'not unmounted in order',
  ];
  print(columns([['VOLUME', 'VAULT', 'SEAL', 'CHUNKS', 'SIZE', ''], ...tapes.map(tapeRow)]));
  print(`\n${count(sets.length, 'set')}\n`);
  if (sets.length === 0) return;
  print(columns([['SET', 'OBJECT', 'LEVEL', 'MADE (UTC)', 'ELEMENTS', 'SIZE', 'TAPES', 'STATE'], ...sets.map(setRow)]));
  if (first) print(hints(sets));
}

function setRow(set) {
  return [
    set.id.slice(0, 8),
    set.object ?? '?',
    set.level ?? '?',
    set.createdAt ? showTime(Date.parse(set.createdAt)) : '-',
    String(set.elements ?? '-'),
    set.logicalBytes === null ? '-' : showSize(set.logicalBytes),
    set.tapes.join(' '),
    set.complete ? 'complete' : `incomplete: ${set.problem}`,
  ];
}

/** Commands to go on with, made for what is here. */
function hints(sets) {
  const example = sets.find((set) => set.complete) ?? sets[0];
  const name = example.object && /^[\w.-]+$/.test(example.object) ? example.object : example.id.slice(0, 8);
  return `\nTo go on:\n${columns([
    [`node rescue.mjs list ${name}`, 'what is in it'],
    [`node rescue.mjs restore ${name} --to DIR`, 'all of it'],
    [`node rescue.mjs restore ${name} /PATH --to DIR`, 'one file or folder of it'],
    ['node rescue.mjs verify', 'reads everything back and checks it'],
    ['node rescue.mjs --help', 'all the rest'],
  ])}`;
}

const LIST_TYPES = ['file', 'dir', 'symlink', 'fifo', 'socket', 'chardev', 'blockdev'];
const LIST_LETTERS = ['-', 'd', 'l', 'p', 's', 'c', 'b'];
const LIST_SORTED = 200_000;

/** The element as data, in the form that `ls` of the product has. */
function describeElement(found) {
  const { element, set } = found;
  const text = utf8Of(element.path);
  return {
    path: text ?? toBytes(element.path).toString('utf8'),
    ...(text === undefined ? { pathBase64: toBytes(element.path).toString('base64') } : {}),
    type: LIST_TYPES[element.type],
    bytes: element.size,
    modifiedAt: isoTime(element),
    mode: element.mode,
    ...(element.type === TYPE.link ? { target: show(element.target) } : {}),
    set: set.id,
  };
}

/** ISO 8601 for any time that a Date can hold. */
function isoTime(element) {
  const date = new Date(element.seconds * 1000 + Math.floor(element.nanos / 1e6));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** `drwxr-xr-x` */
function modeText({ type, mode }) {
  const letters = Array.from('rwxrwxrwx').map((letter, i) => (mode & (0o400 >> i) ? letter : '-'));
  const special = [0o4000, 0o2000, 0o1000];
  special.forEach((bit, i) => {
    if (mode & bit) letters[3 * i + 2] = letters[3 * i + 2] === 'x' ? 'sst'[i] : 'SST'[i];
  });
  return LIST_LETTERS[type] + letters.join('');
}

function elementLine({ element }) {
  const owner = `${element.user || element.uid} ${element.group || element.gid}`.padEnd(17);
  const size = element.type >= TYPE.character ? `${element.major}, ${element.minor}` : String(element.size);
  const time = isoTime(element)?.slice(0, 19).replace('T', ' ') ?? '-';
  const target = element.type === TYPE.link ? ` -> ${show(element.target)}` : '';
  const links = element.links > 1 && element.type !== TYPE.directory ? ` (${element.links} names)` : '';
  return `${modeText(element)} ${owner} ${size.padStart(12)} ${time} ${show(element.path)}${target}${links}\n`;
}

/** `list SET [PATH]`. Sorted as long as the list has a size that can be; longer ones are sorted in runs. */
async function listElements(options, wanted, path) {
  const library = await openLibrary(options, false);
  const set = chooseSet(library, wanted);
  const chain = chainOf(library, set);
  const wants = wantsOf(path === undefined ? [] : [parsePath(path)]);
  const losses = [];
  let run = [];
  let total = 0;
  const printRun = () => {
    run.sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const found of run) {
      print(options.json ? `${total++ ? ',' : ''}${JSON.stringify(describeElement(found))}` : elementLine(found));
    }
    if (!options.json) total += run.length;
    run = [];
  };
  if (options.json) print('{"entries":[');
  for (const found of elementsOf(
    chain,
    sourceOf(chain, options.salvage, (why) => losses.push(why)),
  )) {
    if (!found.element || wants(found.path) !== 'all') continue;
    if (found.piece && found.extents.length > 0 && found.extents[0].start > 0) continue;
    run.push({ path: found.path, element: found.element, set: found.set });
    if (run.length >= LIST_SORTED) printRun();
  }
  printRun();
  if (options.json) print(`],"set":${JSON.stringify(describeSet(library, set))}}\n`);
  else for (const why of losses) say(why);
  if (losses.length > 0) return EXIT.damaged;
  if (total > 0) return EXIT.done;
  if (!options.json)
    say(path === undefined ? 'The set has no elements.' : `There is nothing at ${path} in ${set.title}.`);
  return path === undefined ? EXIT.done : EXIT.nothing;
}

/** `restore SET [PATH...] --to DIR`. */
async function restoreSet(options, wanted, paths) {
  if (options.to === undefined) throw usage('restore needs --to DIR.');
  const started = Date.now();
  const library = await openLibrary(options, false);
  const set = chooseSet(library, wanted);
  const chain = chainOf(library, set);
  if (!checkMetadata(set) && !options.salvage) {
    throw new Trouble(
      'TAPE_DAMAGED',
      EXIT.damaged,
      `The metadata of ${set.title} cannot be read: ${set.problem}.`,
      'Add the tapes that are missing, or use --salvage to restore what the chunks that are here hold.',
    );
  }
  const missing = missingVolumes(library, chain);
  if (!options.json) {
    say(`Restoring ${set.title} to ${options.to}`);
    if (missing.length > 0) say(`Not here: tape ${missing.join(', ')}. What lies on it cannot be restored.`);
  }
  const losses = [];
  const parsed = paths.map(parsePath);
  const found = new Set(parsed.includes('/') ? parsed : []);
  const restore = new Restore(library, new Destination(options.to), {
    overwrite: options.overwrite,
    salvage: options.salvage,
    wants: wantsOf(parsed, found),
  });
  const source = sourceOf(chain, options.salvage, (why) => losses.push(why));
  try {
    for (const element of elementsOf(chain, source)) restore.take(element);
    restore.finish();
  } catch (error) {
    restore.abandon();
    throw error;
  }
  const absent = paths.filter((_, at) => !found.has(parsed[at]));
  const result = { ...restore.result, absent, losses, notSet: [...restore.notSet.values()], missing, set, started };
  if (options.json) print(`${JSON.stringify(restoreJson(result))}\n`);
  else sayRestored(result);
  return restoreExit(result, paths);
}

function restoreExit(result, paths) {
  if (result.losses.length > 0 || result.lost.length > 0 || result.partial.length > 0) return EXIT.damaged;
  if (result.failed.length > 0) return EXIT.failed;
  if (result.matched === 0 && paths.length > 0) return EXIT.nothing;
  const warnings = [result.absent, result.conflicts, result.unreadable, result.notSet];
  return warnings.some((list) => list.length > 0) ? EXIT.warnings : EXIT.done;
}

const restoreJson = (result) => ({
  set: result.set.id,
  restored: result.restored,
  skipped: result.conflicts.length + result.present,
  bytes: result.bytes,
  absent: result.absent,
  conflicts: result.conflicts,
  lost: result.lost,
  partial: result.partial,
  failed: result.failed,
  unreadable: result.unreadable,
  notSet: result.notSet,
  losses: result.losses,
  missingTapes: result.missing,
  ignoredTapes: ignored,
  durationMs: Date.now() - result.started,
});

/** A line that a screen can hold: paths may be longer than that. */
const brief = (line) => (line.length > 600 ? `${line.slice(0, 280)} [...] ${line.slice(-280)}` : line);

/** What a restore did, and plainly what it did not do. */
function sayRestored(result) {
  const listed = (title, lines) => {
    if (lines.length > 0) say(`${title}\n${lines.map((line) => `  ${brief(line)}`).join('\n')}`);
  };
  const because = ({ path, why }) => `${path}: ${why}`;
  say(`Restored: ${count(result.restored, 'element')}, ${showSize(result.bytes)}.`);
  if (result.present > 0) say(`There already, of the same size and time: ${count(result.present, 'element')}.`);
  if (result.keptFolders > 0) {
    say(`${count(result.keptFolders, 'folder')} existed and kept owner, mode and time (--overwrite sets them).`);
  }
  listed('Exists at the destination and was left as it is (--overwrite replaces it):', result.conflicts);
  listed('Could not be read when the backup was made, so there is no content:', result.unreadable);
  listed(
    'Could not be set:',
    result.notSet.map((entry) => `${entry.what}, ${count(entry.count, 'element')}, first ${entry.first}: ${entry.why}`),
  );
  listed('Could not be written:', result.failed.map(because));
  listed('Damaged or missing on the tapes:', result.lost.map(because));
  listed(
    'Written in part; missing content is zeros, or was a hole:',
    result.partial.map((entry) => `${entry.path}: ${showSize(entry.bytes)} of ${showSize(entry.size)}`),
  );
  listed('Lost:', result.losses);
  if (result.lost.length > result.partial.length && result.partial.length === 0)
    say('--salvage also writes files of which content is lost, as far as it goes.');
  listed('Not in the set:', result.absent);
}

/** `verify`. */
async function verifyTapes(options) {
  const library = await openLibrary(options, true);
  const { findings, notes, chunks, bytes } = new Verification(library).run();
  const incomplete = setsOf(library)
    .map((set) => ({ id: set.id, title: set.title, why: whyIncomplete(library, set) }))
    .filter(({ why }) => why !== undefined);
  if (options.json) {
    const sets = library.sets.size;
    print(
      `${JSON.stringify({ sets, chunks, bytes, damaged: findings, incomplete: incomplete.map(({ id, why }) => ({ id, why })), notes, ignoredTapes: ignored })}\n`,
    );
  } else {
    for (const note of notes) say(note);
    for (const { title, why } of incomplete) say(`Incomplete: ${title}: ${why}`);
    for (const finding of findings) sayFinding(finding);
    say(
      `Read ${count(chunks, 'chunk')} of ${count(library.sets.size, 'set')}, ${showSize(bytes)}: ${findings.length === 0 ? 'all intact.' : `${findings.length} damaged or missing.`}`,
    );
  }
  return findings.length === 0 ? EXIT.done : EXIT.damaged;
}

function sayFinding({ tape, chunk, set, problem, elements }) {
  const where = chunk === null ? `Tape ${tape}` : `Tape ${tape}, chunk ${chunk}`;
  say(`${where}${set ? `, set ${set.slice(0, 8)}` : ''}: ${problem}`);
  for (const element of elements) say(`  costs ${element}`);
}

/** Does what the command line asks and returns the exit code. */
async function run(options) {
  const [command, ...words] = options.words;
  if (options.help || command === 'help') {
    print(HELP);
    return EXIT.done;
  }
  if (command === undefined) return listSets(options, true);
  if (command === 'list' && words.length === 0) return listSets(options, false);
  if (command === 'list' && words.length <= 2) return listElements(options, words[0], words[1]);
  if (command === 'restore' && words.length > 0) return restoreSet(options, words[0], words.slice(1));
  if (command === 'verify' && words.length === 0) return verifyTapes(options);
  throw usage(command === 'restore' ? 'restore needs a set.' : `"${options.words.join(' ')}" is no command.`);
}

/** Says what went wrong, as text or as the JSON of the product. */
function report(error, json) {
  const trouble =
    error instanceof Trouble
      ? error
      : new Trouble(
          error instanceof Damage ? 'TAPE_DAMAGED' : 'INTERNAL',
          error instanceof Damage ? EXIT.damaged : EXIT.failed,
          reasonOf(error),
        );
  if (json)
    print(
      `${JSON.stringify({ error: { code: trouble.code, message: trouble.message, guidance: trouble.guidance, context: {} } })}\n`,
    );
  else say(`${trouble.message}${trouble.guidance ? `\n${trouble.guidance}` : ''}`);
  if (trouble.code === 'INTERNAL' && process.env.COLDFRAME_DEBUG) say(String(error.stack));
  return trouble.exit;
}

/** Runs as a program: the exit code is the result. */
async function main(words) {
  let options;
  try {
    options = readArguments(words);
    const exit = await run(options);
    return exit === EXIT.done && ignored.length + passedOver.length > 0 ? EXIT.warnings : exit;
  } catch (error) {
    return report(error, options?.json ?? words.includes('--json'));
  } finally {
    flushOutput();
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fs.realpathSync(fileURLToPath(import.meta.url))) {
  process.exitCode = await main(process.argv.slice(2));
}

import { createHash } from 'node:crypto';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { openPositional, type PositionalFile } from '../../platform/positional-file.ts';
import { containerImage, MAX_RECORD_BYTES } from './container.ts';
import type { TapeItem, TapeMedium } from './medium.ts';
import { openToRead } from './open-medium.ts';
import { tapeDamaged } from './tape-errors.ts';
import { TapeReader } from './tape-reader.ts';
import { glanceAtTape } from './tape-shelf.ts';
import type { TapeReadThrough, TapeTransferAnswer, TapeTransferRequest } from './tape-transfer-protocol.ts';

const PIECE_BYTES = 1_048_576;
/** What is said of the damage of one tape. */
const DAMAGE_KEPT = 100;

type Hear = (answer: Extract<TapeTransferAnswer, { kind: 'progress' }>) => void;

/**
 * Makes a file of a tape, byte for byte, flushes it, and reads that file through: every header, every checksum. With `compare` the file
 * is there and has to be the same; null when it is not. Without a file to make, one is only read through, twice: once for its digest, then for its checksums. Of a tape in a drive the file has what a virtual tape with the same items would. Damage is told,
 * not thrown, but for a place that a drive cannot read. Synchronous, for a worker thread. Errors: TAPE_*, PASSPHRASE_MISSING, CANCELLED, DISK_FULL, IO, and
 * as of a drive; what was made of the file then counts for nothing.
 */
export const transferTape = (request: TapeTransferRequest, hear: Hear): TapeReadThrough | null => {
  const demandGoing = (): void => {
    if (Atomics.load(request.cancelled, 0) === 0) return;
    throw new ColdframeError('CANCELLED', { message: 'It was cancelled.', guidance: 'Nothing was changed.' });
  };
  const { from, to, access } = request;
  if (access === null) return onlyCopied(request, demandGoing, hear);
  if (to === null) return onlyRead(from.path, access, demandGoing, hear);
  const moved = from.device
    ? movedFromDrive(from, to, demandGoing, hear)
    : movedFromFile(from.path, to, request.compare, demandGoing, hear);
  return moved === null ? null : { ...moved, ...readThrough(to, access, demandGoing, hear) };
};

const onlyCopied = (
  { from, to, compare }: TapeTransferRequest,
  demandGoing: () => void,
  hear: Hear,
): TapeReadThrough | null => {
  if (to === null || from.device !== undefined) throw new RangeError('only a file is copied without a look at it');
  const moved = movedFromFile(from.path, to, compare, demandGoing, hear);
  const same = compare ? moved : movedFromFile(from.path, to, true, demandGoing, hear);
  return moved === null || same === null || moved.sha256 !== same.sha256
    ? null
    : { ...moved, places: [], damage: [], ended: false };
};

const onlyRead = (
  path: string,
  access: NonNullable<TapeTransferRequest['access']>,
  demandGoing: () => void,
  hear: Hear,
): TapeReadThrough => {
  // The digest comes first: what changes after it is checked, but is not what the digest says, and so goes onto no tape.
  const whole = unwoundAlone(path, demandGoing, hear);
  const found = readThrough(path, access, demandGoing, hear);
  return { ...found, ...whole.moved, damage: [...found.damage, ...whole.damage] };
};

/** The digest of a file's items; a place that cannot be read is damage. */
const unwoundAlone = (
  path: string,
  demandGoing: () => void,
  hear: Hear,
): { readonly moved: Moved; readonly damage: readonly string[] } => {
  const medium = openToRead({ path });
  try {
    return { moved: unwound(medium, null, demandGoing, hear), damage: [] };
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged') throw error;
    return { moved: { bytes: 0, sha256: '' }, damage: [error.message] };
  } finally {
    medium.close();
  }
};

type Moved = Pick<TapeReadThrough, 'bytes' | 'sha256'>;

const movedFromFile = (
  from: string,
  to: string,
  compare: boolean,
  demandGoing: () => void,
  hear: Hear,
): Moved | null => {
  const source = openPositional(from, 'read');
  try {
    const target = openPositional(to, compare ? 'read' : 'create');
    try {
      return compare ? compared(source, target, demandGoing, hear) : copied(source, target, demandGoing, hear);
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
};

const movedFromDrive = (from: TapeTransferRequest['from'], to: string, demandGoing: () => void, hear: Hear): Moved => {
  const medium = openToRead(from);
  try {
    const target = openPositional(to, 'create');
    try {
      return unwound(medium, target, demandGoing, hear);
    } finally {
      target.close();
    }
  } finally {
    medium.close();
  }
};

/** Writes what lies on a tape to a file, if there is one, in the container, from its beginning to the end of what was written. */
const unwound = (medium: TapeMedium, target: PositionalFile | null, demandGoing: () => void, hear: Hear): Moved => {
  const digest = createHash('sha256');
  let at = 0;
  let told = 0;
  for (let block = 0; ; block += 1) {
    demandGoing();
    const item = readAt(medium, block, at);
    if (item.kind === 'end') break;
    const bytes = containerImage([item.kind === 'mark' ? null : item.data]);
    digest.update(bytes);
    target?.write(bytes, at);
    at += bytes.length;
    if (at - told < PIECE_BYTES) continue;
    told = at;
    hear({ kind: 'progress', phase: target === null ? 'comparing' : 'copying', bytes: at });
  }
  target?.sync();
  return { bytes: at, sha256: digest.digest('hex') };
};

/** The next item; what goes wrong says where. */
const readAt = (medium: TapeMedium, block: number, at: number): TapeItem => {
  let item: TapeItem;
  try {
    item = medium.read();
  } catch (thrown) {
    const { code, message, guidance, context } = asColdframeError(thrown);
    throw new ColdframeError(code, {
      message: `${medium.name} cannot be read at block ${block} (byte ${at}): ${message}`,
      guidance,
      context: { ...context, block, offset: at },
      cause: thrown,
    });
  }
  if (item.kind === 'record' && (item.data.length % 2 !== 0 || item.data.length > MAX_RECORD_BYTES))
    throw tapeDamaged(
      medium.name,
      `block ${block} has ${item.data.length} bytes, as no record of a tape of a vault has`,
      at,
    );
  return item;
};

const copied = (source: PositionalFile, target: PositionalFile, demandGoing: () => void, hear: Hear): Moved => {
  const digest = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const bytes = source.length();
  for (let at = 0; at < bytes; ) {
    demandGoing();
    const part = piece.subarray(0, Math.min(piece.length, bytes - at));
    source.read(part, at);
    digest.update(part);
    target.write(part, at);
    at += part.length;
    hear({ kind: 'progress', phase: 'copying', bytes: at });
  }
  target.sync();
  return { bytes, sha256: digest.digest('hex') };
};

const compared = (one: PositionalFile, other: PositionalFile, demandGoing: () => void, hear: Hear): Moved | null => {
  const digest = createHash('sha256');
  const bytes = one.length();
  if (other.length() !== bytes) return null;
  const [piece, there] = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)];
  for (let at = 0; at < bytes; ) {
    demandGoing();
    const length = Math.min(PIECE_BYTES, bytes - at);
    one.read(piece.subarray(0, length), at);
    other.read(there.subarray(0, length), at);
    if (!piece.subarray(0, length).equals(there.subarray(0, length))) return null;
    digest.update(piece.subarray(0, length));
    at += length;
    hear({ kind: 'progress', phase: 'comparing', bytes: at });
  }
  return { bytes, sha256: digest.digest('hex') };
};

const readThrough = (
  path: string,
  access: NonNullable<TapeTransferRequest['access']>,
  demandGoing: () => void,
  hear: Hear,
): Pick<TapeReadThrough, 'places' | 'damage' | 'ended'> => {
  const places: ChunkPlace[] = [];
  const damage: string[] = [];
  const note = ({ message }: ColdframeError): void => {
    if (damage.length < DAMAGE_KEPT) damage.push(message);
  };
  const reader = TapeReader.open({ ...access, path });
  try {
    if (reader.frontDamage) note(reader.frontDamage);
    let memory = Buffer.alloc(0);
    let bytes = 0;
    for (const finding of reader.scan({ headers: true })) {
      demandGoing();
      if (finding.kind === 'damage') {
        note(finding.error);
        continue;
      }
      const { place } = finding;
      if (memory.length < place.payloadBytes) memory = Buffer.allocUnsafeSlow(place.payloadBytes);
      try {
        reader.readChunkPayload(place, memory);
      } catch (thrown) {
        const error = asColdframeError(thrown);
        if (error.kind !== 'damaged') throw error;
        note(error);
        continue;
      }
      places.push(place);
      bytes += place.payloadBytes;
      hear({ kind: 'progress', phase: 'reading back', bytes });
    }
    const tail = reader.tail();
    const ended = tail === null ? glanceAtTape(path).bare : tail.trailer.chunks === places.length;
    return { places, damage, ended };
  } finally {
    reader.close();
  }
};

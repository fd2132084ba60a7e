import type { Millis, TapeId, VaultId } from '../../../shared/units.ts';
import { tapeId } from '../../../shared/units.ts';
import { tapeDamaged } from './tape-errors.ts';

/** ANSI X3.27 labels of 80 bytes: docs/MEDIA-FORMAT.md, section 2. */
export const LABEL_BYTES = 80;
const SYSTEM = 'COLDFRAME';
const DAY = 86_400_000;

export interface VolumeLabel {
  readonly volume: TapeId;
  /** First 14 hexadecimal digits of the vault id. */
  readonly owner: string;
}

/** `HDR1` before the content, `EOF1` behind it, `EOV1` behind it when the tape was left because it was full. */
export type FileLabelName = 'HDR1' | 'EOF1' | 'EOV1';

export interface FileLabel {
  readonly name: FileLabelName;
  readonly createdAt: Millis;
  /** Chunks on the tape; modulo 10^6 on tape, 0 in HDR1. */
  readonly chunks: number;
}

/** `VOL1`: names the tape and its vault. */
export const encodeVolumeLabel = (volume: TapeId, vault: VaultId): Buffer =>
  ascii(['VOL1', volume, ' ', ' '.repeat(13), SYSTEM.padEnd(13), vault.slice(0, 14), ' '.repeat(28), '4']);

/** Reads `VOL1`. Throws TAPE_DAMAGED when the record is no such label of ours. `tape` is for the message. */
export const decodeVolumeLabel = (record: Uint8Array, tape: string): VolumeLabel => {
  const text = labelText(record, tape);
  const volume = text.slice(4, 10);
  if (!text.startsWith('VOL1') || text.slice(24, 37) !== SYSTEM.padEnd(13) || !/^[A-Z0-9]{6}$/.test(volume))
    throw tapeDamaged(tape, 'it does not begin with a label of Coldframe', 0);
  return { volume: tapeId(volume), owner: text.slice(37, 51) };
};

/** `HDR1`, `EOF1` or `EOV1`. */
export const encodeFileLabel = (label: FileLabel, vault: VaultId): Buffer =>
  ascii([
    label.name,
    SYSTEM.padEnd(17),
    vault.slice(0, 6).toUpperCase(),
    '0001',
    '0001',
    '0001',
    '00',
    labelDate(label.createdAt),
    ' 00000',
    ' ',
    String(label.chunks % 1_000_000).padStart(6, '0'),
    SYSTEM.padEnd(13),
    ' '.repeat(7),
  ]);

/** The name of a file label. Throws TAPE_DAMAGED when the record is none of ours. */
export const decodeFileLabel = (record: Uint8Array, tape: string): FileLabelName => {
  const text = labelText(record, tape);
  const name = (['HDR1', 'EOF1', 'EOV1'] as const).find((candidate) => text.startsWith(candidate));
  if (name === undefined || text.slice(4, 21) !== SYSTEM.padEnd(17))
    throw tapeDamaged(tape, 'a file label is not one of Coldframe');
  return name;
};

/** `cyyddd`: a space or `0` for the century, two digits of the year, the day of the year from 001. */
export const labelDate = (time: Millis): string => {
  const year = new Date(time).getUTCFullYear();
  const day = Math.floor((time - Date.UTC(year, 0, 1)) / DAY) + 1;
  return `${year < 2000 ? ' ' : Math.floor(year / 100) - 20}${String(year % 100).padStart(2, '0')}${String(day).padStart(3, '0')}`;
};

const ascii = (fields: readonly string[]): Buffer => {
  const label = Buffer.from(fields.join(''), 'latin1');
  if (label.length !== LABEL_BYTES) throw new RangeError(`a label has ${label.length} bytes`);
  return label;
};

const labelText = (record: Uint8Array, tape: string): string => {
  if (record.length !== LABEL_BYTES)
    throw tapeDamaged(tape, `a label has ${record.length} bytes instead of ${LABEL_BYTES}`);
  return Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('latin1');
};

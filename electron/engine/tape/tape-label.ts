import { asColdframeError } from '../../../shared/errors.ts';
import { bytes, type Millis, type TapeId, type VaultId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { ContainerItem } from './container.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import { decodeFileLabel, decodeVolumeLabel, encodeFileLabel, encodeVolumeLabel } from './labels.ts';
import type { TapeItem, TapeMedium, TapePosition } from './medium.ts';
import { decodeNodeHeader, encodeNodeHeader, type NodeHeader } from './node-header.ts';
import { encodeReadme } from './readme-text.ts';
import { tapeDamaged, tapeMismatch } from './tape-errors.ts';

export interface LabelRequest {
  readonly vault: { readonly id: VaultId; readonly name: string };
  readonly volume: TapeId;
  readonly barcode: string;
  readonly pool: string;
  /** Counts the tapes of the vault in the order of labelling, from 1. */
  readonly sequence: number;
  readonly labelledAt: Millis;
  /** Empty when the vault is not sealed. */
  readonly envelopes: readonly KeyEnvelope[];
}

/** Tape files 0 to 2 of a new tape: labels, README, node header. Source: docs/MEDIA-FORMAT.md, section 2. */
export const encodeTapeStart = (request: LabelRequest): ContainerItem[] => {
  const sealed = request.envelopes.length > 0;
  const { vault, volume, barcode, pool, sequence } = request;
  return [
    encodeVolumeLabel(volume, vault.id),
    encodeFileLabel({ name: 'HDR1', createdAt: request.labelledAt, chunks: 0 }, vault.id),
    null,
    ...encodeReadme(volume, vault.name, sealed),
    null,
    encodeNodeHeader({
      vault,
      tape: { volume, barcode, pool, sequence, labelledAt: new Date(request.labelledAt).toISOString() },
      sealed,
      envelopes: [...request.envelopes],
    }),
    null,
  ];
};

/** Writes a label at the beginning of a tape of which nothing is kept. Durable when it returns; leaves the medium at its beginning. */
export const writeFront = (medium: TapeMedium, request: LabelRequest): void => {
  medium.locate({ block: 0, offset: 0 });
  medium.eraseRest();
  for (const item of encodeTapeStart(request)) {
    if (item === null) medium.writeFileMarks(1);
    else medium.writeRecords([[item]]);
    failpoint('relabel:after-item');
  }
  medium.flush();
  medium.locate({ block: 0, offset: 0 });
};

/** File marks of a whole front. */
const FRONT_MARKS = 3;
/** The README is one of 32 KiB, or a few. */
const MOST_FRONT_ITEMS = 64;

/**
 * Whether what is on a tape ends within the label that a request describes, as a power loss leaves it that came while that was written: nothing at all, or
 * labels of that volume and vault with less than a whole front behind them. Nothing else can be on it, for writing ends a tape. False for
 * everything that is damaged in another way. Leaves the medium at its beginning. Throws what is no damage, such as IO.
 */
export const isCutInFront = (medium: TapeMedium, request: LabelRequest): boolean => {
  try {
    medium.locate({ block: 0, offset: 0 });
    for (let [count, marks] = [0, 0]; count < MOST_FRONT_ITEMS; count += 1) {
      const item = medium.read();
      if (item.kind === 'end') return true;
      if (item.kind === 'mark') marks += 1;
      if (marks === FRONT_MARKS || !belongsInFront(item, medium.name, count, marks, request)) return false;
    }
    return false;
  } catch (thrown) {
    if (asColdframeError(thrown).kind !== 'damaged') throw thrown;
    return false;
  } finally {
    medium.locate({ block: 0, offset: 0 });
  }
};

/** Whether the item with a number from 0, behind so many file marks, is one of the front of a tape. Throws TAPE_DAMAGED when it cannot be read. */
const belongsInFront = (
  item: Exclude<TapeItem, { kind: 'end' }>,
  name: string,
  number: number,
  marks: number,
  { vault, volume, sequence }: LabelRequest,
): boolean => {
  if (item.kind === 'mark') return number >= 2;
  if (number === 0) {
    const label = decodeVolumeLabel(item.data, name);
    return label.volume === volume && vault.id.startsWith(label.owner);
  }
  if (number === 1) return decodeFileLabel(item.data, name) === 'HDR1';
  if (marks < FRONT_MARKS - 1) return marks > 0;
  const { vault: own, tape } = decodeNodeHeader(item.data, name);
  return own.id === vault.id && tape.volume === volume && tape.sequence === sequence;
};

/** Who a tape is, and where its chunks begin. */
interface TapeIdentity {
  readonly header: NodeHeader;
  readonly start: TapePosition;
}

/**
 * Reads labels and node header; leaves the medium before the first chunk. Errors: TAPE_DAMAGED (no tape of Coldframe,
 * damaged, or of a newer version), IO.
 */
export const readTapeIdentity = (medium: TapeMedium): TapeIdentity => {
  medium.locate({ block: 0, offset: 0 });
  const label = decodeVolumeLabel(recordOf(medium.read(), medium.name), medium.name);
  if (decodeFileLabel(recordOf(medium.read(), medium.name), medium.name) !== 'HDR1')
    throw tapeDamaged(medium.name, 'its second label is not HDR1', bytes(0));
  if (!medium.spaceFileMarks(2)) throw tapeDamaged(medium.name, 'it ends before its node header');
  const header = decodeNodeHeader(recordOf(medium.read(), medium.name), medium.name);
  if (medium.read().kind !== 'mark') throw tapeDamaged(medium.name, 'no file mark follows its node header');
  if (header.tape.volume !== label.volume || !header.vault.id.startsWith(label.owner))
    throw tapeDamaged(medium.name, 'its label and its node header name different tapes');
  return { header, start: medium.position() };
};

/** Whether the volume label of a tape, which may be damaged behind it, is that of a certain tape. Throws what is no damage, such as IO. */
export const isLabelledAs = (
  medium: TapeMedium,
  { vault, volume }: { readonly vault: VaultId; readonly volume: TapeId },
): boolean => {
  try {
    medium.locate({ block: 0, offset: 0 });
    const label = decodeVolumeLabel(recordOf(medium.read(), medium.name), medium.name);
    return label.volume === volume && vault.startsWith(label.owner);
  } catch (thrown) {
    if (asColdframeError(thrown).kind !== 'damaged') throw thrown;
    return false;
  }
};

/** Like `readTapeIdentity`, and demands a certain tape of a certain vault. Throws TAPE_MISMATCH for another. */
export const demandTape = (medium: TapeMedium, vault: VaultId, volume: TapeId): TapeIdentity => {
  const identity = readTapeIdentity(medium);
  const { header } = identity;
  if (header.vault.id !== vault)
    throw tapeMismatch(medium.name, `it belongs to vault "${header.vault.name}" (${header.vault.id})`);
  if (header.tape.volume !== volume)
    throw tapeMismatch(medium.name, `it is labelled ${header.tape.volume}, and ${volume} was asked for`);
  return identity;
};

const recordOf = (item: TapeItem, tape: string): Buffer => {
  if (item.kind !== 'record') throw tapeDamaged(tape, 'it does not begin with the labels of Coldframe', 0);
  return item.data;
};

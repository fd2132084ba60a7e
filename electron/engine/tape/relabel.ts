import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { firstOwnChunk } from './damaged-front.ts';
import type { TapeRecord } from './library-state.ts';
import type { TapeMedium } from './medium.ts';
import type { NodeHeader } from './node-header.ts';
import type { Relabel, TapeAccess } from './tape-access.ts';
import { contextOf } from './tape-context.ts';
import { tapeMismatch } from './tape-errors.ts';
import { demandTape, isCutInFront, isLabelledAs, type LabelRequest, writeFront } from './tape-label.ts';
import { TapeReader } from './tape-reader.ts';

/**
 * Gives a tape in a drive the label that the library counts on, where it does not have it: one on which nothing is written, or less than a label, by a
 * kill or a power loss while it was written; and one that is to be labelled anew. What holds anything else is left as it is: whoever opens
 * it asks who it is. `mayBeDamaged`: somebody agreed to erase it though its label is damaged. `expectChunks`: known to be on it behind its label, which so was whole. Leaves the medium at its beginning. Errors as
 * of `labelAnew`.
 */
export const giveLabel = (medium: TapeMedium, access: TapeAccess, expectChunks: number, mayBeDamaged = false): void => {
  const { label, relabels } = access.device ?? {};
  if (!label) return;
  if (expectChunks === 0 && isCutInOwnFront(medium, label, relabels?.agreed)) {
    writeFront(medium, label);
    if (relabels) failpoint('relabel:after-write');
  } else if (relabels) labelAnew(medium, access, relabels, label, mayBeDamaged);
};

/**
 * Labels a tape anew, in its drive, if it says itself that it is the one that was meant, and of each of its chunks, by its directory and by the chunk's own
 * header, that it is of a set that expired; of one that was erased only who it is. One that has its new label already is left as it is. Throws TAPE_MISMATCH, TAPE_DAMAGED, IO; when the
 * tape has the label of before and nothing was written to it, `isAsBefore` says so of the error.
 */
const labelAnew = (
  medium: TapeMedium,
  access: TapeAccess,
  relabel: Relabel,
  label: LabelRequest,
  mayBeDamaged: boolean,
): void => {
  const header =
    relabel.agreed !== undefined && mayBeDamaged
      ? headerIfLegible(medium, access)
      : demandTape(medium, access.vault, access.volume).header;
  medium.locate({ block: 0, offset: 0 });
  if (header?.tape.sequence === label.sequence) return;
  try {
    // Which label one had that is damaged nobody can tell; that it is this tape it has said.
    if (header !== null && relabel.agreed === undefined)
      demandExpired(medium, access, relabel, label, header.tape.sequence);
    else if (header !== null && relabel.agreed !== undefined)
      demandSequence(label.barcode, header.tape.sequence, relabel.agreed);
  } catch (thrown) {
    throw asBefore(thrown);
  }
  writeAnew(medium, label);
};

const writeAnew = (medium: TapeMedium, label: LabelRequest): void => {
  failpoint('relabel:before-write');
  writeFront(medium, label);
  failpoint('relabel:after-write');
};

/** The node header of a tape; null where that is damaged and the tape says all the same that it is the one that is meant. Throws TAPE_MISMATCH, TAPE_DAMAGED, IO. */
const headerIfLegible = (medium: TapeMedium, access: TapeAccess): NodeHeader | null => {
  try {
    return demandHeader(medium, access);
  } catch (thrown) {
    if (saysItself(asColdframeError(thrown))) return null;
    throw thrown;
  }
};

/** Whether a refused tape has the label that it had before, because nothing was written to it. */
export const isAsBefore = ({ context }: ColdframeError): boolean => context.asBefore === true;

const asBefore = (thrown: unknown): ColdframeError => {
  const { code, message, guidance, context } = asColdframeError(thrown);
  return new ColdframeError(code, { message, guidance, context: { ...context, asBefore: true }, cause: thrown });
};

/** Whether a tape ends within a label of it, also within one that an erase was writing that was killed. */
const isCutInOwnFront = (medium: TapeMedium, label: LabelRequest, agreed: readonly number[] = []): boolean =>
  [label.sequence, ...agreed].some((sequence) => isCutInFront(medium, { ...label, sequence }));

/** Whether nothing was ever written to a tape. */
const isEmpty = (medium: TapeMedium): boolean => {
  medium.locate({ block: 0, offset: 0 });
  return medium.read().kind === 'end';
};

/** Throws TAPE_MISMATCH unless the label that a tape has is one of those that it may have. */
const demandSequence = (barcode: string, found: number, agreed: readonly number[]): void => {
  if (agreed.includes(found)) return;
  throw tapeMismatch(
    barcode,
    agreed.every((sequence) => sequence === 0)
      ? `it is labelled as tape ${found} of the vault, and the library knows of nothing that was written to it`
      : `it is labelled as tape ${found} of the vault, and tape ${agreed.join(' or ')} is meant`,
  );
};

/** The sequences that the label of a tape of a changer may have: the one that the library counts on, or what it was before its drive has given it that. */
export const sequencesOf = ({ sequence, relabels }: Pick<TapeRecord, 'sequence' | 'relabels'>): number[] => [
  ...new Set([sequence, ...(relabels ? [relabels.sequence, ...(relabels.agreed ?? [])] : [])]),
];

/**
 * Throws unless the tape in a drive is the one that is meant, to be erased or used; reads its label alone. One that never got a label is, where `blank` says that
 * nothing can have been written to it. Errors: TAPE_MISMATCH, TAPE_DAMAGED, with `saysItself`, and IO.
 */
export const demandLabel = (
  medium: TapeMedium,
  access: TapeAccess,
  { sequences: agreed, blank }: { readonly sequences: readonly number[]; readonly blank: boolean },
): void => {
  const { label } = access.device ?? {};
  if (!label && blank && isEmpty(medium)) return;
  if (label && isCutInOwnFront(medium, label, agreed)) {
    if (blank) return;
    throw tapeMismatch(label.barcode, 'it is blank, or ends within its label, and the library has something on it');
  }
  const { tape } = demandHeader(medium, access);
  demandSequence(tape.barcode, tape.sequence, agreed);
};

/** Whether a tape whose label is damaged says all the same that it is the one that was meant. */
export const saysItself = ({ context }: ColdframeError): boolean => context.itself === true;

/** The node header of the tape that is meant; where that is damaged, `saysItself` of the error. Throws TAPE_MISMATCH, TAPE_DAMAGED, IO. */
const demandHeader = (medium: TapeMedium, access: TapeAccess): NodeHeader => {
  try {
    return demandTape(medium, access.vault, access.volume).header;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged') throw thrown;
    const { code, message, guidance, context } = error;
    const itself = isLabelledAs(medium, access) || firstOwnChunk(medium, contextOf(access)) !== null;
    throw new ColdframeError(code, { message, guidance, context: { ...context, itself }, cause: thrown });
  }
};

/** Throws unless a tape with a label of another sequence is the one that was meant, and all that lies on it expired. */
const demandExpired = (
  medium: TapeMedium,
  access: TapeAccess,
  { sequence, chunks, expired }: Relabel,
  label: LabelRequest,
  found: number,
): void => {
  if (found !== sequence)
    throw tapeMismatch(
      label.barcode,
      `it is labelled as tape ${found} of the vault, and tape ${sequence} was to be labelled anew`,
    );
  const reader = TapeReader.open(access, { medium });
  if (reader.frontDamage !== null) throw reader.frontDamage;
  const gone = new Set(expired);
  for (const headers of [false, true]) {
    let count = 0;
    for (const finding of reader.scan({ headers, leap: true })) {
      if (finding.kind === 'damage') throw finding.error;
      if (!gone.has(finding.place.set))
        throw tapeMismatch(
          label.barcode,
          `it holds a chunk of set ${finding.place.set}, which is not known to have expired, and was to be labelled anew`,
        );
      count += 1;
    }
    if (count < chunks)
      throw tapeMismatch(
        label.barcode,
        `${chunks} chunks were written to it, ${count} were found, and it was to be labelled anew`,
      );
  }
};

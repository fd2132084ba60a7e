import { failpoint } from '../../platform/failpoints.ts';
import type { TapeMedium } from './medium.ts';
import type { Relabel, TapeAccess } from './tape-access.ts';
import { tapeMismatch } from './tape-errors.ts';
import { demandTape, encodeTapeStart, type LabelRequest } from './tape-label.ts';
import { TapeReader } from './tape-reader.ts';

/**
 * Labels a tape anew, in its drive, if it says itself that it is the one that was meant, and of each of its chunks, by its directory and by the chunk's own
 * header, that it is of a set that expired. One that has its new label already is left as it is. Leaves the medium at its beginning. Throws
 * TAPE_MISMATCH, TAPE_DAMAGED; then nothing was written.
 */
export const labelAnew = (
  medium: TapeMedium,
  access: TapeAccess,
  { sequence, chunks, expired }: Relabel,
  label: LabelRequest,
): void => {
  const { header } = demandTape(medium, access.vault, access.volume);
  medium.locate({ block: 0, offset: 0 });
  if (header.tape.sequence === label.sequence) return;
  if (header.tape.sequence !== sequence)
    throw tapeMismatch(
      label.barcode,
      `it is labelled as tape ${header.tape.sequence} of the vault, and tape ${sequence} was to be labelled anew`,
    );
  const reader = TapeReader.open(access, { medium });
  if (reader.frontDamage !== null) throw reader.frontDamage;
  const gone = new Set(expired);
  for (const headers of [false, true]) {
    let found = 0;
    for (const finding of reader.scan({ headers })) {
      if (finding.kind === 'damage') throw finding.error;
      if (!gone.has(finding.place.set))
        throw tapeMismatch(
          label.barcode,
          `it holds a chunk of set ${finding.place.set}, which is not known to have expired, and was to be labelled anew`,
        );
      found += 1;
    }
    if (found < chunks)
      throw tapeMismatch(
        label.barcode,
        `${chunks} chunks were written to it, ${found} were found, and it was to be labelled anew`,
      );
  }
  failpoint('relabel:before-write');
  medium.locate({ block: 0, offset: 0 });
  medium.eraseRest();
  for (const item of encodeTapeStart(label)) {
    if (item === null) medium.writeFileMarks(1);
    else medium.writeRecords([[item]]);
  }
  medium.flush();
  medium.locate({ block: 0, offset: 0 });
  failpoint('relabel:after-write');
};

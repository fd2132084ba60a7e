import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import { isBarcode, volumeOfBarcode } from '../../engine/tape/barcodes.ts';
import type { NodeHeader } from '../../engine/tape/node-header.ts';
import { isAboutTape, tapeDamaged, tapeMismatch } from '../../engine/tape/tape-errors.ts';
import type { TapeGlance } from '../../engine/tape/tape-glance.ts';
import { glanceAtTape, identifyTape, shelvedBarcodes, tapePath } from '../../engine/tape/tape-shelf.ts';
import type { ImportResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';

/** A file that says that it is a tape of the vault. */
export interface ForeignTape {
  readonly file: string;
  readonly volume: TapeId;
  readonly barcode: string;
  readonly bytes: number;
  /** As its tail says; null without one. */
  readonly chunks: number | null;
}

/**
 * Who a file is, unless the vault has no place for it: it is a tape of another vault, one of another life of a tape, or its place is taken.
 * Throws TAPE_MISMATCH, TAPE_EXISTS, TAPE_DAMAGED, PASSPHRASE_WRONG, NO_SUCH_TAPE, IO.
 */
export const lookAtForeignTape = (vault: OpenVault, file: string): ForeignTape => {
  const glance = glanceAtFile(file);
  const { tape } = glance.header;
  demandOwn(vault, file, glance);
  if (!isBarcode(tape.barcode) || volumeOfBarcode(tape.barcode) !== tape.volume)
    throw tapeDamaged(file, 'its label and its barcode name different tapes', 0);
  demandSameLife(vault, file, glance.header);
  demandPlace(vault, file, glance.header);
  const { volume, barcode } = tape;
  return { file, volume, barcode, bytes: glance.bytes, chunks: glance.tail?.chunks ?? null };
};

const glanceAtFile = (file: string): TapeGlance => {
  try {
    return glanceAtTape(file);
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    if (code !== 'TAPE_DAMAGED') throw thrown;
    throw new ColdframeError('TAPE_DAMAGED', {
      message: `${file} cannot be taken for a tape: ${message}`,
      guidance:
        'Give the file of a tape of this vault, as "tape export" made it. If this is one, it is damaged at its beginning: fetch it anew from where it was kept. Nothing was changed.',
      context: { path: file },
      cause: thrown,
    });
  }
};

const demandOwn = ({ vault }: OpenVault, file: string, { header, tail }: TapeGlance): void => {
  const { id, name } = header.vault;
  if (id !== vault.id)
    throw new ColdframeError('TAPE_MISMATCH', {
      message: `${file} is tape ${header.tape.barcode} of the vault "${name}" (${id}), not of "${vault.name}". Nothing was changed.`,
      guidance: `Open it as the vault that it is of, in a new folder: coldframe vault open DIR --tape ${file}. More tapes of that vault are named with it, or taken in later with "tape import". Where that vault itself is at hand: coldframe tape import ITS_DIR --file ${file}`,
      context: { tape: file, path: file, vault: id },
    });
  if (header.sealed !== vault.sealed)
    throw tapeMismatch(file, `it is ${header.sealed ? '' : 'not '}sealed, unlike its vault "${name}"`);
  // Whoever opens the vault later would be asked for a passphrase that only this file knows of.
  if ((tail?.envelopesGeneration ?? 0) > vault.library.state.envelopesGeneration)
    throw new ColdframeError('PASSPHRASE_WRONG', {
      message: `${file} is from after a change of the passphrase or the recovery code that the vault ${vault.dir} does not know of. Nothing was changed.`,
      guidance:
        'If they were changed in another copy of the vault, change them here too with "vault passphrase" or "vault recovery-code", and import the tape then.',
      context: { path: file, vault: vault.id },
    });
};

/** A tape that was labelled anew is another tape under the same name. */
const demandSameLife = ({ vault }: OpenVault, file: string, { tape }: NodeHeader): void => {
  const known = vault.library.state.tapes.find(({ volume }) => volume === tape.volume);
  if (!known || known.sequence === 0 || tape.sequence === 0 || known.sequence === tape.sequence) return;
  throw tapeMismatch(
    file,
    known.sequence > tape.sequence
      ? `tape ${tape.barcode} was labelled anew since this file was made of it`
      : `tape ${tape.barcode} was labelled anew in another copy of the vault, of which this one does not know`,
  );
};

const demandPlace = ({ vault: { dir, id, library } }: OpenVault, file: string, { tape }: NodeHeader): void => {
  const known = library.state.tapes.find(({ volume }) => volume === tape.volume);
  if (known && known.barcode !== tape.barcode)
    throw exists(
      file,
      tape.barcode,
      `The vault has a tape ${known.barcode} already, and tape ${tape.barcode} would share its name`,
    );
  for (const barcode of shelvedBarcodes(dir)) {
    const header = headerAt(tapePath(dir, barcode));
    const same = header?.vault.id === id && header.tape.volume === tape.volume;
    if (same && barcode !== tape.barcode)
      throw exists(file, tape.barcode, `Tape ${tape.barcode} is in the vault already, under the name of ${barcode}`);
    if (!same && barcode === tape.barcode)
      throw exists(file, tape.barcode, `In the place of tape ${tape.barcode} lies something else`);
  }
};

/** A tape of the same name and life lies in its place, and is not the same. */
export const differs = (
  { vault: { library } }: OpenVault,
  { file, volume, barcode, chunks }: ForeignTape,
  found: 'in its place' | 'in a drive' | 'since it was looked at' = 'in its place',
): ColdframeError => {
  if (found === 'since it was looked at')
    return new ColdframeError('TAPE_EXISTS', {
      message: `Between looking at tape ${barcode} in the changer and writing to it, another cartridge came into its place, or ${file} changed: what is there is not what was found before. Nothing was written to it, and nothing was changed.`,
      guidance:
        'See to it that nobody changes tapes of the library, or writes to the file, and import it again: coldframe library inventory DIR says what lies where.',
      context: { path: file, tape: barcode },
    });
  if (found === 'in a drive')
    return new ColdframeError('TAPE_EXISTS', {
      message: `Tape ${barcode} in the changer holds something else than ${file}, and nothing on a tape is overwritten. Nothing was changed.`,
      guidance:
        'Put a blank tape with that barcode in its place. Is nothing on this one wanted, erase it with the tools of the library, or a tool such as mt, first.',
      context: { path: file, tape: barcode },
    });
  const there = library.state.tapes.find((tape) => tape.volume === volume)?.chunks ?? 0;
  const counts = chunks === null ? '' : `: ${there} chunks were written to it, and ${chunks} are in the file`;
  return exists(file, barcode, `The vault has tape ${barcode} already, with other content${counts}`);
};

/** A file that is not the whole tape, and nobody asked for what there is of it. */
export const notWhole = (
  { vault: { dir } }: OpenVault,
  { file, barcode }: ForeignTape,
  why: string,
  missing: ImportResult['missing'],
  onlyWhole: string | null = null,
): ColdframeError => {
  const sets = missing.map(
    ({ set, object, chunks }) => `${chunks} of set ${set.slice(0, 8)}${object === null ? '' : ` of ${object}`}`,
  );
  const names = sets.length === 0 ? '' : ` Missing chunks: ${sets.join(', ')}.`;
  return new ColdframeError('TAPE_DAMAGED', {
    message: `${file} is not the whole of tape ${barcode}: ${why}.${names} Nothing was changed.`,
    guidance:
      onlyWhole !== null
        ? `Look for a better copy of the file; ${onlyWhole}. What is whole of it can be read with rescue.mjs.`
        : `Look for a better copy of the file. What is whole of it can be taken in all the same: coldframe tape import ${dir} --file ${file} --partial`,
    context: { path: file, tape: barcode, sets: missing.map(({ set }) => set).join(' ') },
  });
};

const exists = (file: string, barcode: string, what: string): ColdframeError =>
  new ColdframeError('TAPE_EXISTS', {
    message: `${what}. ${file} was not imported; nothing was changed.`,
    guidance:
      'Take an inventory to see what lies where: coldframe library inventory DIR. If the file is the better one, move what lies in its place out of the folder "tapes" first.',
    context: { path: file, tape: barcode },
  });

const headerAt = (path: string): NodeHeader | null => {
  try {
    return identifyTape(path);
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (isAboutTape(error)) return null;
    throw error;
  }
};

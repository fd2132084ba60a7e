import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { firstFew } from '../../../shared/model/first-few.ts';

/** A drive or a tape that somebody works with. */
export const tapeInUse = (tape: string, drive: number | null, why: string): ColdframeError =>
  new ColdframeError('TAPE_IN_USE', {
    message:
      drive === null ? `Tape ${tape} is in use: ${why}.` : `Tape ${tape} cannot be used in drive ${drive}: ${why}.`,
    guidance: 'Wait for the job that uses it, or cancel that job.',
    context: { tape, drive },
  });

/** A slot that a tape is to go to is that of another one. */
export const slotTaken = (slot: number, barcode: string): ColdframeError =>
  new ColdframeError('SLOT_TAKEN', {
    message: `Slot ${slot} is that of ${barcode === '' ? 'a tape without a barcode' : `the tape ${barcode}`}; nothing was moved.`,
    guidance:
      'Choose a slot that is free, as "library show" lists them. A slot stays that of its tape while a drive has it.',
    context: { slot, tape: barcode },
  });

/** Something takes the vault for itself for minutes, which a job uses. */
export const vaultInUse = (dir: string): ColdframeError =>
  new ColdframeError('TAPE_IN_USE', {
    message: `A job uses the vault ${dir}; nothing was moved.`,
    guidance: 'Wait until the job is over, or cancel it.',
    context: { dir },
  });

/** A vault that cannot be written to is to be changed. */
export const readOnlyVault = (dir: string): ColdframeError =>
  new ColdframeError('VAULT_READ_ONLY', {
    message: `The vault ${dir} cannot be written to: it is opened read-only.`,
    guidance:
      'Listing, restore and verify work. To write, mount its medium for writing, or ask for write permission on the folder.',
    context: { dir },
  });

/** A vault that is known to be sealed says that it is not: nothing may be read from it or written to it in that belief. */
export const vaultUnsealed = (
  dir: string,
  { id, name }: { readonly id: string; readonly name: string },
  why: string,
): ColdframeError =>
  new ColdframeError('VAULT_UNSEALED', {
    message: `The vault "${name}" in ${dir} was sealed, and now its library.json says that it is not: ${why}. Nothing was written.`,
    guidance: `Somebody changed or replaced that file. Move it away, look into who can write to the folder, and make it anew from the tapes: coldframe vault rebuild ${dir} --recover-library`,
    context: { dir, vault: id },
  });

/** A secret came for a vault that says that it is not sealed: whoever gave it believes otherwise. */
export const passphraseUnused = ({ id, name }: { readonly id: string; readonly name: string }): ColdframeError =>
  new ColdframeError('PASSPHRASE_UNUSED', {
    message: `A passphrase or recovery code was given, and the vault "${name}" says that it is not sealed.`,
    guidance:
      'If it never was, leave the passphrase out (COLDFRAME_PASSPHRASE_FILE too). If it was, its library.json was changed or replaced: move that file away and make it anew from the tapes: coldframe vault rebuild DIR --recover-library',
    context: { vault: id },
  });

/** A secret opens the envelopes of the library, and a tape has later ones, which it does not open. */
export const passphraseChanged = (
  dir: string,
  { id, name }: { readonly id: string; readonly name: string },
  barcode: string,
): ColdframeError =>
  new ColdframeError('PASSPHRASE_WRONG', {
    message: `The passphrase or the recovery code of the vault "${name}" was changed after its library.json was written, as its tape ${barcode} says: an older copy of that file was put back into ${dir}. Nothing was written.`,
    guidance: `Give the passphrase or the recovery code that the vault has since: the library is then brought in line. If nobody changed them, look into who can write to the folder; with the tape ${barcode} away the vault opens as its library says.`,
    context: { dir, vault: id, tape: barcode },
  });

/** Secrets of a vault that has none are to be changed. */
export const notSealed = (dir: string): ColdframeError =>
  badRequest(
    `The vault ${dir} is not sealed.`,
    'Make a new vault with a passphrase; data that is in the clear on tape cannot be sealed afterwards.',
  );

/** A new recovery code is to be made by who gave the old one. */
export const passphraseItselfNeeded = (dir: string, vault: string): ColdframeError =>
  new ColdframeError('PASSPHRASE_WRONG', {
    message: `A new recovery code of the vault ${dir} is made with its passphrase, and the recovery code was given. Nothing was changed.`,
    guidance: `If the passphrase is lost, set a new one with the recovery code, and make the new code with that: coldframe vault passphrase ${dir} --recovery-code-file FILE`,
    context: { dir, vault },
  });

/** Nobody is there any more to see a new recovery code. */
export const recoveryCodeUnwanted = (dir: string): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: `No new recovery code of the vault ${dir} was made: that was cancelled, or whoever asked has gone. Nothing was changed.`,
    guidance: 'The recovery code from before stays. Ask again when you want a new one.',
    context: { dir },
  });

/** A new recovery code was on its way into the vault when something failed, and nobody gets to see it. */
export const recoveryCodeUncertain = (thrown: unknown): ColdframeError => {
  const { code, message, guidance, context } = asColdframeError(thrown);
  return new ColdframeError(code, {
    message,
    guidance: `${guidance} The recovery code from before may not open the vault any more: make a new one then. The passphrase stays.`,
    context,
    cause: thrown,
  });
};

/** A tape that could have room, and that nothing is written to: why. */
export interface OutOfUse {
  readonly barcode: string;
  readonly why: string;
  readonly wayBack: WayBack;
}

/** How a tape that is out of use is used again: once it was put right, which an inventory sees; without its protection; or erased. */
export type WayBack = 'inventory' | 'unprotect' | 'erase';

const listed = (unused: readonly OutOfUse[]): string => {
  if (unused.length === 0) return '';
  const named = unused.map(({ barcode, why }) => `${barcode} (${why.replace(/\.$/, '')})`);
  return ` Out of use: ${firstFew(named, '; ', (more) => `; and ${more} more, see "tape list"`)}.`;
};

const WAYS_BACK: Readonly<Record<WayBack, (dir: string) => string>> = {
  inventory: (dir) =>
    `Tapes that are not what they should be are used again once that was put right: coldframe library inventory ${dir} sees that.`,
  unprotect: () => 'Write protection is taken off with: coldframe tape unprotect TAPE.',
  erase: () =>
    'A tape that failed in use is used again only once it was erased, which says first what would be lost: coldframe tape erase TAPE.',
};

/** How the tapes are used again that an error of running out of tapes lists, in sentences; empty where it lists none. */
export const usedAgain = (dir: string, { waysBack }: ColdframeError['context']): string =>
  Object.entries(WAYS_BACK)
    .filter(([way]) =>
      String(waysBack ?? '')
        .split(' ')
        .includes(way),
    )
    .map(([, sentence]) => ` ${sentence(dir)}`)
    .join('');

const contextOf = (unused: readonly OutOfUse[]) => ({
  outOfUse: unused.map(({ barcode }) => barcode).join(' '),
  waysBack: [...new Set(unused.map(({ wayBack }) => wayBack))].join(' '),
});

/** No tape is left that a backup may begin on; some have room that the vault's policy does not let it take. */
export const outOfNewTapes = (dir: string, what: string, closed: number, unused: readonly OutOfUse[]): ColdframeError =>
  new ColdframeError('OUT_OF_TAPES', {
    message: `The vault ${dir} has no unused tape left, and its allocation policy begins ${what} on one. ${closed === 1 ? 'One tape has' : `${closed} tapes have`} room that it does not let this one take.${listed(unused)}`,
    guidance: `Add a tape with: coldframe tape label ${dir}. Or have the tapes with room taken again: coldframe library allocation ${dir} --policy continue. Tapes whose sets have all expired are used anew by themselves.${usedAgain(dir, contextOf(unused))} Then run it again: a backup goes on with what is on tape already.`,
    context: { dir, closed, ...contextOf(unused) },
  });

/** No tape is left to write to. */
export const outOfTapes = (dir: string, pool: string, slots: number, unused: readonly OutOfUse[]): ColdframeError =>
  new ColdframeError('OUT_OF_TAPES', {
    message: `The vault ${dir} has no tape left for pool "${pool}": its ${slots} slots hold tapes that are full, in use or out of use.${listed(unused)}`,
    guidance: `Add a tape with: coldframe tape label ${dir}.${usedAgain(dir, contextOf(unused))} Then run it again: a backup goes on with what is on tape already.`,
    context: { dir, pool, slots, ...contextOf(unused) },
  });

/** The file of a tape is to go onto a tape of a changer that the library does not know. */
export const notInChanger = (dir: string, barcode: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `The changer of the vault ${dir} has no tape ${barcode} that the library knows. Nothing was changed.`,
    guidance: `Put a blank tape with the barcode ${barcode} into an import/export element of the changer, take it in with: coldframe library take-in ${dir} ${barcode} and import the file then.`,
    context: { path: dir, tape: barcode },
  });

/** A volume id or barcode that the library does not have. */
export const noSuchTape = (dir: string, name: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `The vault ${dir} has no tape ${name}.`,
    guidance: 'See "tape list" for the tapes that it has.',
    context: { dir, tape: name },
  });

/** A tape that the library has, and of which there is nothing yet, or no more, that could be moved. */
export const noTapeFile = (dir: string, name: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `Tape ${name} has no file in the vault ${dir}: a blank one gets it when it is first written to.`,
    guidance: 'There is nothing of it to move. See "tape list" for the state of each tape.',
    context: { dir, tape: name },
  });

/** A tape that is not to be written to. */
export const tapeProtected = (tape: string, why: string): ColdframeError =>
  new ColdframeError('TAPE_PROTECTED', {
    message: `Tape ${tape} ${why}; nothing was written to it.`,
    guidance: 'Remove the protection with "tape unprotect", or use another tape.',
    context: { tape },
  });

/** An argument of the library that makes no sense. */
export const badRequest = (message: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message, guidance });

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { isBarcode, volumeOfBarcode } from '../../engine/tape/barcodes.ts';
import { OF_A_VAULT } from '../../engine/tape/changer-recovery.ts';
import type { NodeHeader } from '../../engine/tape/node-header.ts';
import {
  aboutTape,
  glanceAtTape,
  identifyTape,
  makeShelf,
  shelvedBarcodes,
  tapePath,
} from '../../engine/tape/tape-shelf.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import { publishFile } from '../../platform/publish-file.ts';
import type { UseCases } from '../use-cases.ts';
import { transferInThread } from './transfer-thread.ts';

interface Gathered {
  readonly file: string;
  readonly bytes: number;
  readonly header: NodeHeader;
}

/** Who the tapes of files are, without anything being changed. Throws NO_SUCH_TAPE, TAPE_DAMAGED, TAPE_MISMATCH, USAGE, IO. */
export const vaultOfTapes: UseCases['vaultOfTapes'] = async (files) => {
  const [{ header } = noTape()] = lookAt(files);
  const { id, name } = header.vault;
  return { id, name, createdAt: null, sealed: header.sealed };
};

/**
 * Copies files of tapes of one vault into its folder, which is empty, new, or was begun before. Each copy is held against its file before it has its name;
 * the same tape in its place is left there. Killed, and done again, it goes on with what lacks. Throws as `vaultOfTapes`, VAULT_EXISTS, TAPE_EXISTS, DISK_FULL,
 * CANCELLED.
 */
export const gatherTapes: UseCases['gatherTapes'] = async (dir, files, job) => {
  const tapes = lookAt(files);
  const [{ header } = noTape()] = tapes;
  demandFolder(dir, header.vault);
  const made = hasLibrary(dir, header.vault, tapes);
  if (!made) makeShelf(dir);
  for (const {
    file,
    bytes,
    header: { tape },
  } of tapes) {
    const place = tapePath(dir, tape.barcode);
    const there = existsSync(place);
    if (made && !there) throw anotherTape(dir, file);
    const to = there ? place : `${place}.${randomId()}.tmp`;
    try {
      const found = await transferInThread({ from: { path: file }, to, compare: there, access: null }, bytes, job);
      if (found === null) throw differs(file, tape.barcode, dir);
      if (!there) publishFile(to, place);
    } finally {
      if (!there) rmSync(to, { force: true });
    }
  }
};

const lookAt = (files: readonly string[]): Gathered[] => {
  const tapes = files.map((file) => lookAtFile(file));
  const [first] = tapes;
  for (const { file, header } of tapes) {
    const { id, name } = header.vault;
    if (first !== undefined && id !== first.header.vault.id)
      throw new ColdframeError('TAPE_MISMATCH', {
        message: `${first.file} is a tape of the vault "${first.header.vault.name}" (${first.header.vault.id}), and ${file} one of "${name}" (${id}). Nothing was changed.`,
        guidance: 'Name files of one vault at a time, each vault with a folder of its own.',
        context: { path: file, vault: id },
      });
  }
  for (const { file, header } of tapes) {
    const twice = tapes.find((each) => each.file !== file && each.header.tape.volume === header.tape.volume);
    if (twice !== undefined)
      throw new ColdframeError('USAGE', {
        message: `${file} and ${twice.file} are both tape ${header.tape.barcode}. Nothing was changed.`,
        guidance: 'Name one of the two: "rescue.mjs list" says what each holds.',
        context: { path: file },
      });
  }
  return tapes;
};

const lookAtFile = (file: string): Gathered => {
  try {
    const { header, bytes } = glanceAtTape(file);
    const { barcode, volume } = header.tape;
    if (isBarcode(barcode) && volumeOfBarcode(barcode) === volume) return { file, bytes, header };
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code !== 'TAPE_DAMAGED') throw error;
    throw notTape(file, error.message, error);
  }
  throw notTape(file, 'its label and its barcode name different tapes');
};

const notTape = (file: string, why: string, cause?: unknown): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `${file} cannot be taken for a tape: ${why}`,
    guidance:
      'Name files of tapes as Coldframe writes them. If this is one, fetch it anew from where it was kept. Nothing was changed.',
    context: { path: file },
    cause,
  });

const noTape = (): never => {
  throw new ColdframeError('USAGE', {
    message: 'No tape was named.',
    guidance: 'Name the files of tapes with --tape.',
  });
};

/** Whether the folder is that of this very vault already, with all of these tapes or none of them missing. */
const hasLibrary = (dir: string, { id }: NodeHeader['vault'], tapes: readonly Gathered[]): boolean => {
  let found: string;
  try {
    found = inspectVault(dir).vault.id;
  } catch (thrown) {
    const { code } = asColdframeError(thrown);
    if (code === 'NO_SUCH_VAULT' || code === 'VAULT_DAMAGED') return false;
    throw thrown;
  }
  const [{ file } = noTape()] = tapes;
  if (found === id) return true;
  throw new ColdframeError('VAULT_EXISTS', {
    message: `In ${dir} is another vault than that of ${file}. Nothing was changed.`,
    guidance: 'Choose an empty or new folder.',
    context: { dir, path: file },
  });
};

const anotherTape = (dir: string, file: string): ColdframeError =>
  new ColdframeError('VAULT_EXISTS', {
    message: `The vault of ${file} is in ${dir} already, without this tape.`,
    guidance: `Take it in there: coldframe tape import ${dir} --file ${file}`,
    context: { dir, path: file },
  });

const differs = (file: string, barcode: string, dir: string): ColdframeError =>
  new ColdframeError('TAPE_EXISTS', {
    message: `In ${dir} lies a tape ${barcode} with other content than ${file}, or that file changed while it was copied. It was not taken.`,
    guidance: 'Choose another folder, or look at what lies there: coldframe library inventory DIR',
    context: { path: file, tape: barcode },
  });

/** Makes the folder, or makes sure that nothing but what may be of this vault lies in it. */
const demandFolder = (dir: string, { id }: NodeHeader['vault']): void => {
  try {
    makeFolder(dir);
    const strange = readdirSync(dir).find((name) => !OF_A_VAULT.test(name));
    if (strange !== undefined) throw inTheWay(dir, strange);
  } catch (error) {
    if (error instanceof ColdframeError) throw error;
    if (isErrno(error, 'ENOTDIR', 'EEXIST')) throw inTheWay(dir, 'it is no folder');
    throw ioError('make', errnoOf(error) ?? 'EIO', dir, error);
  }
  const other = shelvedBarcodes(dir).find((barcode) => !isOf(join(dir, 'tapes', `${barcode}.tap`), id));
  if (other !== undefined) throw inTheWay(dir, `tapes/${other}.tap, which is no tape of that vault`);
};

const isOf = (path: string, id: string): boolean => {
  try {
    return identifyTape(path).vault.id === id;
  } catch (thrown) {
    aboutTape(thrown);
    return false;
  }
};

const inTheWay = (dir: string, what: string): ColdframeError =>
  new ColdframeError('VAULT_EXISTS', {
    message: `A vault cannot be made of these tapes in ${dir}: something else is in it (${what}). Nothing was changed.`,
    guidance: 'Choose an empty or new folder.',
    context: { dir },
  });

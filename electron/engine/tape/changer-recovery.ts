import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { syncDirectory } from '../../platform/durable-write.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import { isCleaningTape, volumeOfBarcode } from './barcodes.ts';
import type { SeenTape } from './changer-glance.ts';
import { inventoryOfChanger } from './changer-inventory.ts';
import { type ChangerChoice, isOurs, settleInChanger } from './changer-library.ts';
import { Lease, watchLease } from './lease.ts';
import { badRequest } from './library-errors.ts';
import { poolOfFound } from './library-inventory.ts';
import { bareLibrary, demandLost, inOrderOfTrust, keepDamaged, type RecoverySettings } from './library-recovery.ts';
import { type LibraryState, readLibrary, type TapeRecord, writeLibrary } from './library-state.ts';
import type { NodeHeader } from './node-header.ts';
import type { Element } from './scsi/element-status.ts';
import { formatTooNew, isNewerOnTape } from './tape-errors.ts';
import type { TapeGlance } from './tape-glance.ts';
import { blankTape, stateOf } from './tape-record.ts';

/** What lies in the folder of a vault whose tapes are elsewhere. */
export const OF_A_VAULT =
  /^(library\.json(\.damaged-.*)?|lease\.json.*|rescue\.mjs|robot\.jsonl|catalog|tapes|import-export|lost\+found|.*\.tmp)$/;

/** A changer that holds the tapes of a vault, and how its tapes are looked at. */
export interface ChangerSource extends ChangerChoice {
  /** Id of the vault that is meant; null: the only one there. */
  readonly vault: string | null;
  /** Has the changer look at all of its elements, and lists them. */
  readonly elements: () => Promise<readonly Element[]>;
  /** Has each of these tapes looked at in the first drive, whose element is given with those of all; only reads. `seen` may throw, which ends it. */
  readonly glance: (
    drives: NonNullable<LibraryState['settings']['changer']>['drives'],
    barcodes: readonly string[],
    seen: (tape: SeenTape) => void,
  ) => Promise<void>;
}

/** Hears of what is found, before anything is written: what it throws ends the recovery. */
export interface RecoveryGuard {
  /** A tape of the vault, or of one that may be meant. */
  readonly tape: (header: NodeHeader) => void;
  readonly library: (state: LibraryState) => Promise<unknown>;
}

export interface RecoveredFromChanger {
  readonly state: LibraryState;
  /** Tapes that are left alone or take no more, and why. Barcodes are the paths. */
  readonly warnings: readonly Warning[];
}

/**
 * Makes `library.json` anew from the tapes in a changer alone, in the folder of the vault or an empty or new one. Nothing is written to any tape. What cannot be told of a
 * tape leaves it alone, and says so. The library is written in one step at the end, so that a kill leaves none. The vault is held meanwhile. Errors:
 * VAULT_EXISTS when the library can be read or the folder is another's, NO_SUCH_VAULT when no tape says that it is of a vault, USAGE when tapes of
 * several lie there and none was chosen, FORMAT_TOO_NEW, VAULT_HELD, DEVICE_*, CANCELLED, IO, and what the guard throws.
 */
export const recoverFromChanger = async (
  dir: string,
  source: ChangerSource,
  settings: Pick<RecoverySettings, 'tapeBytes' | 'codec'>,
  guard: RecoveryGuard,
): Promise<RecoveredFromChanger> => {
  demandLost(dir);
  const isNew = !existsSync(dir);
  demandFolder(dir);
  try {
    const lease = Lease.acquire(dir, { silent: await watchLease(dir) });
    try {
      demandLost(dir);
      const found = await readChanger(dir, source, settings, guard);
      await guard.library(found.state);
      // What took hours may have outlived the lease, and another have made one meanwhile.
      lease.demand();
      demandLost(dir);
      keepDamaged(dir);
      writeLibrary(dir, found.state);
      syncDirectory(dirname(dir));
      return found;
    } finally {
      await lease.release();
    }
  } catch (thrown) {
    if (isNew) removeIfEmpty(dir);
    throw thrown;
  }
};

/** Whether a folder has a library that can be read, which is of this changer: then there is nothing to recover. Throws USAGE when it is of another one, or of none. */
export const isLibraryOf = (dir: string, { changer, drives }: ChangerChoice): boolean => {
  const own = readLibrary(dir).settings.changer;
  if (own?.address === changer && own.drives.map(({ address }) => address).join('\n') === drives.join('\n'))
    return true;
  throw badRequest(
    `The vault ${dir} has its library.json, which names ${own === undefined ? 'no changer' : `the changer ${own.address} with the drives ${own.drives.map(({ address }) => address).join(', ')}`}.`,
    `Open it without --changer: coldframe vault open ${dir}. A changer is given only where that file is lost.`,
  );
};

/** Makes the folder, or makes sure that nothing lies in it but what lies in that of a vault with a changer. */
const demandFolder = (dir: string): void => {
  try {
    makeFolder(dir);
    const strange = readdirSync(dir).find((name) => !OF_A_VAULT.test(name));
    const file = ['tapes', 'import-export'].find((name) =>
      namesIn(join(dir, name)).some((each) => each.endsWith('.tap')),
    );
    if (strange === undefined && file === undefined) return;
    throw new ColdframeError('VAULT_EXISTS', {
      message: `The folder ${dir} ${strange === undefined ? `has tapes that are files, in "${file}"` : `holds something else than a vault: ${strange}`}.`,
      guidance:
        strange === undefined
          ? `Make its library anew from these, without --changer: coldframe vault open ${dir} --recover-library`
          : 'Choose an empty or new folder, or the one that the vault had.',
      context: { dir },
    });
  } catch (error) {
    if (error instanceof ColdframeError) throw error;
    if (isErrno(error, 'ENOTDIR', 'EEXIST'))
      throw badRequest(`${dir} is not a folder.`, 'Choose an empty or new folder.');
    throw ioError('make', errnoOf(error) ?? 'EIO', dir, error);
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
};

/** A folder that was made for a vault that did not come. */
const removeIfEmpty = (dir: string): void => {
  try {
    rmdirSync(dir);
  } catch {
    // An empty folder is in nobody's way.
  }
};

const readChanger = async (
  dir: string,
  source: ChangerSource,
  settings: Pick<RecoverySettings, 'tapeBytes' | 'codec'>,
  guard: RecoveryGuard,
): Promise<RecoveredFromChanger> => {
  const elements = await source.elements();
  const settled = settleInChanger(source, elements);
  const { importExport, unnamed, strange, ours } = sorted(elements, settled.changer);
  const seen: SeenTape[] = [];
  await source.glance(settled.changer.drives, ours, (tape) => {
    seen.push(tape);
    if (tape.kind === 'labelled' && (source.vault === null || tape.glance.header.vault.id === source.vault))
      guard.tape(tape.glance.header);
  });
  const glances = seen.flatMap((tape) => (tape.kind === 'labelled' ? tape.glance : []));
  const speaking = theVault(dir, source, glances, seen);
  const [newest] = inOrderOfTrust(speaking);
  if (!newest) throw new RangeError('a vault was found, and no tape of it');
  const judged = seen.map((tape) => judge(tape, newest));
  const bare = bareLibrary(newest, speaking, settings);
  const library: LibraryState = {
    ...bare,
    settings: { ...bare.settings, changer: settled.changer },
    slots: settled.slots.map(({ number }) => ({ number, tape: null })),
    drives: settled.drives,
    cleaning: { afterBytes: 0, tapes: [...settled.cleaning] },
    tapes: judged.flatMap(({ tape }) => tape ?? []),
  };
  const { state } = inventoryOfChanger(library, elements, new Set());
  const unread = [...importExport, ...unnamed, ...strange];
  return { state, warnings: [...judged.flatMap(({ warning }) => warning ?? []), ...unread] };
};

/** What a changer holds: the barcodes of tapes to look at, and what of the rest has to be told. Cleaning tapes are told by none. */
const sorted = (
  elements: readonly Element[],
  changer: NonNullable<LibraryState['settings']['changer']>,
): Record<'importExport' | 'unnamed' | 'strange', Warning[]> & { readonly ours: readonly string[] } => {
  const named = new Set(changer.drives.map(({ element }) => element));
  const full = elements.filter((each) => each.full && !(each.barcode !== null && isCleaningTape(each.barcode)));
  const isAway = ({ type, address }: Element): boolean =>
    type === 'importExport' || type === 'transport' || (type === 'drive' && !named.has(address));
  const told = (those: readonly Element[], code: Warning['code'], why: string): Warning[] =>
    those.map(({ barcode, address }) => {
      const path = barcode ?? `element ${address}`;
      return { code, path, message: `${path}: ${why}` };
    });
  const again =
    'is not known to the vault now. Is it a tape of it, put it into a slot, take library.json out of the folder of the vault, and open it again in the same way';
  return {
    importExport: told(
      full.filter(({ type }) => type === 'importExport'),
      'NO_SUCH_TAPE',
      `it lies in an import/export element, was not read, and ${again}`,
    ),
    unnamed: told(
      full.filter((element) => isAway(element) && element.type !== 'importExport'),
      'NO_SUCH_TAPE',
      `it lies in the robot, or in a drive that was not named, was not read, and ${again}`,
    ),
    strange: told(
      full.filter((element) => !isAway(element) && !isOurs(element.barcode)),
      'TAPE_MISMATCH',
      'it has no barcode of 8 capital letters and digits, and is left alone',
    ),
    ours: full.flatMap((element) => (!isAway(element) && isOurs(element.barcode) ? element.barcode : [])).sort(),
  };
};

/** The looks at the tapes that speak for the vault that is meant. Errors: NO_SUCH_VAULT, USAGE when several may be meant, FORMAT_TOO_NEW. */
const theVault = (
  dir: string,
  { changer, vault: wanted }: ChangerSource,
  glances: readonly TapeGlance[],
  seen: readonly SeenTape[],
): TapeGlance[] => {
  // What a newer version labelled, or damage makes look so, does not speak for the vault.
  const speaking = glances.filter(({ front }) => front?.context.part !== 'label');
  const vaults = new Map(speaking.map(({ header }) => [header.vault.id as string, header.vault.name]));
  const meant = wanted === null ? [...vaults.keys()] : [...vaults.keys()].filter((id) => id === wanted);
  const list = [...vaults].map(([id, name]) => `"${name}" (${id})`).join(', ');
  const [vault, another] = meant;
  if (vault !== undefined && another === undefined) return speaking.filter(({ header }) => header.vault.id === vault);
  if (another !== undefined)
    throw new ColdframeError('USAGE', {
      message: `The changer ${changer} holds tapes of the vaults ${list}.`,
      guidance: `Say which one is to be opened in ${dir}: --vault-id ID. Tapes of the others are left alone.`,
      context: { changer, vaults: [...vaults.keys()].join(', ') },
    });
  const newer = seen
    .flatMap((tape) =>
      tape.kind === 'untold' ? tape.error : tape.kind === 'labelled' ? (tape.glance.front ?? []) : [],
    )
    .find(isNewerOnTape);
  if (newer && vaults.size === 0) throw formatTooNew(`What lies in ${changer}`, newer.context.newer as number);
  throw new ColdframeError('NO_SUCH_VAULT', {
    message:
      vaults.size === 0
        ? `None of the ${seen.length} tapes in the changer ${changer} that were looked at says that it is of a vault.`
        : `No tape in the changer ${changer} is of the vault ${wanted}; there are tapes of ${list}.`,
    guidance:
      'Put the tapes of the vault into slots of the changer, and see that its drives are named in the order of their elements.',
    context: { changer },
  });
};

interface Judged {
  readonly tape: TapeRecord | null;
  readonly warning: Warning | null;
}

/** The record of a tape of the vault, or why it gets none or takes no more. */
const judge = (seen: SeenTape, { vault, sealed }: NodeHeader): Judged => {
  const { barcode } = seen;
  const volume = volumeOfBarcode(barcode);
  if (seen.kind === 'blank') return { tape: blankTape(volume, barcode), warning: null };
  const leftAlone = (code: Warning['code'], why: string): Judged => ({
    tape: null,
    warning: { code, path: barcode, message: `${barcode}: ${why}. It is left alone.` },
  });
  if (seen.kind === 'untold')
    return leftAlone(seen.error.code, `it cannot be told whose it is: ${seen.error.message.replace(/\.$/, '')}`);
  const { header, front, tail, bare, bytes } = seen.glance;
  if (header.vault.id !== vault.id)
    return leftAlone('TAPE_MISMATCH', `it is a tape of the vault "${header.vault.name}" (${header.vault.id})`);
  if (header.tape.volume !== volume)
    return leftAlone(
      'TAPE_MISMATCH',
      `it is labelled ${header.tape.volume}, unlike its barcode; nothing of it is read`,
    );
  const record: TapeRecord = {
    ...blankTape(volume, barcode),
    pool: bare ? 'scratch' : poolOfFound({ header }),
    state: bare ? 'labelled' : stateOf(tail?.full ?? false, Math.max(1, tail?.chunks ?? 0)),
    sequence: header.tape.sequence,
    labelledAt: Date.parse(header.tape.labelledAt),
    chunks: tail?.chunks ?? 0,
    payloadBytes: tail?.payloadBytes ?? 0,
    usedBytes: bare ? 0 : bytes,
    envelopesGeneration: tail?.envelopesGeneration ?? 0,
  };
  const takesNoMore = (code: Warning['code'], note: string): Judged => ({
    tape: { ...record, state: 'damaged', note },
    warning: { code, path: barcode, message: `${note} It takes no more.` },
  });
  if (header.sealed !== sealed)
    return takesNoMore('TAPE_UNSEALED', `${barcode} is ${header.sealed ? '' : 'not '}sealed, unlike its vault.`);
  if (front !== null) return takesNoMore(isNewerOnTape(front) ? 'FORMAT_TOO_NEW' : front.code, front.message);
  // Where its data end is found by reading all of it alone, and behind a place that cannot be read there may be more.
  if (!bare && tail === null)
    return takesNoMore(
      'TAPE_DAMAGED',
      `${barcode} has no end that says what lies on it: a job was interrupted there, or it is damaged.`,
    );
  return { tape: record, warning: null };
};

import { dirname, join } from 'node:path';
import * as z from 'zod';
import { POOLS, type PoolName } from '../../../shared/contract/choices.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { type TapeId, tapeId, type VaultId, vaultId } from '../../../shared/units.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { NotARegularFile, readRegular } from '../../platform/regular-file.ts';
import { CODECS } from '../blockset/unit.ts';
import { allocation } from './allocation.ts';
import { keyEnvelopes } from './key-envelope.ts';
import { FORMAT_VERSION } from './node-header.ts';
import { formatTooNew } from './tape-errors.ts';

export type Pool = PoolName;

/**
 * Life of a tape. `blank`: has a barcode and no label yet. `labelled`: nothing on it. `filling`: has room. `full`.
 * `damaged`: takes no more, what is on it can be read. `missing`: not in its place, or another one is. `retired`.
 */
const TAPE_STATES = ['blank', 'labelled', 'filling', 'full', 'damaged', 'missing', 'retired'] as const;

const natural = z.number().int().nonnegative();
const volume = z
  .string()
  .regex(/^[A-Z0-9]{6}$/)
  .transform((id): TapeId => tapeId(id));

const tapeRecord = z.object({
  volume,
  barcode: z.string().regex(/^[A-Z0-9]{6}[A-Z0-9]{2}$/),
  pool: z.enum(POOLS),
  state: z.enum(TAPE_STATES),
  writeProtected: z.boolean(),
  /** In the order of labelling; 0 for a blank one. */
  sequence: natural,
  labelledAt: natural.nullable(),
  /** Known to be durable; the tape itself may hold more after a crash. */
  chunks: natural,
  payloadBytes: natural,
  usedBytes: natural,
  /** Of these, up to where its tail begins, over which a writer begins: one that was killed leaves no more. Versions before it was kept left it out. */
  bytesToTail: natural.nullish(),
  mounts: natural,
  /** Payload written over its whole life. */
  bytesWritten: natural,
  /** Chunks on it that could not be read or were found damaged, and writes to it that failed, over its whole life. */
  errors: natural.default(0),
  /** When all that the catalog lists on it was last read and found right; null when something was written, found wrong or not readable since, or it never was. */
  readRightAt: natural.nullish(),
  /** Which generation of the envelopes its tail carries. */
  envelopesGeneration: natural,
  /** Why it is damaged or missing; empty otherwise. */
  note: z.string(),
  /**
   * Of one that was found damaged otherwise than by a look at its file, which so cannot tell that it is well again: a write failed, or an
   * import brought only a part of it. Versions before it was kept left it out.
   */
  damagedBy: z.enum(['write', 'import']).nullish(),
  /** Of a virtual one: the import/export slot that it was moved into, which it has while its file lies there. Versions before it was kept drop it. */
  importExportSlot: natural.nullish(),
  /** Of one that is out of the library: where a person keeps it, in their words, until it is back. Versions before it was kept drop it. */
  shelf: z.string().nullish(),
  /** The tape whose chunks were copied onto it, or were to be; null when it is no copy. Its chunks are places like those of any tape. */
  copyOf: volume.nullable().default(null),
  /** Since when all that is on it is of sets that expired, so that it may be labelled anew; null otherwise. */
  expiredAt: natural.nullable().default(null),
  /** The run or the period that it was begun for, where a policy asked for a new tape; versions before there were any left it out. */
  begunFor: z.string().nullish(),
  /**
   * Of a tape of a changer that was moved into an import/export slot, and counts as missing until it is taken in: which slot, and what its state
   * was; slot 0 of one that is on its way there, or that the changer does not hold. Of a virtual tape its file tells. `unread`: its
   * label has to be read before it is used again, for another tape was found under its barcode, or it was carried in; versions before it was kept go by
   * the barcode. `isNew`: it was not known before it was carried in, and is forgotten unless its label says that it may be used.
   */
  takenOut: z
    .object({
      slot: natural,
      state: z.enum(TAPE_STATES),
      note: z.string(),
      unread: z.boolean().optional(),
      isNew: z.boolean().optional(),
    })
    .nullish(),
  /**
   * Of a tape of a changer that counts as labelled anew, what it was before: its drive gives it the new label when it is next written to, and
   * only if nothing lies on it but what expired, or somebody agreed to lose. Null once it has it.
   */
  relabels: z
    .object({
      sequence: natural,
      labelledAt: natural.nullable(),
      pool: z.enum(POOLS),
      chunks: natural,
      payloadBytes: natural,
      usedBytes: natural,
      /** It was erased: the sequences that its label may still have, whatever lies on it. Versions before it was kept drop it, and so leave such a tape alone. */
      agreed: z.array(natural).optional(),
    })
    .nullish(),
});
/** What the library knows of a tape. */
export type TapeRecord = z.output<typeof tapeRecord> & {
  /** The name that its file has instead of its own, in a vault that cannot be written to: kept in memory alone. */
  readonly liesAs?: string;
};

/** A real library instead of files: addresses of its devices, and which element of the changer each drive is. */
const changer = z.object({
  address: z.string(),
  drives: z.array(z.object({ address: z.string(), element: natural })).min(1),
  /** How many import/export elements it has; versions before they were used left it out. */
  importExport: natural.optional(),
});

/** What a drive is known to have been through since it was last cleaned; left out of one of which nothing is known. */
const driveCleaning = z.object({
  /** Payload written since. */
  bytes: natural,
  /** What asked for a cleaning: a write that failed, or the drive itself. */
  asked: z.enum(['errors', 'drive']).nullable(),
  /** When it was last cleaned. */
  at: natural.nullable(),
  /** Barcode of the cleaning tape that lies in it; after a kill it does until something else is put there. */
  tape: z.string().nullable(),
});

const cleaningTape = z.object({
  barcode: z.string().regex(/^CLN[ -~]{0,29}$/),
  usesLeft: natural,
  /** Times that it was put into a drive to clean it. */
  uses: natural,
  /** Slot of a changer that it lies in; null for a virtual one, which takes no slot, and for one that is in none. */
  slot: natural.nullable(),
  /** The changer did not hold it when it was last looked at. */
  away: z.boolean().optional(),
});

const libraryState = z.object({
  format: z.literal('coldframe-vault'),
  version: z.number().int(),
  vault: z.object({
    id: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .transform((id): VaultId => vaultId(id)),
    name: z.string(),
    createdAt: natural,
  }),
  /** Grows with every change; 0 in a library of before it was counted. */
  generation: natural.default(0),
  settings: z.object({ tapeBytes: natural, codec: z.enum(CODECS), sealed: z.boolean(), changer: changer.optional() }),
  /** Left out: backups go on with whatever tape has room. Versions before it was kept drop it. */
  allocation: allocation.optional(),
  envelopes: keyEnvelopes,
  envelopesGeneration: natural,
  slots: z.array(z.object({ number: natural, tape: volume.nullable() })),
  drives: z.array(
    z.object({
      number: natural,
      tape: volume.nullable(),
      mounts: natural,
      cleaning: driveCleaning.optional(),
      /** Of a changer: the tape that was left in it, as its robot, or an inventory, said last. Versions before it was kept left it out. */
      inside: volume.nullish(),
    }),
  ),
  /** Of a changer: the move in the robot's log up to which `inside` of the drives goes by it. */
  robotSeen: z.string().optional(),
  /** Cleaning tapes, which are none of `tapes`: nothing that looks for a tape to label, write or read comes upon them. */
  cleaning: z
    .object({
      /** Bytes written after which a virtual drive wants cleaning; 0: never. */
      afterBytes: natural,
      tapes: z.array(cleaningTape),
    })
    .optional(),
  tapes: z.array(tapeRecord),
  /** Number in the next volume id that is given out. */
  nextVolume: natural,
  /** Sequence of the next tape that is labelled. */
  nextSequence: natural,
});
/** The content of `library.json`. Slots and drives are numbered from 1. */
export type LibraryState = Omit<z.output<typeof libraryState>, 'tapes'> & { tapes: TapeRecord[] };

const FILE = 'library.json';
const anyVersion = z.object({ format: z.literal('coldframe-vault'), version: z.number().int() });

/** Reads `library.json` of a vault's folder. Errors: NO_SUCH_VAULT, VAULT_DAMAGED, FORMAT_TOO_NEW, IO. */
export const readLibrary = (dir: string): LibraryState => {
  const path = join(dir, FILE);
  let value: unknown;
  try {
    value = JSON.parse(readRegular(path).toString('utf8'));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw noVault(dir);
    if (error instanceof NotARegularFile) throw damaged(path, error.message, error);
    if (error instanceof SyntaxError) throw damaged(path, 'it is not JSON', error);
    throw ioError('read', errnoOf(error) ?? 'EIO', path, error);
  }
  const version = anyVersion.safeParse(value);
  if (version.success && version.data.version > FORMAT_VERSION)
    throw formatTooNew(`The vault ${dir}`, version.data.version);
  const state = libraryState.safeParse(value);
  if (state.success) return state.data;
  throw damaged(path, `its field "${state.error.issues[0]?.path.join('.') ?? ''}" is wrong`, state.error);
};

/** Replaces `library.json` durably. */
export const writeLibrary = (dir: string, state: LibraryState): void => {
  failpoint('library:before-write');
  durableWrite(join(dir, FILE), `${JSON.stringify(state, null, 1)}\n`);
  failpoint('library:after-write');
};

const noVault = (dir: string): ColdframeError =>
  new ColdframeError('NO_SUCH_VAULT', {
    message: `There is no vault in ${dir}: it has no ${FILE}.`,
    guidance: `Check the path, and whether the disk that it lies on is mounted. If its tapes are there and only the library is lost: coldframe vault rebuild ${dir} --recover-library. If they are in a changer: coldframe vault open ${dir} --changer ADDRESS --drive ADDRESS. A new vault is made with: coldframe vault create`,
    context: { dir },
  });

const damaged = (path: string, what: string, cause: unknown): ColdframeError =>
  new ColdframeError('VAULT_DAMAGED', {
    message: `${path} is damaged: ${what}.`,
    guidance: `The tapes are not affected. Make the file anew from them: coldframe vault rebuild ${dirname(path)} --recover-library; if they are in a changer: coldframe vault open ${dirname(path)} --changer ADDRESS --drive ADDRESS. A copy of it from before the last backup does not know what was written since.`,
    context: { path },
    cause,
  });

import { ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import type { TapeCopyAnswer, TapeCopyRequest } from '../../engine/tape/tape-copy-protocol.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { CopyRequest, CopyResult, JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandCopyableInChanger, withDrivesOfChanger } from './copy-in-changer.ts';
import { notEmpty } from './not-empty.ts';
import { inTapeThread } from './tape-thread.ts';
import { tapeView } from './tape-view.ts';

type Copied = Extract<TapeCopyAnswer, { kind: 'copied' }>;

/**
 * Copies a tape onto an empty one. The copy has its own label and lies in pool "vaulted", so that no backup goes there; its chunks are
 * further places of those of the original. Durable in this order: everything on the copy, the library, the catalog. A copy that was
 * interrupted before the library noted it counts for nothing, and the same command, run again, makes it anew; from then on a rebuild lists it. In a changer it takes two drives. Throws TAPE_NEEDED when anything lies on the target,
 * CATALOG_BEHIND, TAPE_PROTECTED, TAPE_IN_USE, TAPE_MISMATCH, NO_SUCH_TAPE, TAPE_FULL, USAGE, CANCELLED, IO, and as of a drive.
 */
export const copyTapeTo = async (vault: OpenVault, { tape, to }: CopyRequest, job: JobControl): Promise<CopyResult> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const source = library.tape(tape);
  const target = library.tape(to);
  const isReal = library.state.settings.changer !== undefined;
  demandCopyable(vault, source, target, isReal);
  const copied = await (isReal ? withDrivesOfChanger : withDrives)(vault, source, target, job, async () => {
    const done = await runCopy(vault, source, target, job);
    vault.demandHeld();
    library.noteWritten(target.volume, done.summary);
    // It was read back before the copy was done.
    library.noteReadRight([target.volume]);
    failpoint('copy:after-note');
    await vault.writer.addChunks(done.places.map((place) => ({ place })));
    failpoint('copy:after-catalog');
    return done;
  });
  await vault.renewCatalogCopy();
  return {
    tape: tapeView(library.state, library.tape(source.volume)),
    copy: tapeView(library.state, library.tape(target.volume)),
    chunks: copied.places.length,
    bytes: copied.summary.payloadBytes,
    warnings: [...copied.warnings, ...notFound(vault, source, copied)],
  };
};

/** What the catalog lists on a tape, and was neither copied nor named: the tape lost it without a trace. */
const notFound = ({ catalog: store }: OpenVault, { volume }: TapeRecord, { places, warnings }: Copied): Warning[] => {
  const copied = new Set(places.map(({ set, sequence }) => `${set} ${sequence}`));
  const incomplete = new Set(catalog.sets(store).flatMap(({ id, state }) => (state === 'incomplete' ? id : [])));
  const isMissing = ({ set, sequence }: ChunkPlace): boolean =>
    !incomplete.has(set) && !copied.has(`${set} ${sequence}`);
  const missing = [...catalog.chunksOn(store, volume)].filter(isMissing).length;
  if (missing <= warnings.length) return [];
  const message = `left out of the copy: ${missing} chunks that the catalog lists were not found there, or not whole`;
  return [{ code: 'TAPE_DAMAGED', path: volume, message }];
};

const demandCopyable = (vault: OpenVault, source: TapeRecord, target: TapeRecord, isReal: boolean): void => {
  if (source.volume === target.volume)
    throw new ColdframeError('USAGE', {
      message: `Tape ${source.barcode} cannot be copied onto itself.`,
      guidance: 'Name another tape of the vault with --to; "tape label" adds one.',
    });
  if (isReal) {
    demandCopyableInChanger(vault, source, target);
    return;
  }
  if (source.state === 'missing' || source.state === 'blank')
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `There is nothing to copy: tape ${source.barcode} is ${source.state === 'blank' ? 'blank' : 'not in its place'}.`,
      guidance: 'Put the tape into its place and take an inventory: coldframe library inventory DIR',
      context: { tape: source.volume },
    });
  if (target.state === 'blank') return;
  vault.vault.library.demandErasable(target.volume);
  const listed = catalog.chunkCountOn(vault.catalog, target.volume);
  // Once the library has noted it as done it may be a whole one that another home lists, and this one does not.
  const chunks = Math.max(listed, target.chunks);
  const interrupted = originalOf(vault.vault.library.state, target) !== null && chunks === 0;
  const expired = target.expiredAt !== null && vault.holdsOnlyExpired(target, true);
  if (interrupted || expired || (listed === 0 && vault.vault.library.isBare(target.volume))) return;
  throw notEmpty(vault.dir, target, chunks, listed);
};

/** Labels the target and holds it in the first drive, and the source in another one, if there is one: else it is read where it is. */
const withDrives = async <Result>(
  { vault: { library } }: OpenVault,
  { volume: source }: TapeRecord,
  { volume: target }: TapeRecord,
  _: JobControl,
  work: () => Promise<Result>,
): Promise<Result> => {
  library.beginCopy(target, source);
  failpoint('copy:after-label');
  const [first = 1, second] = library.state.drives.map(({ number }) => number);
  const letGo = library.keepInPlace(source);
  try {
    library.mount(first, target);
    try {
      if (second !== undefined) library.mount(second, source);
      try {
        return await work();
      } finally {
        if (second !== undefined) library.unmount(second);
      }
    } finally {
      library.unmount(first);
    }
  } finally {
    letGo();
  }
};

const runCopy = async (vault: OpenVault, source: TapeRecord, target: TapeRecord, job: JobControl): Promise<Copied> => {
  const access = (volume: TapeId) => vault.vault.access(volume, vault.keys);
  const request: Omit<TapeCopyRequest, 'cancelled'> = {
    from: access(source.volume),
    to: access(target.volume),
    leaveOut: catalog.expiredSets(vault.catalog).map(({ id }) => id),
    sets: catalog.sets(vault.catalog).map(({ id, object, level, parent, createdAt, state }) => ({
      id,
      object,
      level,
      parent,
      createdAt,
      complete: state === 'complete',
    })),
  };
  const died = {
    message: 'The thread that copied a tape has ended.',
    guidance: 'The copy counts for nothing. Run the command again.',
  };
  return await inTapeThread(
    'tape-copy',
    request,
    { total: source.payloadBytes, job, died },
    (copied: Copied) => copied,
  );
};

import { ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import type { TapeCopyAnswer, TapeCopyRequest } from '../../engine/tape/tape-copy-protocol.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { CopyRequest, CopyResult, JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { inTapeThread } from './tape-thread.ts';
import { tapeView } from './tape-view.ts';

type Copied = Extract<TapeCopyAnswer, { kind: 'copied' }>;

/**
 * Copies a tape onto an empty one. The copy has its own label and lies in pool "vaulted", so that no backup goes there; its chunks are
 * further places of those of the original. Durable in this order: everything on the copy, the library, the catalog. A copy that was
 * interrupted counts for nothing, and the same command, run again, makes it anew. Throws TAPE_NEEDED when anything lies on the target,
 * CATALOG_BEHIND, TAPE_PROTECTED, TAPE_IN_USE, TAPE_MISMATCH, NO_SUCH_TAPE, TAPE_FULL, CANCELLED, IO.
 */
export const copyTapeTo = async (vault: OpenVault, { tape, to }: CopyRequest, job: JobControl): Promise<CopyResult> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const source = library.tape(tape);
  const target = library.tape(to);
  demandCopyable(vault, source, target);
  library.beginCopy(target.volume, source.volume);
  failpoint('copy:after-label');
  const copied = await withDrives(
    vault,
    source.volume,
    target.volume,
    async () => await runCopy(vault, source, target, job),
  );
  vault.demandHeld();
  library.noteWritten(target.volume, copied.summary);
  // It was read back before the copy was done.
  library.noteReadRight([target.volume]);
  failpoint('copy:after-note');
  await vault.writer.addChunks(copied.places.map((place) => ({ place })));
  failpoint('copy:after-catalog');
  await vault.renewCatalogCopy();
  return {
    tape: tapeView(library.state, library.tape(source.volume)),
    copy: tapeView(library.state, library.tape(target.volume)),
    chunks: copied.places.length,
    bytes: copied.summary.payloadBytes,
    warnings: [...copied.warnings],
  };
};

const demandCopyable = (vault: OpenVault, source: TapeRecord, target: TapeRecord): void => {
  if (source.volume === target.volume)
    throw new ColdframeError('USAGE', {
      message: `Tape ${source.barcode} cannot be copied onto itself.`,
      guidance: 'Name another tape of the vault with --to; "tape label" adds one.',
    });
  if (source.state === 'missing' || source.state === 'blank')
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `There is nothing to copy: tape ${source.barcode} is ${source.state === 'blank' ? 'blank' : 'not in its place'}.`,
      guidance: 'Put the tape into its place and take an inventory: coldframe library inventory DIR',
      context: { tape: source.volume },
    });
  if (target.state === 'blank') return;
  vault.vault.library.demandErasable(target.volume);
  const listed = catalog.chunkCountOn(vault.catalog, target.volume);
  const interrupted = originalOf(vault.vault.library.state, target) !== null && listed === 0;
  const expired = target.expiredAt !== null && vault.holdsOnlyExpired(target, true);
  if (interrupted || expired || (listed === 0 && vault.vault.library.isBare(target.volume))) return;
  throw new ColdframeError('TAPE_NEEDED', {
    message: `Tape ${target.barcode} holds ${Math.max(listed, target.chunks)} chunks; a copy goes onto an empty tape. Nothing was changed.`,
    guidance: 'Name an empty tape, add one with "tape label", or let go of what lies on it with "tape erase".',
    context: { tape: target.volume, chunks: Math.max(listed, target.chunks) },
  });
};

/** Holds the target in the first drive, and the source in another one, if there is one: else it is read where it is. */
const withDrives = async <Result>(
  { vault: { library } }: OpenVault,
  source: TapeId,
  target: TapeId,
  work: () => Promise<Result>,
): Promise<Result> => {
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

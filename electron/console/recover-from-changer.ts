import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import type { Warning } from '../../shared/model/block-set.ts';
import { type ChangerGlanceAnswer, type ChangerGlances, seenTape } from '../engine/tape/changer-glance.ts';
import { isLibraryOf, recoverFromChanger as recover } from '../engine/tape/changer-recovery.ts';
import { badRequest } from '../engine/tape/library-errors.ts';
import { unlockLibrary } from '../engine/tape/unlock-library.ts';
import { MIN_TAPE_BYTES } from '../engine/tape/vault.ts';
import { Thread } from './backup/thread.ts';
import { lookIntoChanger } from './look-into-changer.ts';
import type { ChangerRecovery, JobControl, UseCases, VaultAccess } from './use-cases.ts';

type Looking = Pick<JobControl, 'signal' | 'report'>;

/** Whether a folder lacks the library of a vault with this changer. Throws USAGE when it has that of another one, FORMAT_TOO_NEW, IO. */
export const lacksLibraryOf: UseCases['lacksLibraryOf'] = async (dir, choice) => {
  try {
    return !isLibraryOf(dir, choice);
  } catch (thrown) {
    const { code } = asColdframeError(thrown);
    if (code === 'NO_SUCH_VAULT' || code === 'VAULT_DAMAGED') return true;
    throw thrown;
  }
};

/** Makes the library of a vault anew from its tapes in a changer; what is said of tapes that are left alone. Rejects as of the engine, and with PASSPHRASE_* before anything is written. */
export const recoverFromChanger = async (
  dir: string,
  { changer, drives, vault, tapeBytes, codec }: ChangerRecovery,
  access: VaultAccess,
  job: Looking,
): Promise<readonly Warning[]> => {
  if (tapeBytes !== undefined && tapeBytes < MIN_TAPE_BYTES)
    throw badRequest('The size of a tape must be at least 32 MiB.', 'Choose a larger size.');
  const secret = access.passphrase ?? access.recoveryCode ?? null;
  const source = {
    changer,
    drives,
    vault,
    elements: async () => {
      tell(job, 'having the changer look at its elements');
      return await lookIntoChanger({ changer, drives, anew: true });
    },
    glance: async (places: ChangerGlances['drives'], barcodes: readonly string[], seen: Seen) =>
      await glanceAt({ changer, drives: places, drive: 0, barcodes }, seen, job),
  };
  const { warnings } = await recover(
    dir,
    source,
    { tapeBytes, codec },
    {
      tape: ({ sealed, vault: found }) => {
        // Who has no secret at all need not wait until all tapes were looked at to hear that it takes one.
        if (sealed && secret === null) throw passphraseMissing(found);
      },
      library: async (state) => await unlockLibrary(dir, state, secret, job.signal),
    },
  );
  return warnings;
};

type Seen = (tape: ReturnType<typeof seenTape>) => void;

/** Has the robot bring the tapes to a drive, one after the other, and a thread of its own look at them. */
const glanceAt = async (wanted: Omit<ChangerGlances, 'cancelled'>, seen: Seen, job: Looking): Promise<void> => {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = (): void => void Atomics.store(cancelled, 0, 1);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let done = 0;
  const hear = (answer: ChangerGlanceAnswer): void => {
    switch (answer.kind) {
      case 'fetching':
        done += 1;
        tell(job, `looking at tape ${answer.barcode}, ${done} of ${wanted.barcodes.length}`);
        break;
      case 'seen':
        seen(seenTape(answer.tape));
        break;
      case 'ended':
        resolve();
        break;
      case 'failed':
        reject(ColdframeError.fromData(answer.error));
    }
  };
  const thread = new Thread<never, ChangerGlanceAnswer>('changer-glance', { ...wanted, cancelled }, hear, reject);
  job.signal.addEventListener('abort', cancel, { once: true });
  if (job.signal.aborted) cancel();
  try {
    await promise;
  } finally {
    cancel();
    job.signal.removeEventListener('abort', cancel);
    await thread.close();
  }
};

const tell = (job: Looking, phase: string): void =>
  job.report({ phase, elementsDone: 0, elementsTotal: null, bytesRead: 0, bytesStored: 0, bytesTotal: null });

const passphraseMissing = ({ id, name }: { readonly id: string; readonly name: string }): ColdframeError =>
  new ColdframeError('PASSPHRASE_MISSING', {
    message: `The tapes of the vault "${name}" are sealed.`,
    guidance:
      'Give its passphrase with --passphrase-file, or its recovery code with --recovery-code-file. If another vault in this changer is meant, name it with --vault-id; with the id of none that is there, all of them are listed.',
    context: { vault: id },
  });

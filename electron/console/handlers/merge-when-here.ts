import { asColdframeError } from '../../../shared/errors.ts';
import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import type { StandAside } from '../jobs/request.ts';
import type { Waiting } from '../mounts/mount-board.ts';
import { waitForTapes } from '../mounts/wait-for-tapes.ts';
import type { JobControl, LackingTape, ProtectedObject, VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

interface Merging<Result> {
  readonly object: ProtectedObject;
  readonly vault: VaultInfo;
  readonly waiting: Waiting;
  readonly merge: () => Promise<Result>;
}

/**
 * Merges once all that it takes is at hand: an attempt that lacks something writes nothing, and is made anew when one of the tapes that are away is back.
 * Where none is away it fails as it would without waiting, and so does one that is cancelled meanwhile.
 */
export const mergeWhenHere = async <Result>(
  parts: ConsoleParts,
  context: Pick<CallContext, 'emit'>,
  { object, vault, waiting, merge }: Merging<Result>,
  job: JobControl,
  standAside: StandAside,
): Promise<Result> => {
  for (;;) {
    try {
      return await merge();
    } catch (thrown) {
      if (job.signal.aborted || !LACKING.has(asColdframeError(thrown).code)) throw thrown;
      const lacking = await lackingTapes(parts, vault, object);
      if (lacking.length === 0) throw thrown;
      job.report(NOTHING_YET);
      const wanted = async () => (await lackingTapes(parts, vault, object)).map(({ tape }) => tape).join(' ');
      if (!(await standAside(() => waitForTapes(parts, context, waiting, lacking, job, wanted)))) throw thrown;
    }
  }
};

/** What a merge says that finds no tape with some content, or not the one that it looks for. */
const LACKING = new Set(['TAPES_AWAY', 'UNIT_DAMAGED', 'NO_SUCH_TAPE', 'TAPE_MISMATCH', 'TAPE_DAMAGED']);

/** The tapes that are away, or in whose place something else lies, and without which the newest complete set cannot be restored whole. */
const lackingTapes = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  object: ProtectedObject,
): Promise<readonly LackingTape[]> => {
  const tapes = await parts.useCases.listTapes(vault.dir);
  const away = tapes.filter((tape) => tape.away || tape.state === 'missing');
  const needed = await withCatalog(parts, vault, [], (catalog) => {
    const set = catalog.newestComplete(object.id);
    return set === null
      ? []
      : catalog.tapesAway(
          set.id,
          away.map(({ id }) => id),
        );
  });
  return away
    .filter(({ id }) => needed.includes(id))
    .map(({ id, barcode, chunks }) => ({ tape: id, barcode, chunks, bytes: 0 }));
};

const NOTHING_YET = {
  phase: WAITING_FOR_TAPES,
  elementsDone: 0,
  elementsTotal: null,
  bytesRead: 0,
  bytesStored: 0,
  bytesTotal: null,
};

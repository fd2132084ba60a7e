import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import { bringBack, type PlacedTape, placedNames } from '../../../shared/model/tape-place.ts';
import type { StandAside } from '../jobs/request.ts';
import type { Waiting } from '../mounts/mount-board.ts';
import { waitForTapes } from '../mounts/wait-for-tapes.ts';
import type { JobControl, LackingTape, ProtectedObject, VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

type Lacking = LackingTape & PlacedTape;

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
      if (job.signal.aborted || !mayLack(thrown)) throw thrown;
      const lacking = await lackingTapes(parts, vault, object);
      if (lacking.length === 0) throw thrown;
      job.report(NOTHING_YET);
      const wanted = async () => (await lackingTapes(parts, vault, object)).map(({ tape }) => tape).join(' ');
      if (!(await standAside(() => waitForTapes(parts, context, waiting, lacking, job, wanted)))) throw thrown;
    }
  }
};

/** Merges at once; where it fails because tapes are away that it takes, it says which and where they were, and calls nothing damaged. */
export const mergeNow = async <Result>(
  parts: ConsoleParts,
  { object, vault, merge }: Omit<Merging<Result>, 'waiting'>,
): Promise<Result> => {
  try {
    return await merge();
  } catch (thrown) {
    if (!mayLack(thrown)) throw thrown;
    // What the catalog cannot tell now does not hide what went wrong.
    const lacking = await lackingTapes(parts, vault, object).catch(() => []);
    throw lacking.length === 0 ? thrown : tapesAway(object, lacking, thrown);
  }
};

const tapesAway = ({ name }: ProtectedObject, lacking: readonly Lacking[], cause: unknown): ColdframeError => {
  const one = lacking.length === 1;
  const [first] = lacking;
  return new ColdframeError('TAPES_AWAY', {
    message: `The newest complete set of ${name} cannot be merged while ${placedNames(lacking)} ${one ? 'is' : 'are'} not at hand. Nothing was written.`,
    guidance: `${one && first ? `To have it back, ${bringBack(first)}` : 'Put them back'}, then merge again; with --wait a merge begins by itself once all that it takes is there.`,
    context: { object: name, tapes: lacking.map(({ tape }) => tape).join(' ') },
    cause,
  });
};

/** What a merge says that finds no tape with some content, or not the one that it looks for. */
const LACKING = new Set(['TAPES_AWAY', 'UNIT_DAMAGED', 'NO_SUCH_TAPE', 'TAPE_MISMATCH', 'TAPE_DAMAGED']);

/** Whether tapes that are away may be why a merge failed: what lies on no tape that is known comes back with none. */
const mayLack = (thrown: unknown): boolean => {
  const { code, context } = asColdframeError(thrown);
  return LACKING.has(code) && !(code === 'UNIT_DAMAGED' && context.tape === null);
};

/** The tapes that are away, or in whose place something else lies, and without which the newest complete set cannot be restored whole. */
const lackingTapes = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  object: ProtectedObject,
): Promise<readonly Lacking[]> => {
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
    .map(({ id, barcode, chunks, ...place }) => ({ ...place, tape: id, barcode, chunks, bytes: 0 }));
};

const NOTHING_YET = {
  phase: WAITING_FOR_TAPES,
  elementsDone: 0,
  elementsTotal: null,
  bytesRead: 0,
  bytesStored: 0,
  bytesTotal: null,
};

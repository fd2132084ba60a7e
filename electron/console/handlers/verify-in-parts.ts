import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import type { StandAside } from '../jobs/request.ts';
import type { Waiting } from '../mounts/mount-board.ts';
import { waitForTapes } from '../mounts/wait-for-tapes.ts';
import type { JobControl, ReadBack, VerifyResult } from '../use-cases.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

type Missed = VerifyResult['missingTapes'];
type Part = Pick<ReadBack, 'missingTapes' | 'places'>;

/**
 * Verifies what is here, then waits for tapes that are away and verifies what lies on each as it comes back. Cancelled while it waits, it has
 * ended with what it read. `read` reads a part, each a use of the vault of its own.
 */
export const verifyInParts = async (
  parts: ConsoleParts,
  context: Pick<CallContext, 'emit'>,
  waiting: Waiting,
  read: (missed?: Part) => Promise<ReadBack>,
  job: JobControl,
  standAside: StandAside,
): Promise<ReadBack> => {
  let result = await read();
  for (let missed = awayOf(result); missed.length > 0; missed = awayOf(result)) {
    job.report({
      phase: WAITING_FOR_TAPES,
      elementsDone: result.chunks,
      elementsTotal: null,
      bytesRead: result.bytes,
      bytesStored: 0,
      bytesTotal: null,
    });
    const lacking = missed.map(({ tape, barcode, chunks }) => ({ tape, barcode, chunks, bytes: 0 }));
    if (!(await standAside(() => waitForTapes(parts, context, waiting, lacking, job)))) break;
    const next = await read({ missingTapes: missed, places: result.places });
    result = next.anew ? readAnew(result, next) : joined(result, missed, next);
  }
  return result;
};

/** All was read once more: what was found before is over, but for what was warned of. */
const readAnew = (first: ReadBack, second: ReadBack): ReadBack => ({
  ...second,
  warnings: once([...first.warnings, ...second.warnings], ({ code, path, message }) => `${code} ${path} ${message}`),
  durationMs: first.durationMs + second.durationMs,
});

/** Tapes that are not in the vault; one that is there and cannot be read does not get better by waiting. */
const awayOf = ({ missingTapes }: VerifyResult): Missed => missingTapes.filter(({ away }) => away);

/**
 * What two parts found: the second read what the first missed on tapes that were away. What needs no reading is found by both, and others may have
 * worked on the vault between them: of sets that they made the second read a part at most.
 */
const joined = (first: ReadBack, missed: Missed, second: ReadBack): ReadBack => {
  const isOther = (tape: string): boolean => !missed.some((each) => each.tape === tape);
  return {
    ...first,
    chunks: first.chunks + second.chunks,
    bytes: first.bytes + second.bytes,
    damaged: damageOf([...first.damaged.filter(({ tape }) => isOther(tape)), ...second.damaged]),
    tapes: once([...first.tapes, ...second.tapes], ({ tape }) => tape),
    unlisted: once([...first.unlisted, ...second.unlisted], ({ tape }) => tape),
    incomplete: once([...first.incomplete, ...second.incomplete], ({ set }) => set),
    places: second.places,
    anew: false,
    missingTapes: [...first.missingTapes.filter(({ tape }) => isOther(tape)), ...second.missingTapes],
    damagedTapes: once([...first.damagedTapes, ...second.damagedTapes], ({ tape }) => tape),
    warnings: once([...first.warnings, ...second.warnings], ({ code, path, message }) => `${code} ${path} ${message}`),
    durationMs: first.durationMs + second.durationMs,
  };
};

/** What each part found damaged; whole elsewhere is what either read right there. */
const damageOf = (all: VerifyResult['damaged']): VerifyResult['damaged'] => {
  const keyOf = ({ set, chunk, tape }: VerifyResult['damaged'][number]): string => `${set} ${chunk} ${tape}`;
  const wholeOn = Map.groupBy(all, keyOf);
  return once(all, keyOf).map((each) => ({
    ...each,
    wholeOn: [...new Set(wholeOn.get(keyOf(each))?.flatMap((found) => found.wholeOn))].toSorted(),
  }));
};

/** Of what is the same the last. */
const once = <Each>(all: readonly Each[], keyOf: (each: Each) => string): Each[] => [
  ...new Map(all.map((each) => [keyOf(each), each])).values(),
];

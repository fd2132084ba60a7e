import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import type { StandAside } from '../jobs/request.ts';
import type { Waiting } from '../mounts/mount-board.ts';
import { waitForTapes } from '../mounts/wait-for-tapes.ts';
import type { JobControl, RestoreRest, RestoreResult, VaultSession } from '../use-cases.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import type { RestoreTarget } from './restore-target.ts';

interface PartedRestore extends RestoreTarget {
  readonly waiting: Waiting;
  /** Of some tapes, those that the catalog says it takes now. */
  readonly wantedOf: (tapes: readonly string[]) => Promise<string>;
  /** Opens the vault for one part. */
  readonly open: <Result>(job: JobControl, work: (session: VaultSession) => Promise<Result>) => Promise<Result>;
}

/**
 * Restores what can be restored, then waits for tapes that are away and restores what is on each as it comes back. Cancelled while it waits, it
 * has ended with what is there; the tapes that did not come are named as ever.
 */
export const restoreInParts = async (
  parts: ConsoleParts,
  context: Pick<CallContext, 'emit'>,
  { request, hold, open, waiting, wantedOf }: PartedRestore,
  job: JobControl,
  standAside: StandAside,
): Promise<RestoreResult> => {
  const { useCases } = parts;
  const held = await hold();
  let rest: RestoreRest | null = null;
  try {
    let result: RestoreResult;
    ({ result, rest } = await open(job, (session) => useCases.restorePart(session, request, job, null)));
    while (rest !== null) {
      const { lacking } = rest;
      job.report({ ...counters(result), phase: WAITING_FOR_TAPES });
      const wanted = () => wantedOf(lacking.map(({ tape }) => tape));
      if (!(await standAside(() => waitForTapes(parts, context, waiting, lacking, job, wanted)))) break;
      const before = rest;
      rest = null;
      const next = await open(job, (session) => useCases.restorePart(session, request, job, before));
      result = await useCases.joinRestoreParts(result, next.result);
      ({ rest } = next);
    }
    const more = await held.end(result.restored > 0);
    return { ...result, warnings: [...result.warnings, ...more] };
  } catch (thrown) {
    await held.end(false);
    throw thrown;
  } finally {
    rest?.end();
  }
};

const counters = ({ restored, wanted, bytes }: RestoreResult) => ({
  elementsDone: restored,
  elementsTotal: wanted,
  bytesRead: bytes,
  bytesStored: 0,
  bytesTotal: null,
});

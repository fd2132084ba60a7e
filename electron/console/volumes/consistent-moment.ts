import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { SnapshotRequest } from '../../engine/snapshot/snapshots.ts';
import type { Volume } from '../../engine/snapshot/volume.ts';
import { quietMoment, runHook } from './consistency.ts';

const QUIET_DEADLINE_MS = 30_000;

/** How volumes are brought into a consistent state; none of it takes them as they are. */
export interface ConsistencyWishes {
  readonly pre?: string | undefined;
  readonly post?: string | undefined;
  readonly quietMs?: number | undefined;
  readonly deadlineMs?: number | undefined;
}

/** Brings volumes into a consistent state, has a snapshot taken, and lets everything run on. `tookMs`: without the last command. */
export const atConsistentMoment = async <Taken>(
  volumes: readonly Volume[],
  { pre, post, quietMs, deadlineMs = QUIET_DEADLINE_MS }: ConsistencyWishes,
  signal: AbortSignal,
  take: (still: SnapshotRequest['still']) => Promise<Taken>,
): Promise<{ readonly taken: Taken; readonly tookMs: number }> => {
  const still = quietMs === undefined ? undefined : quietMoment(volumes, { quietMs, deadlineMs, signal });
  const began = performance.now();
  let outcome: { readonly taken: Taken } | { readonly failed: unknown };
  try {
    if (pre !== undefined) await runHook('pre', pre, signal);
    outcome = { taken: await take(still) };
  } catch (failed) {
    outcome = { failed };
  }
  const tookMs = Math.round(performance.now() - began);
  // The application was told to pause: it has to hear that it may go on, whatever went wrong and whoever has lost patience.
  const resumed =
    post === undefined
      ? null
      : await runHook('post', post, new AbortController().signal).then(
          () => null,
          (error: unknown) => error,
        );
  if ('failed' in outcome) throw resumed === null ? outcome.failed : stillPaused(outcome.failed, resumed);
  if (resumed !== null) throw resumed;
  return { taken: outcome.taken, tookMs };
};

/** The application was paused for a snapshot that did not come, and could not be told to go on. */
const stillPaused = (failed: unknown, resumed: unknown): ColdframeError => {
  const [why, hook] = [asColdframeError(failed), asColdframeError(resumed)];
  return new ColdframeError('HOOK_FAILED', {
    message: `${hook.message} No snapshot was made either: ${why.message}`,
    guidance: 'Look whether the application runs again, and have it go on by hand if it does not.',
    context: hook.context,
    cause: failed,
  });
};

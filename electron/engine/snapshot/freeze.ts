import { ColdframeError } from '../../../shared/errors.ts';
import type { Volume } from './volume.ts';

/** Volumes that nobody writes to until they are thawed. */
export interface Frozen {
  thaw(): void;
}

/**
 * Closes the gates of all volumes and waits for what is in flight; only when every one is still are they handed out. Throws
 * `FREEZE_TIMEOUT` after `waitMs`, with everything thawed.
 */
export const freezeAll = async (volumes: readonly Volume[], waitMs: number): Promise<Frozen> => {
  const deadline = performance.now() + waitMs;
  const closed: Volume[] = [];
  const thaw = (): void => {
    for (const { memory } of closed.splice(0)) memory.gate.open();
  };
  try {
    for (const volume of volumes) {
      const still = await volume.memory.gate.close(Math.max(0, deadline - performance.now()));
      if (!still) throw freezeTimeout(volume.parts.name, waitMs);
      closed.push(volume);
    }
  } catch (error) {
    thaw();
    throw error;
  }
  return { thaw };
};

const freezeTimeout = (volume: string, waitMs: number): ColdframeError =>
  new ColdframeError('FREEZE_TIMEOUT', {
    message: `The volume ${volume} could not be frozen within ${waitMs} ms: a write to it takes longer.`,
    guidance: 'Look whether its disk answers, then try again. Everything was thawed; no snapshot was made.',
    context: { volume, waitMs },
  });

import type { ProgressSample } from '../../../shared/contract/jobs.ts';

/** The last sample of a job that has ended: how far it came, and nothing that would say that it still moves. */
export const atRest = (sample: ProgressSample | null): ProgressSample | null =>
  sample === null ? null : { ...sample, phase: 'ended', rate: 0, etaMs: null };

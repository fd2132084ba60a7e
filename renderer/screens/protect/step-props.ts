import type { Measure } from '../../stores/measure.ts';
import type { Draft } from '../../stores/protect-draft.ts';

/** What every step is shown with. */
export interface StepProps {
  readonly now: Draft;
  readonly measure: Measure;
  /** Whether somebody tried to go on, so that what is missing is said. */
  readonly tried: boolean;
  readonly taken: readonly string[];
}

import type { Measure } from '../../stores/measure.ts';
import type { Draft, Problem } from '../../stores/protect-draft.ts';
import type { SharedPlaces } from '../../stores/shared-disk.ts';
import type { VolumesMeasure } from '../../stores/volumes-measure.ts';

/** What every step is shown with. */
export interface StepProps {
  readonly now: Draft;
  readonly measure: Measure;
  /** The same of volumes. */
  readonly volumes: VolumesMeasure;
  /** Whether somebody tried to go on, so that what is missing is said. */
  readonly tried: boolean;
  readonly problems: readonly Problem[];
  readonly taken: readonly string[];
  /** Whether the vault that is chosen needs a passphrase. */
  readonly sealed: boolean;
  /** Why rules of one's own cannot be used, by pattern. */
  readonly ruleProblems: ReadonlyMap<string, string>;
  /** Why the passphrase cannot be read from the file that is named. */
  readonly fileProblem: string | null;
  /** What is chosen and lies on the disk of the vault that is chosen. */
  readonly shared: SharedPlaces;
}

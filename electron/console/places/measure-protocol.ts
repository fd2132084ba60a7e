import type { MeasureSample } from '../../../shared/contract/places.ts';
import type { ErrorData } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';

export interface MeasureSetup {
  readonly selection: Selection;
  /** Folders that are never part of an object: the home and the vaults. Absolute paths as text. */
  readonly ownFolders: readonly string[];
  readonly control: SharedRunControl;
}

export type MeasureAnswer =
  | { readonly kind: 'sample'; readonly sample: MeasureSample }
  | { readonly kind: 'failed'; readonly error: ErrorData };

import type { ByteString } from '../../../../shared/byte-string.ts';
import { ColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import type { SharedRunControl } from '../../mover/run-control.ts';
import type { PlanOrder } from '../plan/build-plan.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import type { CompareOrder, Comparison } from '../restore-test/compare-sample.ts';
import type { Sample, SampleOrder } from '../restore-test/draw-sample.ts';
import type { RangesOrder, RangesRead } from '../restore-test/read-ranges.ts';
import type { NamesOrder, VerifyOrder, VerifyPlan, WholeTapesOrder } from '../verify/verify-plan.ts';
import { CallingThread } from './calling-thread.ts';

export interface PlanThreadSetup {
  /** The catalog's file. */
  readonly catalog: string;
  readonly set: string;
  /** Wanted paths; all when empty. */
  readonly roots: readonly ByteString[];
  readonly order: PlanOrder;
  readonly control: SharedRunControl;
}

/** What takes a look at a whole catalog and so does not belong in the main thread. */
export interface PlanTasks {
  readonly restore: { readonly order: PlanThreadSetup; readonly result: RestorePlan };
  readonly verify: { readonly order: VerifyOrder; readonly result: VerifyPlan };
  readonly names: { readonly order: NamesOrder; readonly result: Map<string, string[]> };
  readonly wholeTapes: { readonly order: WholeTapesOrder; readonly result: string[] };
  readonly sample: { readonly order: SampleOrder; readonly result: Sample };
  readonly ranges: { readonly order: RangesOrder; readonly result: RangesRead };
  readonly compare: { readonly order: CompareOrder; readonly result: Comparison };
}

export type PlanTask = { [Kind in keyof PlanTasks]: { kind: Kind; order: PlanTasks[Kind]['order'] } }[keyof PlanTasks];

export type PlanThreadAnswer =
  | { readonly kind: 'planned'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorData };

const inThread = async <Kind extends keyof PlanTasks>(
  kind: Kind,
  order: PlanTasks[Kind]['order'],
): Promise<PlanTasks[Kind]['result']> => {
  const thread = new CallingThread<PlanTask, PlanThreadAnswer>('restore-plan', null);
  try {
    const answer = await thread.call({ kind, order } as PlanTask);
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    return answer.result as PlanTasks[Kind]['result'];
  } finally {
    await thread.end();
  }
};

/** Builds a plan in a thread of its own. Rejects as `planFromCatalog` throws. */
export const planInThread = (setup: PlanThreadSetup): Promise<RestorePlan> => inThread('restore', setup);

/** Lists what a verification reads, in a thread of its own. Rejects as `planVerify` throws. */
export const planVerifyInThread = (order: VerifyOrder): Promise<VerifyPlan> => inThread('verify', order);

/** Finds out what lies in chunks, in a thread of its own. */
export const namesInThread = (order: NamesOrder): Promise<Map<string, string[]>> => inThread('names', order);

/** Finds out which tapes a plan has all of, in a thread of its own. */
export const wholeTapesInThread = (order: WholeTapesOrder): Promise<string[]> => inThread('wholeTapes', order);

/** Draws what a restore test takes, in a thread of its own. Rejects as `drawSample` throws. */
export const drawSampleInThread = (order: SampleOrder): Promise<Sample> => inThread('sample', order);

/** Compares what a restore test brought back, in a thread of its own. Rejects as `compareSample` throws. */
export const compareSampleInThread = (order: CompareOrder): Promise<Comparison> => inThread('compare', order);

/** Reads places of volumes that are too long to be restored for a test, in a thread of its own. Rejects as `readRanges` throws. */
export const readRangesInThread = (order: RangesOrder): Promise<RangesRead> => inThread('ranges', order);

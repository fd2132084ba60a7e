import type { ByteString } from '../../../../shared/byte-string.ts';
import { ColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import type { SharedRunControl } from '../../mover/run-control.ts';
import type { PlanOrder } from '../plan/build-plan.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
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

export type PlanThreadAnswer =
  | { readonly kind: 'planned'; readonly plan: RestorePlan }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** Builds a plan in a thread of its own. Rejects as `planFromCatalog` throws. */
export const planInThread = async (setup: PlanThreadSetup): Promise<RestorePlan> => {
  const thread = new CallingThread<'plan', PlanThreadAnswer>('restore-plan', setup);
  try {
    const answer = await thread.call('plan');
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    return answer.plan;
  } finally {
    await thread.end();
  }
};

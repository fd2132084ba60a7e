import type { ProcedureName } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { HandlersOf } from './parts.ts';

/** Refuses procedures that this version declares and does not carry out yet. */
export const notBuilt = <Names extends ProcedureName>(...names: readonly Names[]): HandlersOf<Names> =>
  Object.fromEntries(names.map((name) => [name, () => Promise.reject(refusal(name))])) as unknown as HandlersOf<Names>;

const refusal = (procedure: string): ColdframeError =>
  new ColdframeError('NOT_BUILT', {
    message: `This version does not carry out ${procedure} yet.`,
    guidance: 'Nothing was changed. ARCHITECTURE.md says what is not there yet.',
    context: { procedure },
  });

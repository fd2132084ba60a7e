import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import { eraseTape as erase } from './erase-tape.ts';
import { lossesOf } from './losses.ts';

export { operator } from './operator.ts';

export const tapeLosses: UseCases['tapeLosses'] = async (session, tape) => await lossesOf(openedOf(session), tape);
export const eraseTape: UseCases['eraseTape'] = async (session, request) => await erase(openedOf(session), request);

import { setsByTape } from '../../engine/catalog/index.ts';
import { machineZone } from '../../platform/periods.ts';
import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import * as apply from './apply.ts';
import { mayExpire } from './expired-tape.ts';
import { setsToJudge } from './judge.ts';
import * as plan from './plan.ts';

export const planRetention: UseCases['planRetention'] = async (session, object, request) => {
  const vault = openedOf(session);
  const zone = machineZone();
  const judged = await setsToJudge(vault, object.id, request);
  const sets = plan.planRetention(judged, request.rules, { zone, now: Date.now() });
  const going = new Set(sets.filter(({ keep }) => !keep).map(({ set }) => set.id));
  const onTapes = setsByTape(vault.catalog);
  const tapes = vault.vault.library.state.tapes
    .filter((tape) => mayExpire(tape) && onTapes.get(tape.volume)?.every((id) => going.has(id)) === true)
    .map(({ volume }) => volume);
  return {
    zone,
    sets: sets.map(({ set, keep, reasons }) => ({ set: set.summary, good: set.good, keep, reasons })),
    tapes,
  };
};

export const applyRetention: UseCases['applyRetention'] = async (session, ...request) =>
  await apply.applyRetention(openedOf(session), ...request);

import { setsByTape } from '../../engine/catalog/index.ts';
import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import * as apply from './apply.ts';
import { setsToJudge } from './judge.ts';
import { machineZone } from './periods.ts';
import * as plan from './plan.ts';

export const planRetention: UseCases['planRetention'] = async (session, object, request) => {
  const vault = openedOf(session);
  const zone = machineZone();
  const judged = setsToJudge(vault, object.id, request);
  const sets = plan.planRetention(judged, request.rules, { zone, now: Date.now() });
  const going = new Set(sets.filter(({ keep }) => !keep).map(({ set }) => set.id));
  const tapes = [...setsByTape(vault.catalog)]
    .filter(([, on]) => on.every((id) => going.has(id)))
    .map(([tape]) => tape);
  return {
    zone,
    sets: sets.map(({ set, keep, reasons }) => ({ set: set.summary, good: set.good, keep, reasons })),
    tapes,
  };
};

export const applyRetention: UseCases['applyRetention'] = async (session, ...request) =>
  await apply.applyRetention(openedOf(session), ...request);

import { setImmediate as turn } from 'node:timers/promises';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { DamagedChunks, damagedSets } from '../../engine/catalog/index.ts';
import { donorsOf, soundnessOf } from '../backup/choose-level.ts';
import { refersToDamage } from '../backup/choose-sound-level.ts';
import { damagedBelow } from '../checks/damaged-below.ts';
import type { RetentionRequest } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { datesOf } from './dates.ts';
import type { SetToJudge } from './plan.ts';

/** Each is looked at on tape. */
const SETS_A_TURN = 8;

export interface JudgedSet extends SetToJudge {
  readonly summary: BlockSetSummary;
}

/**
 * What is known of the sets of an object: from the catalog, from a look at the tapes (one chunk a set and tape), and from what was found
 * damaged. Good is only what is complete with everything that it needs, and builds on nothing that is known to be damaged.
 */
export const setsToJudge = async (
  vault: OpenVault,
  object: string,
  { marks, usedBy, unusual }: Pick<RetentionRequest, 'marks' | 'usedBy' | 'unusual'>,
): Promise<JudgedSet[]> => {
  const sets = vault.setsOf(object);
  const dates = datesOf(sets);
  const look = vault.lookAtSets();
  const damaged = DamagedChunks.of(vault.catalogFile);
  const isSound = soundnessOf(sets, look, damaged.sets);
  const below = damagedBelow(sets, damagedSets(vault.catalog, damaged), look.resumedBy);
  const isGood = (set: BlockSetSummary): boolean =>
    set.state === 'complete' &&
    !below.has(set.id) &&
    isSound(set) &&
    !(damaged.any && refersToDamage(vault.catalogFile, set.id, damaged));
  try {
    const judged: JudgedSet[] = [];
    for (const set of sets) {
      const mark = marks.get(set.id);
      const { id, state, parent, createdAt } = set;
      judged.push({
        id,
        state,
        parent,
        createdAt,
        datedAt: dates.get(id) ?? createdAt,
        summary: set,
        good: isGood(set),
        unusual: unusual.has(id),
        donors: state === 'interrupted' || state === 'writing' ? [] : donorsOf(sets, set, look.resumedBy),
        hold: mark?.hold ?? null,
        until: mark?.until ?? null,
        staysUntil: mark?.staysUntil,
        used: usedBy(id),
      });
      if (judged.length % SETS_A_TURN === 0) await turn();
    }
    return judged;
  } finally {
    look.close();
  }
};

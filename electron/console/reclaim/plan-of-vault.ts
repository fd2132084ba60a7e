import { setImmediate as turn } from 'node:timers/promises';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { RECLAIM_BELOW } from '../../../shared/model/reclaim.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { chunkFramedBytes } from '../../engine/tape/chunk-frame.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import { isLabelledAnew } from '../../engine/tape/library-inventory.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { warningBytes } from '../../engine/tape/tail-reserve.ts';
import type { ReclaimRequest } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { judgeTape, lookAtTape } from './look-at-tape.ts';
import { type JudgedTape, obstacleOf, planReclaim, type TapeLook, type TapeToJudge } from './plan.ts';

/** The share below which tapes are reclaimed, percent; null when tapes were named and no share: then whatever theirs is. */
export const thresholdOf = ({ tapes, below }: Pick<ReclaimRequest, 'tapes' | 'below'>): number | null =>
  below ?? (tapes === null ? RECLAIM_BELOW : null);

/** What could be reclaimed in a vault now, of the tapes that were named or of all. Tapes of a changer are not asked for that: the catalog tells. Throws USAGE for a changer with one drive, NO_SUCH_TAPE. */
export const planOf = async (vault: OpenVault, request: ReclaimRequest): Promise<JudgedTape[]> => {
  const { library } = vault.vault;
  library.demandReclaimable();
  library.takeReturned();
  // Killed between labelling a tape anew and noting that.
  const { vault: own, tapes, settings } = library.state;
  const isReal = settings.changer !== undefined;
  if (!isReal && tapes.some((tape) => isLabelledAnew(vault.dir, own.id, tape))) library.inventory();
  const below = thresholdOf(request);
  const named = request.tapes?.map((name) => library.tape(name).volume) ?? null;
  const live = catalog.liveOnTapes(vault.catalog);
  const facts = library.state.tapes
    .filter(({ volume }) => named === null || named.includes(volume))
    .map((tape) => ({
      tape: { ...tape, copyOf: originalOf(library.state, tape) },
      held: library.isHeld(tape.volume),
      live: live.get(tape.volume) ?? { chunks: 0, bytes: 0 },
    }));
  const worth = new Set(
    facts.filter((each) => obstacleOf(each, below) === null).map(({ tape }) => tape.volume as string),
  );
  const sets = new Map<string, BlockSetSummary>(catalog.sets(vault.catalog).map((set) => [set.id, set]));
  const around = { sources: worth, sets, isServed: request.isServed, headers: false };
  const look = (tape: TapeRecord): TapeLook =>
    isReal ? judgeTape(vault, tape, around, null) : lookAtTape(vault, tape, around);
  const judging: TapeToJudge[] = [];
  for (const each of facts) {
    await turn();
    judging.push({ ...each, look: worth.has(each.tape.volume) ? look(each.tape) : null });
  }
  const { tapeBytes } = library.state.settings;
  return planReclaim(judging, below, {
    tapes: vault.writableRoom(),
    ofEmptyTape: tapeBytes - warningBytes(tapeBytes, 0),
    framed: chunkFramedBytes,
  });
};

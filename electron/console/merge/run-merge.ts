import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { millis, objectId, type SetId, setId } from '../../../shared/units.ts';
import { setDetail } from '../../engine/catalog/index.ts';
import { randomId } from '../../platform/ids.ts';
import { writeSet } from '../backup/write-set.ts';
import type { JobControl, ProtectedObject } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { MergeFlow } from './merge-flow.ts';

/**
 * Makes a synthetic full of an object's newest complete set: the same state, all of its content in chunks of its own.
 * Written as `writeSet` does; the source is not read. When that set has all its content in its own chunks
 * already, as a full or a merged one, nothing is written, and it is given as it is. Throws PARENT_MISSING, USAGE where a changer has one drive for it, TAPES_AWAY, UNIT_DAMAGED, CANCELLED, OUT_OF_TAPES.
 */
export const runMerge = async (
  vault: OpenVault,
  object: ProtectedObject,
  job: JobControl,
  folder: string,
): Promise<{ readonly set: BlockSetSummary; readonly merged: boolean; readonly from: SetId }> => {
  const started = Date.now();
  const history = vault.setsOf(object.id);
  const from = history.findLast(({ state }) => state === 'complete');
  if (from === undefined) throw nothingToMerge(object.name);
  const { leftOut, selection, source } = setDetail(vault.catalog, from.id);
  // What an interrupted attempt had stored lies in chunks of that one.
  const ownChunks = from.level === 'synthetic' || (from.level === 'full' && source.resumed === '');
  if (ownChunks) return { set: from, merged: false, from: from.id };
  vault.vault.library.demandMergeable();
  const set = {
    id: setId(randomId()),
    object: { id: objectId(object.id), name: object.name },
    level: 'synthetic' as const,
    parent: null,
    // Its content is of that moment: dated by the merge it would look like a backup of now.
    createdAt: millis(from.createdAt + 1),
  };
  const written = await writeSet(
    vault,
    // All that it holds is its own, whatever the sets before it went on from.
    { set, selection: selection ?? object.selection, source: { ...source, resumed: '' }, started, folder },
    job,
    () => new MergeFlow(vault, { set, from, leftOut, folder }, job),
  );
  return { ...written, merged: true, from: from.id };
};

const nothingToMerge = (name: string): ColdframeError =>
  new ColdframeError('PARENT_MISSING', {
    message: `There is no complete set of ${name} that could be merged.`,
    guidance: `Back it up first with: coldframe backup ${name}`,
    context: { object: name },
  });

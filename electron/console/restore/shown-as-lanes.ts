import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { findSet } from '../../engine/catalog/index.ts';
import type { ChannelNews } from '../../engine/mover/channel.ts';
import { LaneBook } from '../pictures/lane-book.ts';
import { RestoreLanes } from '../pictures/restore-lanes.ts';
import type { JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';

/** Has a job's picture show what channels read, by drive: what they are to tell. */
export const shownAsLanes = (
  { vault, catalog }: OpenVault,
  { picture }: Pick<JobControl, 'picture'>,
): { onChannel(news: ChannelNews): void; onRead(drive: number, place: ChunkPlace): void } => {
  const lanes = new LaneBook('restore');
  const channels = new RestoreLanes(lanes, vault.library.state.settings.tapeBytes);
  picture.lanes(lanes);
  const named = new Set<string>();
  const name = (set: string): void => {
    if (named.has(set)) return;
    named.add(set);
    lanes.knows(set, findSet(catalog, set)?.summary.object.name ?? null);
  };
  return {
    onChannel: (news) => channels.hear(news),
    onRead: (drive, { set, payloadBytes, kind, offset }) => {
      name(set);
      lanes.moved(drive, set, payloadBytes, kind, offset + payloadBytes);
    },
  };
};

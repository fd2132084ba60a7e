import { join } from 'node:path';
import type { SetView } from '../../../shared/contract/backup.ts';
import type { Secrets } from '../../../shared/contract/calls.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { Session } from '../session.ts';
import { type Comparison, compareFolders } from './compare.ts';

export interface RoundTrip {
  readonly set: SetView;
  readonly restore: OutputOf<'restore'>;
  readonly comparison: Comparison;
}

export interface Places {
  readonly object: string;
  /** What to protect. */
  readonly folder: string;
  readonly vault: string;
  /** A new folder to restore to. */
  readonly restored: string;
}

/** Backs a folder up, restores it to a new place and compares the two. `say` hears what comes next. */
export const roundTrip = async (
  session: Session,
  { object, folder, vault, restored }: Places,
  secrets: Secrets,
  say: (text: string) => void,
): Promise<RoundTrip> => {
  await session.call('object.add', { name: object, vault, files: [{ path: folder }] });
  say(`Backing up ${folder} …`);
  const { set } = await session.call('backup', { object }, secrets);
  say(`Restoring it to ${restored} …`);
  const restore = await session.call('restore', { set: set.id, to: { path: restored } }, secrets);
  say('Comparing the two, byte by byte …');
  return { set, restore, comparison: compareFolders(folder, join(restored, folder)) };
};

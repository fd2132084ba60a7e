import type { OutputOf } from '../../../shared/contract/contract.ts';
import { parentOf } from '../../stores/paths.ts';
import { href } from '../../stores/route.ts';

type Change = Pick<OutputOf<'diff'>['changes'][number], 'path' | 'type' | 'change'>;

/** Where something that changed can be restored from: the later moment, or the earlier one for what is gone by then. */
export const placeOfChange = (object: string, { path, type, change }: Change, from: string, to: string): string =>
  href('restore', object, {
    set: change === 'removed' ? from : to,
    path: parentOf(path),
    ...(type === 'file' ? { file: path } : {}),
  });

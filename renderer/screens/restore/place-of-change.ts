import type { OutputOf } from '../../../shared/contract/contract.ts';
import { parentOf, wholePath } from '../../stores/paths.ts';
import { href } from '../../stores/route.ts';

type Change = Pick<OutputOf<'diff'>['changes'][number], 'path' | 'pathBase64' | 'type' | 'change'>;

/** Where something that changed can be restored from: the later moment, or the earlier one for what is gone by then. */
export const placeOfChange = (object: string, { type, change, ...shown }: Change, from: string, to: string): string =>
  href('restore', object, {
    set: change === 'removed' ? from : to,
    path: parentOf(wholePath(shown)),
    ...(type === 'file' ? { file: wholePath(shown) } : {}),
  });

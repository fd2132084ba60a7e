import type { Attention } from '../../../shared/contract/attention.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { homeFull } from '../home/reserve.ts';
import type { Store } from '../store/store.ts';

/** What a person should look at of the home itself. */
export const homeAttention = (folder: string, store: Pick<Store, 'demandInPlace'>): Attention[] => {
  const about = { severity: 'lost', object: null, vault: null, action: null } as const;
  try {
    store.demandInPlace();
  } catch (thrown) {
    const { code, context } = asColdframeError(thrown);
    if (code !== 'HOME_DATABASE_MISSING') throw thrown;
    const { home, file } = context as Attention['context'];
    return [{ code, ...about, context: { home: home ?? null, file: file ?? null } }];
  }
  return homeFull(folder) === null ? [] : [{ code: 'HOME_FULL', ...about, context: { home: folder } }];
};

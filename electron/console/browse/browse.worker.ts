import { asColdframeError } from '../../../shared/errors.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { BrowseAnswer, BrowseRequest, BrowseWish } from './browse-protocol.ts';
import { FolderDesk } from './folder-desk.ts';

onWork<null>(async (_, port) => {
  const desk = new FolderDesk();
  const answer = (said: BrowseAnswer): void => port.postMessage(said);
  const waiting = new Map<number, AbortController>();
  await onRequest<BrowseRequest>(port, ({ id, ...wish }) => {
    if (wish.kind === 'leave') return waiting.get(id)?.abort();
    const aborter = new AbortController();
    waiting.set(id, aborter);
    return answerOf(desk, wish, aborter.signal)
      .then(
        (found) => answer({ id, ...found }),
        (thrown: unknown) => answer({ kind: 'failed', id, error: asColdframeError(thrown).toData() }),
      )
      .finally(() => waiting.delete(id));
  });
  await desk.close();
  return 'clean';
});

const answerOf = async (desk: FolderDesk, wish: BrowseWish, signal: AbortSignal) => {
  switch (wish.kind) {
    case 'page':
      return { kind: 'page', ...(await desk.page(wish)) } as const;
    case 'gone':
      return { kind: 'gone', ...(await desk.gone(wish, signal)) } as const;
    case 'weigh':
      return { kind: 'weigh', ...(await desk.weigh(wish, signal)) } as const;
    case 'compare':
      return { kind: 'compare', ...(await desk.compare(wish, signal)) } as const;
  }
};

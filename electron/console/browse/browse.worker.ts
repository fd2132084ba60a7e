import { asColdframeError } from '../../../shared/errors.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { PageAnswer, PageRequest } from './browse-protocol.ts';
import { FolderDesk } from './folder-desk.ts';

onWork<null>(async (_, port) => {
  const desk = new FolderDesk();
  const answer = (said: PageAnswer): void => port.postMessage(said);
  await onRequest<PageRequest>(port, ({ id, ...wish }) =>
    desk.page(wish).then(
      ({ entries, total }) => answer({ kind: 'page', id, entries, total }),
      (thrown: unknown) => answer({ kind: 'failed', id, error: asColdframeError(thrown).toData() }),
    ),
  );
  await desk.close();
  return 'clean';
});

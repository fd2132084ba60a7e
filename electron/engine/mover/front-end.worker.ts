import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { sourceFiles } from '../../platform/source-files.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { FrontEnd } from './front-end.ts';
import type { FrontEndAnswer, FrontEndRequest, FrontEndSetup } from './front-end-protocol.ts';
import { sourceAccess } from './source-files.ts';
import { volumeAccess } from './volume-access.ts';

const serve = async (frontEnd: FrontEnd, request: FrontEndRequest): Promise<FrontEndAnswer> => {
  switch (request.kind) {
    case 'batch':
      return { kind: 'batch-done', id: request.id, report: await frontEnd.copyBatch(request.items) };
    case 'finish':
      return { kind: 'finished', spool: await frontEnd.finish() };
    case 'metadata':
      return { kind: 'metadata-done', ...(await frontEnd.writeMetadata(request.order)) };
  }
};

giveWay();
onWork<FrontEndSetup>(async (setup, port) => {
  sourceFiles().forgetAccounts();
  const access = setup.volumes === null ? sourceAccess() : volumeAccess(setup.volumes);
  const frontEnd = new FrontEnd(setup, access);
  const close = (): void => access.close();
  // Descriptors belong to the process and would outlive a thread that dies.
  process.once('exit', close);

  /** Requests are served one after the other; after a failure none is served any more. */
  let last: Promise<void> = Promise.resolve();
  let failed = false;
  let finished = false;
  const done = await onRequest(port, (request: FrontEndRequest) => {
    last = last.then(async () => {
      if (failed) return;
      try {
        port.postMessage(await serve(frontEnd, request));
        if (request.kind === 'finish') finished = true;
      } catch (thrown) {
        failed = true;
        port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies FrontEndAnswer);
      }
    });
    return last;
  });
  // What waits for something that does not come any more goes with the thread, and so does an open spool.
  if (!done || failed || !finished) return 'spent';
  process.off('exit', close);
  close();
  return 'clean';
});

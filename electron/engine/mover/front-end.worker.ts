import { parentPort } from 'node:worker_threads';
import { asColdframeError } from '../../../shared/errors.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import { FrontEnd } from './front-end.ts';
import type { FrontEndAnswer, FrontEndRequest, FrontEndSetup } from './front-end-protocol.ts';
import { sourceAccess } from './source-files.ts';
import { volumeAccess } from './volume-access.ts';

const port = parentPort;
if (port === null) throw new Error('The front end runs in a worker thread only.');
const setup = threadSetup<FrontEndSetup>();
const access = setup.volumes === null ? sourceAccess() : volumeAccess(setup.volumes);
const frontEnd = new FrontEnd(setup, access);
// Descriptors belong to the process and would outlive this thread.
process.once('exit', () => access.close());

const serve = async (request: FrontEndRequest): Promise<FrontEndAnswer> => {
  switch (request.kind) {
    case 'batch':
      return { kind: 'batch-done', id: request.id, report: await frontEnd.copyBatch(request.items) };
    case 'finish':
      return { kind: 'finished', spool: await frontEnd.finish() };
    case 'metadata':
      return { kind: 'metadata-done', ...(await frontEnd.writeMetadata(request.order)) };
  }
};

/** Requests are served one after the other; after a failure none is served any more. */
let last: Promise<void> = Promise.resolve();
let failed = false;
onRequest(port, (request: FrontEndRequest) => {
  last = last.then(async () => {
    if (failed) return;
    try {
      port.postMessage(await serve(request));
    } catch (thrown) {
      failed = true;
      port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies FrontEndAnswer);
    }
  });
});

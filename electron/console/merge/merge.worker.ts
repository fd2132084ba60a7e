import { parentPort } from 'node:worker_threads';
import { asColdframeError } from '../../../shared/errors.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import type { MergeAnswer, MergeRequest, MergeSetup } from './merge-protocol.ts';
import { Merger } from './merger.ts';

const port = parentPort;
if (port === null) throw new Error('merge.worker.ts runs in a worker thread only');
let merger: Merger | null = null;

const carryOut = async (request: MergeRequest): Promise<MergeAnswer> => {
  merger ??= new Merger(threadSetup<MergeSetup>());
  switch (request.kind) {
    case 'plan':
      return { kind: 'planned', ...merger.plan() };
    case 'read':
      await merger.read(request.access);
      return { kind: 'read' };
    case 'finish':
      return { kind: 'finished', segments: await merger.finish() };
    case 'record':
      return { kind: 'recorded', spool: merger.record() };
    case 'metadata':
      await merger.writeMetadata(request.order);
      return { kind: 'metadata-done' };
  }
};

onRequest(port, (request: MergeRequest) => {
  const failed = (thrown: unknown): MergeAnswer => ({ kind: 'failed', error: asColdframeError(thrown).toData() });
  void carryOut(request)
    .catch(failed)
    .then((answer) => port.postMessage(answer));
});

import { giveWay } from '../../../platform/give-way.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import { Reader } from './reader.ts';
import type { ReaderRequest, ReaderSetup } from './thread-protocol.ts';

giveWay();
onWork<ReaderSetup>(async (setup, port) => {
  const reader = new Reader(setup);
  let closed = false;
  await onRequest(port, (request: ReaderRequest) => {
    const answer = reader.carryOut(request);
    port.postMessage(answer);
    closed = request.kind === 'close' && answer.kind !== 'failed';
  });
  return closed ? 'clean' : 'spent';
});

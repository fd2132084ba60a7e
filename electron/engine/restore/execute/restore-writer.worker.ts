import { giveWay } from '../../../platform/give-way.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import type { WriterRequest, WriterSetup } from './thread-protocol.ts';
import { Writer } from './writer.ts';

giveWay();
onWork<WriterSetup>(async (setup, port) => {
  const writer = new Writer(setup);
  let closed = false;
  await onRequest(port, (request: WriterRequest) => {
    const answer = writer.carryOut(request);
    port.postMessage(answer);
    closed = request.kind === 'close' && answer.kind !== 'failed';
  });
  return closed ? 'clean' : 'spent';
});

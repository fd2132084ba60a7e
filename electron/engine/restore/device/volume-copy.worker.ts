import { giveWay } from '../../../platform/give-way.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import { Copier } from './copier.ts';
import type { CopyRequest, CopySetup } from './copy-protocol.ts';

giveWay();
onWork<CopySetup>(async (setup, port) => {
  const copier = new Copier(setup);
  let closed = false;
  await onRequest(port, (request: CopyRequest) => {
    const answer = copier.carryOut(request);
    port.postMessage(answer);
    closed = request.kind === 'close' && answer.kind !== 'failed';
  });
  return closed ? 'clean' : 'spent';
});

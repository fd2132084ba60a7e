import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { BackEnd } from '../mover/back-end.ts';
import type { BackEndAnswer, BackEndRequest, BackEndSetup } from '../mover/back-end-protocol.ts';
import { type MountAccess, mountToWrite } from './mount-to-write.ts';

giveWay();
onWork<BackEndSetup>(async (setup, port) => {
  const answer = (message: BackEndAnswer): void =>
    port.postMessage(message, message.kind === 'written' ? [message.index.buffer] : []);
  const backEnd = new BackEnd<MountAccess>(setup, mountToWrite, answer);
  void onRequest(port, (request: BackEndRequest<MountAccess>) => backEnd.request(request));
  await backEnd.run();
  return 'clean';
});

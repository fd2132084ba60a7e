import { giveWay } from '../../../platform/give-way.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import { Verifier, type VerifierRequest, type VerifierSetup } from './verifier.ts';

giveWay();
onWork<VerifierSetup>(async (setup, port) => {
  const verifier = new Verifier(setup);
  await onRequest(port, (request: VerifierRequest) => port.postMessage(verifier.carryOut(request)));
  return 'clean';
});

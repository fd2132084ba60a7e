import { parentPort } from 'node:worker_threads';
import { onRequest } from '../../../platform/thread-end.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { Verifier, type VerifierRequest, type VerifierSetup } from './verifier.ts';

const port = parentPort;
if (port === null) throw new Error('restore-verifier.worker.ts runs in a worker thread only');

const verifier = new Verifier(threadSetup<VerifierSetup>());
onRequest(port, (request: VerifierRequest) => port.postMessage(verifier.carryOut(request)));

import { parentPort } from 'node:worker_threads';
import { onRequest } from '../../../platform/thread-end.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { Copier } from './copier.ts';
import type { CopyRequest, CopySetup } from './copy-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('volume-copy.worker.ts runs in a worker thread only');

const copier = new Copier(threadSetup<CopySetup>());
onRequest(port, (request: CopyRequest) => port.postMessage(copier.carryOut(request)));

import { parentPort } from 'node:worker_threads';
import { onRequest } from '../../../platform/thread-end.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { Reader } from './reader.ts';
import type { ReaderRequest, ReaderSetup } from './thread-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('restore-reader.worker.ts runs in a worker thread only');

const reader = new Reader(threadSetup<ReaderSetup>());
onRequest(port, (request: ReaderRequest) => port.postMessage(reader.carryOut(request)));

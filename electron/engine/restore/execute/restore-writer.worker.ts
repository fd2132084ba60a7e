import { parentPort } from 'node:worker_threads';
import { onRequest } from '../../../platform/thread-end.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import type { WriterRequest, WriterSetup } from './thread-protocol.ts';
import { Writer } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('restore-writer.worker.ts runs in a worker thread only');

const writer = new Writer(threadSetup<WriterSetup>());
onRequest(port, (request: WriterRequest) => port.postMessage(writer.carryOut(request)));

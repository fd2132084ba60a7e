import { parentPort, workerData } from 'node:worker_threads';
import type { WriterRequest, WriterSetup } from './thread-protocol.ts';
import { Writer } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('restore-writer.worker.ts runs in a worker thread only');

const writer = new Writer(workerData as WriterSetup);
port.on('message', (request: WriterRequest) => port.postMessage(writer.carryOut(request)));

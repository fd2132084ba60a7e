import { parentPort } from 'node:worker_threads';
import { asColdframeError } from '../../../shared/errors.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import type { RebuildAnswer, RebuildRequest, RebuildSetup } from './rebuild-protocol.ts';
import { Rebuilder } from './rebuilder.ts';

const port = parentPort;
if (port === null) throw new Error('rebuild.worker.ts runs in a worker thread only');
let rebuilder: Rebuilder | null = null;

const carryOut = (request: RebuildRequest): RebuildAnswer => {
  rebuilder ??= new Rebuilder(threadSetup<RebuildSetup>());
  switch (request.kind) {
    case 'scan':
      rebuilder.scan(request.tape);
      return { kind: 'scanned' };
    case 'import':
      return { kind: 'imported', interruptedOn: rebuilder.import(request.missing, request.earlier) };
    case 'indexes':
      rebuilder.readIndexes(request.access);
      return { kind: 'indexed' };
    case 'finish':
      return { kind: 'finished', ...rebuilder.finish() };
  }
};

onRequest(port, (request: RebuildRequest) => {
  try {
    port.postMessage(carryOut(request));
  } catch (thrown) {
    port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies RebuildAnswer);
  }
});

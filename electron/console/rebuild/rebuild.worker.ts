import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { RebuildAnswer, RebuildRequest, RebuildSetup } from './rebuild-protocol.ts';
import { Rebuilder } from './rebuilder.ts';

const carryOut = async (rebuilder: Rebuilder, request: RebuildRequest): Promise<RebuildAnswer> => {
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
    case 'copy':
      await rebuilder.copy(request.from, request.to);
      return { kind: 'copied' };
  }
};

giveWay();
onWork<RebuildSetup>(async (setup, port) => {
  let rebuilder: Rebuilder | null = null;
  let closed = false;
  await onRequest(port, async (request: RebuildRequest) => {
    try {
      // What cannot be opened is the first request's failure.
      rebuilder ??= new Rebuilder(setup, (chunks) =>
        port.postMessage({ kind: 'found', chunks } satisfies RebuildAnswer),
      );
      port.postMessage(await carryOut(rebuilder, request));
      closed ||= request.kind === 'finish';
    } catch (thrown) {
      port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies RebuildAnswer);
    }
  });
  return closed ? 'clean' : 'spent';
});

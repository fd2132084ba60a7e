import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { MergeAnswer, MergeRequest, MergeSetup } from './merge-protocol.ts';
import { Merger } from './merger.ts';

const carryOut = async (merger: Merger, request: MergeRequest): Promise<MergeAnswer> => {
  switch (request.kind) {
    case 'plan':
      return { kind: 'planned', ...merger.plan() };
    case 'read':
      await merger.read(request.access);
      return { kind: 'read', tapes: merger.tapesLeft(), wrong: merger.takeWrong() };
    case 'without':
      merger.without(request.tape, ColdframeError.fromData(request.error), request.failed !== undefined);
      return { kind: 'read', tapes: merger.tapesLeft(), wrong: merger.takeWrong() };
    case 'finish':
      return { kind: 'finished', segments: await merger.finish(), warnings: merger.warnings() };
    case 'record':
      return { kind: 'recorded', spool: merger.record() };
    case 'metadata':
      await merger.writeMetadata(request.order);
      return { kind: 'metadata-done' };
  }
};

giveWay();
onWork<MergeSetup>(async (setup, port) => {
  let merger: Merger | null = null;
  await onRequest(port, async (request: MergeRequest) => {
    const failed = (thrown: unknown): MergeAnswer => ({
      kind: 'failed',
      error: asColdframeError(thrown).toData(),
      wrong: merger?.takeWrong() ?? [],
    });
    const begin = async (): Promise<MergeAnswer> => {
      // What cannot be opened is the first request's failure.
      merger ??= new Merger(setup);
      return await carryOut(merger, request);
    };
    port.postMessage(await begin().catch(failed));
  });
  // What it has open, only the end of the thread closes for sure.
  return 'spent';
});

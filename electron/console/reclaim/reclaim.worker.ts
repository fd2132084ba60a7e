import { asColdframeError } from '../../../shared/errors.ts';
import { TapeWriter } from '../../engine/tape/tape-writer.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { ReclaimAnswer, ReclaimRequest, ReclaimSetup } from './reclaim-protocol.ts';

const carryOut = async (reader: ChunkReader, request: ReclaimRequest): Promise<ReclaimAnswer> => {
  switch (request.kind) {
    case 'tell':
      return { kind: 'told', told: await reader.tell(request.access) };
    case 'move':
      return { kind: 'moved', ...(await reader.move(request.chunks, request.access)) };
    case 'prove':
      return { kind: 'proved', wrong: await reader.prove(request.places, request.access) };
    case 'settle':
      return { kind: 'settled', summary: settle(request) };
  }
};

const settle = ({ tape, expectChunks, sets }: Extract<ReclaimRequest, { kind: 'settle' }>) => {
  const writer = TapeWriter.open(tape, { expectChunks });
  try {
    const { sets: _, ...summary } = writer.finish({ full: writer.full, catalogSets: sets });
    return summary;
  } finally {
    writer.close();
  }
};

giveWay();
onWork<ReclaimSetup>(async (setup, port) => {
  const reader = new ChunkReader(setup);
  await onRequest(port, async (request: ReclaimRequest) => {
    const failed = (thrown: unknown): ReclaimAnswer => ({ kind: 'failed', error: asColdframeError(thrown).toData() });
    port.postMessage(await carryOut(reader, request).catch(failed));
  });
  // The tapes that it has open, only the end of the thread closes for sure.
  return 'spent';
});

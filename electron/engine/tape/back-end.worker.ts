import { setId } from '../../../shared/units.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { BackEnd } from '../mover/back-end.ts';
import type { BackEndAnswer, BackEndRequest, BackEndSetup, MountedTape } from '../mover/back-end-protocol.ts';
import type { TapeAccess } from './tape-access.ts';
import { TapeWriter } from './tape-writer.ts';

/** What a mount needs: the tape, and how many chunks of it are known to be durable. */
interface MountAccess {
  readonly tape: TapeAccess;
  readonly expectChunks: number;
}

/** Puts a tape into this thread's drive. */
const mount = (id: string, { tape, expectChunks }: MountAccess): MountedTape => {
  const writer = TapeWriter.open(tape, { expectChunks });
  return {
    id,
    append: (chunk) =>
      writer.appendChunk({
        ...chunk,
        set: setId(chunk.set),
        lastMetadata: chunk.lastPart,
        plainLength: chunk.plainBytes,
      }),
    flush: () => writer.flush(),
    finish: (full, sets) => {
      const summary = writer.finish({ full, catalogSets: sets });
      const asksForCleaning = writer.asksForCleaning();
      writer.close();
      return { ...summary, asksForCleaning };
    },
    abandon: () => writer.close(),
  };
};

giveWay();
onWork<BackEndSetup>(async ({ staging, drive }, port) => {
  const answer = (message: BackEndAnswer): void =>
    port.postMessage(message, message.kind === 'written' ? [message.index.buffer] : []);
  const backEnd = new BackEnd<MountAccess>(staging, drive, mount, answer);
  void onRequest(port, (request: BackEndRequest<MountAccess>) => backEnd.request(request));
  await backEnd.run();
  return 'clean';
});

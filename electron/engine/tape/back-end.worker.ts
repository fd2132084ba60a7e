import { parentPort } from 'node:worker_threads';
import { setId } from '../../../shared/units.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import { BackEnd } from '../mover/back-end.ts';
import type { BackEndAnswer, BackEndRequest, BackEndSetup, MountedTape } from '../mover/back-end-protocol.ts';
import type { TapeAccess } from './tape-access.ts';
import { TapeWriter } from './tape-writer.ts';

const port = parentPort;
if (port === null) throw new Error('The back end runs in a worker thread only.');
const setup = threadSetup<BackEndSetup>();

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
      writer.close();
      return summary;
    },
    abandon: () => writer.close(),
  };
};

const answer = (message: BackEndAnswer): void => port.postMessage(message);
const backEnd = new BackEnd<MountAccess>(setup.staging, setup.drive, mount, answer);
onRequest(port, (request: BackEndRequest<MountAccess>) => backEnd.request(request));
await backEnd.run();
port.close();

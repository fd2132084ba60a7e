import { setId } from '../../../shared/units.ts';
import type { MountedTape } from '../mover/back-end-protocol.ts';
import type { TapeAccess } from './tape-access.ts';
import { TapeWriter } from './tape-writer.ts';

/** What a mount needs: the tape, and how many chunks of it are known to be durable. */
export interface MountAccess {
  readonly tape: TapeAccess;
  readonly expectChunks: number;
}

/** Puts a tape into this thread's drive. Errors as of `TapeWriter.open`. */
export const mountToWrite = (id: string, { tape, expectChunks }: MountAccess): MountedTape => {
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

import { type FileHandle, open } from 'node:fs/promises';
import { asColdframeError } from '../../../shared/errors.ts';
import { type BlockRuns, bytesWithin } from '../../engine/snapshot/block-runs.ts';
import { FileDevice } from '../../engine/snapshot/file-device.ts';
import type { RestoreResult } from '../use-cases.ts';

const PIECE_BYTES = 1024 * 1024;
const RUNS_AT_ONCE = 1024;

/** An image that another one takes the place of, held open: its unprotected blocks are not in the set and stay as they are. */
export class StayingBlocks {
  readonly #path: string;
  readonly #unprotected: BlockRuns;
  readonly #before: FileDevice;
  readonly #from: FileHandle;

  /** Null when all of it goes. */
  static async of(path: string, unprotected: BlockRuns): Promise<StayingBlocks | null> {
    if (unprotected.length === 0) return null;
    return new StayingBlocks(path, unprotected, await open(path, 'r'));
  }

  private constructor(path: string, unprotected: BlockRuns, from: FileHandle) {
    this.#path = path;
    this.#unprotected = unprotected;
    this.#from = from;
    this.#before = new FileDevice(path, { readOnly: true });
  }

  /** Puts them into the image that has the path now. What of them cannot be kept is a warning: nobody wanted them backed up. */
  async intoNew(): Promise<RestoreResult['warnings']> {
    try {
      const into = await open(this.#path, 'r+');
      try {
        await this.#copy(into);
        await into.sync();
      } finally {
        await into.close();
      }
      return [];
    } catch (error) {
      const why = asColdframeError(error).message;
      const message = `What its unprotected blocks held could not be kept, and some of them are zeroes now: ${why}`;
      return [{ code: 'UNPROTECTED_NOT_KEPT', path: this.#path, message }];
    }
  }

  async close(): Promise<void> {
    this.#before.close();
    await this.#from.close();
  }

  async #copy(into: FileHandle): Promise<void> {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (const { offset, length } of bytesWithin(this.#unprotected, 0, this.#before.size)) {
      for (let at = offset; at < offset + length; ) {
        for (const run of this.#before.allocation(at, offset + length - at, RUNS_AT_ONCE)) {
          at = run.offset + run.length;
          if (run.hole) continue;
          for (let done = run.offset; done < at; done += PIECE_BYTES)
            await this.#piece(into, piece.subarray(0, Math.min(PIECE_BYTES, at - done)), done);
        }
      }
    }
  }

  async #piece(into: FileHandle, piece: Buffer, offset: number): Promise<void> {
    for (let done = 0; done < piece.length; ) {
      const { bytesRead } = await this.#from.read(piece, done, piece.length - done, offset + done);
      if (bytesRead === 0) return;
      await into.write(piece, done, bytesRead, offset + done);
      done += bytesRead;
    }
  }
}

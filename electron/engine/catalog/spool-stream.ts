import fs from 'node:fs';
import type { RecordStream } from './stream.ts';

const PIECE_BYTES = 1 << 20;

/** Files of records, one behind the other, as one stream. */
export const spoolStream = (paths: readonly string[]): RecordStream =>
  function* () {
    for (const path of paths) {
      const fd = fs.openSync(path, 'r');
      try {
        for (;;) {
          const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
          const read = fs.readSync(fd, buffer);
          if (read === 0) break;
          yield buffer.subarray(0, read);
        }
      } finally {
        fs.closeSync(fd);
      }
    }
  };

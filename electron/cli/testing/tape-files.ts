import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The tape files of a vault that have anything on them, largest first. */
export function tapeFiles(vault: string): string[] {
  const folder = join(vault, 'tapes');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && statSync(file).size > 0)
    .toSorted((one, other) => statSync(other).size - statSync(one).size);
}

/** Turns over the bits of one byte. */
export function flipByte(file: string, offset: number): void {
  const fd = openSync(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, offset);
    byte.writeUInt8(byte.readUInt8() ^ 0xff);
    writeSync(fd, byte, 0, 1, offset);
  } finally {
    closeSync(fd);
  }
}

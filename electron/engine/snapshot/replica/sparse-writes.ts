import { BLOCK_BYTES } from '../../../../shared/units.ts';
import type { Allocation, BlockDevice } from '../block-device.ts';

const ZEROES = Buffer.alloc(1024 * 1024);

export const isZero = (content: Uint8Array): boolean => {
  for (let at = 0; at < content.length; at += ZEROES.length) {
    const part = content.subarray(at, at + ZEROES.length);
    if (ZEROES.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
};

/** Writes content whose blocks of zeroes become holes, where there can be holes. */
export const writeSparsely = (device: BlockDevice, content: Uint8Array, offset: number): void => {
  for (let at = 0; at < content.length; ) {
    const zero = isZero(content.subarray(at, at + BLOCK_BYTES));
    let end = at + BLOCK_BYTES;
    while (end < content.length && isZero(content.subarray(end, end + BLOCK_BYTES)) === zero) end += BLOCK_BYTES;
    end = Math.min(end, content.length);
    if (zero) makeHole(device, offset + at, end - at);
    else device.write(content.subarray(at, end), offset + at, false);
    at = end;
  }
};

export const makeHole = (device: BlockDevice, offset: number, length: number): void => {
  for (const run of runsOf(device, offset, length)) {
    if (!run.hole) device.zero(run.offset, run.length, { durable: false, mayPunch: true, onlyFast: false });
  }
};

/** Bytes of a run that are a hole; what lies behind the end of the device is one. */
export const holeBytes = (device: BlockDevice, offset: number, length: number): number =>
  runsOf(device, offset, length).reduce((left, run) => (run.hole ? left : left - run.length), length);

/** What is known of a run, as far as the device reaches. */
export const runsOf = (device: BlockDevice, offset: number, length: number): Allocation[] => {
  const end = Math.min(offset + length, device.size);
  const runs: Allocation[] = [];
  for (let at = offset; at < end; ) {
    const [run] = device.allocation(at, end - at, 1);
    if (run === undefined || run.length <= 0) throw new Error('A device told nothing about a part of it.');
    runs.push(run);
    at = run.offset + run.length;
  }
  return runs;
};

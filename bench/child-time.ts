import koffi from 'koffi';

const RUSAGE_CHILDREN = -1;
const getrusage = koffi.load(null).func('int getrusage(int who, void *usage)');

/** User and system time, in milliseconds, of all children that have ended so far, with theirs (getrusage(2)). */
export function childCpuMs(): number {
  const usage = Buffer.alloc(144);
  if (getrusage(RUSAGE_CHILDREN, usage) !== 0) throw new Error('getrusage failed');
  const word = (index: number): number => Number(usage.readBigInt64LE(index * 8));
  return (word(0) + word(2)) * 1000 + (word(1) + word(3)) / 1000;
}

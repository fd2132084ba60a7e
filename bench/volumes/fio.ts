import { run } from '../measure.ts';

/** What fio is asked to do. */
export interface Workload {
  readonly title: string;
  readonly operation: 'read' | 'write' | 'randread' | 'randwrite';
  readonly blockBytes: number;
  readonly depth: number;
  /** Writes between two flushes; none when left out. */
  readonly flushEvery?: number;
  /** Bytes left out behind each block, for one pass in order. */
  readonly skipBytes?: number;
}

/** Before the measurement of a time. */
export const RAMP_SECONDS = 0.3;

/** How long: for so many seconds, or once over the whole. */
export type Extent = { readonly seconds: number } | { readonly bytes: number };

export interface Rate {
  readonly bytesPerSecond: number;
  readonly perSecond: number;
  /** Reads or writes that were counted: all but those of the time before the measurement. */
  readonly requests: number;
}

/** Runs one workload of fio against an export. The offsets are the same in every run. */
export async function fio(uri: string, workload: Workload, sizeBytes: number, extent: Extent): Promise<Rate> {
  const { operation, skipBytes } = workload;
  const argv: [string, ...string[]] = [
    'fio',
    '--name=bench',
    '--ioengine=nbd',
    `--uri=${uri}`,
    '--output-format=json',
    `--rw=${operation}${skipBytes === undefined ? '' : `:${skipBytes}`}`,
    `--bs=${workload.blockBytes}`,
    `--iodepth=${workload.depth}`,
    `--size=${sizeBytes}`,
    '--refill_buffers=0',
    '--randrepeat=1',
    '--allrandrepeat=1',
  ];
  if (workload.flushEvery !== undefined) argv.push(`--fsync=${workload.flushEvery}`);
  if ('seconds' in extent) argv.push('--time_based=1', `--runtime=${extent.seconds}`, `--ramp_time=${RAMP_SECONDS}`);
  else argv.push(`--io_size=${extent.bytes}`);
  const report = await run({ argv });
  // Notes of the engine come before the document.
  const { jobs } = JSON.parse(report.slice(report.indexOf('{'))) as { jobs: readonly Record<string, FioSide>[] };
  const side = jobs[0]?.[operation.replace('rand', '')];
  if (side === undefined || side.total_ios === 0) throw new Error(`fio did nothing: ${report.slice(0, 500)}`);
  return { bytesPerSecond: side.bw_bytes, perSecond: side.iops, requests: side.total_ios };
}

interface FioSide {
  readonly bw_bytes: number;
  readonly iops: number;
  readonly total_ios: number;
}

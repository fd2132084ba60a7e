import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLoopFileSystem } from '../../electron/platform/testing/loop-file-system.ts';
import { run } from '../measure.ts';
import { fio } from './fio.ts';
import { Server } from './servers.ts';
import { mebibytes, table } from './table.ts';
import type { BenchPlan } from './transfer.ts';

const TEBIBYTE = 2 ** 40;
/** What XFS needs for its log and one sparse file. */
const FILE_SYSTEM_BYTES = 4 * 2 ** 30;
const VOLUME = 'huge';

/** Memory of a console that serves a sparse volume of 16 TiB, freezes it and shows its maps. On XFS: ext4 has no such files. */
export async function benchHugeVolume({ dir, coldframe, seconds }: BenchPlan): Promise<string> {
  const cold = (...args: readonly string[]): Promise<string> => run({ argv: coldframe.argv(...args) });
  return withLoopFileSystem('xfs', FILE_SYSTEM_BYTES, async (mountPoint) => {
    const bytes = 16 * TEBIBYTE;
    await cold('volume', 'create', VOLUME, '--size', '16TiB', '--file', join(mountPoint, 'huge.img'));
    const server = await Server.start(coldframe.server('Coldframe', VOLUME), '', dir);
    try {
      const rows: [string, string, string][] = [];
      const note = (what: string): void => {
        const { now, most } = memoryOf(server.pid);
        rows.push([what, mebibytes(now), mebibytes(most)]);
      };
      note('served');
      const write = (): Promise<unknown> =>
        fio(server.uri(VOLUME), { title: '', operation: 'randwrite', blockBytes: 4096, depth: 16 }, bytes, { seconds });
      await write();
      note('written to at random');
      const { snapshot } = JSON.parse(await cold('snapshot', 'create', VOLUME)) as { snapshot: { id: string } };
      note('frozen');
      await write();
      note('written to at random while frozen');
      await cold('volume', 'maps', VOLUME);
      note('maps looked at');
      await cold('snapshot', 'release', snapshot.id);
      note('released');
      return table(['volume of 16 TiB, segments of 64 KiB', 'resident, MiB', 'highest so far, MiB'], rows);
    } finally {
      await server.stop();
    }
  });
}

function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const of = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

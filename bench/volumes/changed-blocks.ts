import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure, run } from '../measure.ts';
import { median } from '../statistics.ts';
import { fio } from './fio.ts';
import { Server } from './servers.ts';
import { decimals, mebibytes, table } from './table.ts';
import { type BenchPlan, fillImage } from './transfer.ts';

const BLOCK_BYTES = 4096;
const VOLUME = 'large';

interface BackupResult {
  readonly set: { readonly id: string; readonly bytesRead: number; readonly bytesStored: number };
}

/**
 * A full backup of a volume beside `nbdcopy` of the same volume to a file, and a differential one after a hundredth of its
 * segments was written to at random: what is read and stored, against what has changed.
 */
export async function benchChangedBlocks(plan: BenchPlan, imageBytes: number): Promise<string> {
  const { dir, coldframe, say } = plan;
  const [image, vault, copy] = ['large.img', 'vault', 'copy.img'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  fillImage(image, imageBytes, 'changed');
  const cold = (...args: readonly string[]): Promise<string> => run({ argv: coldframe.argv(...args) });
  await cold('volume', 'adopt', VOLUME, '--file', image);
  await cold('vault', 'create', vault, '--drives', '1');
  await cold('object', 'add', VOLUME, '--vault', vault, '--volume', VOLUME);
  const server = await Server.start(coldframe.server('Coldframe', VOLUME), image, dir);
  try {
    const [fulls, copies]: [number[], number[]] = [[], []];
    for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
      await run({ argv: ['dd', `if=${image}`, 'of=/dev/null', 'bs=1M', 'status=none'] });
      fulls.push((await measure({ argv: coldframe.argv('backup', VOLUME, '--level', 'full') }, dir)).wallMs);
      rmSync(copy, { force: true });
      copies.push((await measure({ argv: ['nbdcopy', server.uri(VOLUME), copy] }, dir)).wallMs);
      say(`full backup ${fulls.at(-1)?.toFixed(0)} ms, nbdcopy ${copies.at(-1)?.toFixed(0)} ms`);
    }
    rmSync(copy, { force: true });
    const [full, copied] = [median(fulls), median(copies)];
    const changed = await changeSome(plan, server, imageBytes);
    const began = performance.now();
    const { set } = JSON.parse(await cold('backup', VOLUME, '--level', 'differential')) as BackupResult;
    const tookMs = performance.now() - began;
    return table(
      ['', 'figure', '÷ limit'],
      [
        ['nbdcopy to a file, s', decimals(copied / 1000), '1.00'],
        ['full backup, s', decimals(full / 1000), decimals(copied / full)],
        ['changed segments, MiB', mebibytes(changed), '1.00'],
        ['differential: read, MiB', mebibytes(set.bytesRead), decimals(set.bytesRead / changed, 3)],
        ['differential: stored, MiB', mebibytes(set.bytesStored), decimals(set.bytesStored / changed, 3)],
        ['differential, s', decimals(tookMs / 1000), '–'],
      ],
    );
  } finally {
    await server.stop();
  }
}

/** Writes one block in about a hundredth of the segments, at random places; the bytes of the segments that have them. */
async function changeSome({ coldframe }: BenchPlan, server: Server, imageBytes: number): Promise<number> {
  await fio(
    server.uri(VOLUME),
    { title: 'change', operation: 'randwrite', blockBytes: BLOCK_BYTES, depth: 16, flushEvery: 1024 },
    imageBytes,
    { bytes: Math.floor(imageBytes / 100 / 16 / BLOCK_BYTES) * BLOCK_BYTES },
  );
  // The snapshot map: what was written since the last frozen image, which is that of the last full backup.
  const { snapshot, segmentBytes } = JSON.parse(await run({ argv: coldframe.argv('volume', 'maps', VOLUME) })) as {
    readonly segmentBytes: number;
    readonly snapshot: { readonly segments: number };
  };
  return snapshot.segments * segmentBytes;
}

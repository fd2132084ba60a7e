import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { peerOutput } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const MIB = 1024 * 1024;
/** Larger than what is stored as a whole whenever something of it changed. */
const SEGMENT = 2 * MIB;
/** Sets count their segments in units of 64 KiB. */
const UNITS = SEGMENT / 65_536;

/**
 * The worked examples of the source documents, each as small as it is drawn there: a block set whose order is its own (figure 13), the
 * table that says where each block of it goes (16), segments that are larger than blocks and hold others too (18), a differential set of
 * the second and the last of five blocks (24), and the full one that is merged from it without the source (25).
 */
describeWithPeers('the worked examples of block sets', ['qemu-io', 'nbdcopy', 'qemu-img'], () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes;
  const volumes = ['scattered', 'five'] as const;

  const write = async (volume: (typeof volumes)[number], ...commands: string[]): Promise<void> => {
    const all = commands.flatMap((command) => ['-c', command]);
    expect(await peerOutput('qemu-io', ['-f', 'raw', ...all, served.uri(volume)])).not.toContain('failed');
  };
  const backup = async (object: string, level: string) =>
    (await place.done('backup', ['backup', object, '--level', level])).set;
  const tableOf = async (set: string, to: string): Promise<Rows> =>
    (await place.done('restore', ['restore', set, '--to', place.at(to), '--dry-run'])).reMapping?.rows ?? [];
  const restored = async (set: string, to: string): Promise<Buffer> => {
    await place.done('restore', ['restore', set, '--to', place.at(to)]);
    return readFileSync(place.at(to));
  };

  beforeAll(async () => {
    place = new Workplace();
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault, '--drives', '1']);
    for (const [name, size] of [
      ['scattered', 16 * SEGMENT],
      ['five', 5 * SEGMENT],
    ] as const) {
      await place.done('volume.create', [
        'volume',
        'create',
        name,
        '--size',
        String(size),
        '--segment',
        String(SEGMENT),
      ]);
      await place.done('object.add', ['object', 'add', name, '--vault', place.vault, '--volume', name]);
    }
    served = await serveVolumes(place, place.at('nbd.sock'), [...volumes]);
  });

  afterAll(async () => {
    served.child.kill('SIGTERM');
    await served.ended;
    await close();
    place.remove();
  });

  test('blocks that lie scattered are each in the set once, and a table says where each of them goes', async () => {
    const scattered = new Map([
      [9, 0xa],
      [2, 0xb],
      [14, 0xc],
      [5, 0xd],
      [11, 0xe],
      [0, 0xf],
    ]);
    await write('scattered', ...[...scattered].map(([at, pattern]) => `write -P ${pattern} ${at * SEGMENT} 2M`));
    const set = await backup('scattered', 'full');
    expect(set).toMatchObject({ bytesRead: scattered.size * SEGMENT, segments: scattered.size * UNITS });
    const table = await tableOf(set.id, 'scattered.img');
    expect(segmentsOf(table)).toEqual([...scattered.keys()].toSorted((one, other) => one - other));
    expect(new Set(table.map(({ path, set: from }) => `${path} ${from}`)).size).toBe(1);
    // Two places in the set are one block twice, or two blocks in one place: neither may be.
    const places = table.map(({ chunk, unit, unitOffset }) => `${chunk} ${unit} ${unitOffset}`);
    expect(new Set(places).size).toBe(places.length);
    const image = await restored(set.id, 'scattered.img');
    for (let at = 0; at < 16; at += 1) expect(image[at * SEGMENT]).toBe(scattered.get(at) ?? 0);
  });

  test('of segments that hold other blocks too the table has the place of each block that is wanted, and a restore leaves out the others', async () => {
    const [block, perTrack, tracks] = [4096, 16, 8];
    const name = 'tracks';
    const file = place.at(`${name}.img`);
    // As drawn: the first two blocks of a track with room behind them, one in the middle of another, two that meet across tracks, a whole track.
    const runs = [
      [perTrack, 2],
      [3 * perTrack + 5, 1],
      [5 * perTrack - 1, 2],
      [6 * perTrack, perTrack],
    ] as const;
    const wanted = new Set(runs.flatMap(([start, count]) => Array.from({ length: count }, (_, at) => start + at)));
    const others = Array.from({ length: tracks * perTrack }, (_, at) => at).filter((at) => !wanted.has(at));
    writeFileSync(
      file,
      Buffer.concat(Array.from({ length: tracks * perTrack }, (_, at) => Buffer.alloc(block, at + 1))),
    );
    await place.done('volume.adopt', ['volume', 'adopt', name, '--file', file, '--segment', String(perTrack * block)]);
    writeFileSync(place.at('others'), others.map((at) => `${at} 1\n`).join(''));
    await place.done('volume.protect', ['volume', 'protect', name, '--ranges', place.at('others')]);
    await place.done('object.add', ['object', 'add', name, '--vault', place.vault, '--volume', name]);
    const set = await backup(name, 'full');
    expect(set.bytesRead).toBe(wanted.size * block);

    const table = await tableOf(set.id, 'tracks-restored.img');
    const rows = table.flatMap(({ offset, length, chunk, unit, unitOffset }) =>
      Array.from({ length: length / block }, (_, at) => ({
        block: offset / block + at,
        place: `${chunk} ${unit} ${unitOffset + at * block}`,
      })),
    );
    expect(rows.map((row) => row.block).toSorted((one, other) => one - other)).toEqual([...wanted]);
    expect(new Set(rows.map((row) => row.place)).size).toBe(wanted.size);

    const firsts = (image: Buffer): (number | undefined)[] =>
      Array.from({ length: tracks * perTrack }, (_, at) => image[at * block]);
    const alone = Array.from({ length: tracks * perTrack }, (_, at) => (wanted.has(at) ? at + 1 : 0));
    expect(firsts(await restored(set.id, 'tracks-restored.img'))).toEqual(alone);
    // What lies beside them in their tracks by now is somebody else's.
    writeFileSync(file, Buffer.alloc(tracks * perTrack * block, 0xee));
    await place.done('restore', ['restore', set.id, '--original', '--on-conflict', 'overwrite']);
    expect(firsts(readFileSync(file))).toEqual(alone.map((byte) => byte || 0xee));
  });

  test('a differential set of the second and the fifth of five blocks, and the full one merged from both', async () => {
    await write('five', ...[1, 2, 3, 4, 5].map((block) => `write -P ${block} ${(block - 1) * SEGMENT} 2M`));
    const full = await backup('five', 'full');
    expect(full.segments).toBe(5 * UNITS);
    await write('five', `write -P 0x22 ${SEGMENT} 2M`, `write -P 0x55 ${4 * SEGMENT} 2M`);
    const differential = await backup('five', 'differential');
    expect(differential).toMatchObject({
      level: 'differential',
      parent: full.id,
      segments: 2 * UNITS,
      bytesRead: 2 * SEGMENT,
    });
    const before = await tableOf(differential.id, 'before.img');
    expect(segmentsOf(before.filter(({ set }) => set === differential.id))).toEqual([1, 4]);
    expect(segmentsOf(before.filter(({ set }) => set === full.id))).toEqual([0, 2, 3]);
    // What is written now is no part of either set, and the merge does not look at the volume.
    await write('five', `write -P 0x77 0 ${5 * SEGMENT}`);
    const { set: merged } = await place.done('merge', ['merge', 'five']);
    expect(merged).toMatchObject({ level: 'synthetic', parent: null });
    const after = await tableOf(merged.id, 'after.img');
    expect(new Set(after.map(({ set }) => set))).toEqual(new Set([merged.id]));
    expect(segmentsOf(after)).toEqual([0, 1, 2, 3, 4]);
    const firsts = (image: Buffer): unknown => [0, 1, 2, 3, 4].map((at) => image[at * SEGMENT]);
    expect(firsts(await restored(merged.id, 'merged.img'))).toEqual([1, 0x22, 3, 4, 0x55]);
    expect(firsts(await restored(full.id, 'full.img'))).toEqual([1, 2, 3, 4, 5]);
  });
});

type Rows = NonNullable<OutputOf<'restore'>['reMapping']>['rows'];

/** The segments that a table gives content for, in order. */
const segmentsOf = (table: Rows): number[] => {
  const found = new Set<number>();
  for (const { offset, length } of table)
    for (let at = Math.floor(offset / SEGMENT); at * SEGMENT < offset + length; at += 1) found.add(at);
  return [...found].toSorted((one, other) => one - other);
};

import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { FULL_POLICIES, PRESERVE_MODES, STORAGE_KINDS } from '../../../shared/contract/choices.ts';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { MapView, VolumeView } from '../../../shared/contract/volumes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { type ServeOptions, serveInput } from '../serve-input.ts';
import { counted, formatCount, formatSize, formatTime, parseSize, wholeMs } from '../sizes.ts';
import { facts, table } from '../terminal/table.ts';
import { serveVolumes } from '../volume-serve.ts';

interface VolumeOptions {
  readonly segment?: number;
  readonly preserve?: (typeof PRESERVE_MODES)[number];
  readonly snapshotStorage?: (typeof STORAGE_KINDS)[number];
  readonly snapshotSize?: number;
  readonly whenFull?: (typeof FULL_POLICIES)[number];
  readonly blockMs?: number;
}

/** Runs of a map that a person is shown. */
const RUNS_SHOWN = 20;

/** The commands on managed volumes. */
export const addVolumeCommands = (program: Command, run: Run): void => {
  const volume = program
    .command('volume')
    .description('managed volumes: disks that Coldframe serves, freezes and tracks');

  tuned(
    volume
      .command('create <volume>')
      .description('a managed volume in a new image file')
      .addHelpText(
        'after',
        examples('volume create disk1 --size 20GiB', 'volume create disk1 --size 1TiB --file /srv/disk1.img'),
      )
      .requiredOption('--size <size>', 'such as 20GiB', parseSize)
      .option('--file <file>', 'the image file to make (default: one in the home)'),
  ).action(
    (name: string, { size, file, ...options }: VolumeOptions & { size: number; file?: string }, command: Command) =>
      run(command, async (session) => {
        const place = file === undefined ? {} : { file: session.place(file) };
        const result = await session.call('volume.create', { name, size, ...place, ...volumeOptions(options) });
        session.answer(
          result,
          () => `${name} is a volume of ${formatSize(size)} in ${result.volume.path}. ${howToServe(name)}`,
        );
        return 0;
      }),
  );

  tuned(
    volume
      .command('adopt <volume>')
      .description('manage an image or device that is there; it stays in its place')
      .addHelpText(
        'after',
        examples('volume adopt disk1 --file /srv/vm/disk1.img', 'volume adopt disk2 --file /dev/vdb'),
      )
      .requiredOption('--file <file>', 'a raw image file, or a block device'),
  ).action((name: string, { file, ...options }: VolumeOptions & { file: string }, command: Command) =>
    run(command, async (session) => {
      const result = await session.call('volume.adopt', { name, file: session.place(file), ...volumeOptions(options) });
      session.answer(
        result,
        () =>
          `${name} is a volume of ${formatSize(result.volume.size)}. From now on only what Coldframe serves may write to ${result.volume.path}. ${howToServe(name)}`,
      );
      return 0;
    }),
  );

  volume
    .command('list')
    .description('the volumes of this home')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('volume.list', {});
        session.answer(result, () =>
          result.volumes.length === 0
            ? 'No volumes yet. Make one with: coldframe volume create NAME --size SIZE'
            : table(result.volumes, [
                { title: 'VOLUME', of: ({ name }) => name },
                { title: 'SIZE', align: 'right', of: ({ size }) => formatSize(size) },
                { title: 'STATE', of: ({ state }) => state },
                { title: 'SNAPSHOTS', align: 'right', of: ({ snapshots }) => String(snapshots.length) },
                { title: 'DISK', flexible: true, of: ({ path }) => path },
              ]),
        );
        return 0;
      }),
    );

  volume
    .command('show <volume>')
    .description('one volume with its snapshots and checkpoints')
    .action((name: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('volume.show', { volume: name });
        session.answer(result, () => volumeText(result.volume));
        return 0;
      }),
    );

  volume
    .command('remove <volume>')
    .description('forget a volume and its maps; its disk stays where it is')
    .action((name: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('volume.remove', { volume: name });
        session.answer(result, () => `${name} is no longer managed. Its disk is untouched: ${result.volume.path}`);
        return 0;
      }),
    );

  volume
    .command('serve <volumes...>')
    .description(
      'serve volumes with their frozen images, and volumes of block sets (set/ID), to NBD clients until Ctrl-C',
    )
    .addHelpText(
      'after',
      examples(
        'volume serve disk1 --socket /run/disk1.sock',
        'volume serve disk1 disk2 --listen 127.0.0.1:10809',
        'volume serve set/4fd1c09a --socket /run/set.sock',
        'volume serve set/machine@latest/disk1 --overlay /srv/changes --socket /run/set.sock',
      ),
    )
    .option('--socket <path>', 'a unix socket')
    .option('--listen <host:port>', 'a TCP port; other machines only with --psk-file')
    .option('--psk-file <file>', 'keys of the clients that may connect, lines of NAME:HEXKEY; TLS is demanded then')
    .option('--writable', 'block sets can be written to; what is written is gone in the end, the sets stay as they are')
    .option('--overlay <file>', 'the same for one volume of a set, with what is written kept in this file')
    .action((names: string[], options: ServeOptions, command: Command) =>
      run(command, async (session) => serveVolumes(session, serveInput(session, names, options))),
    );

  volume
    .command('served')
    .description('all that is served now, by whom it is used, and what went wrong')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('volume.served', {});
        session.answer(result, () => servedText(result.exports));
        return 0;
      }),
    );

  volume
    .command('protect <volume>')
    .description('say which blocks are unprotected, from the next snapshot on')
    .option('--all', 'none: every block is wanted')
    .option('--ranges <file>', 'lines "START COUNT" of unprotected blocks of 4 KiB')
    .action((name: string, { all, ranges }: { all?: boolean; ranges?: string }, command: Command) =>
      run(command, async (session) => {
        if ((ranges === undefined) === (all === undefined)) throw oneOfBoth();
        const unprotected = ranges === undefined ? [] : readRanges(session.place(ranges));
        const result = await session.call('volume.protect', { volume: name, unprotected });
        session.answer(
          result,
          () =>
            `From the next snapshot on ${counted(result.unprotected.segments, 'segment')} of ${name} are unprotected${result.blocks === 0 ? '' : `, and ${counted(result.blocks, 'block')} of others`}.`,
        );
        return 0;
      }),
    );

  volume
    .command('maps <volume>')
    .description('the snapshot, backup and protection maps of a volume')
    .option('--since <checkpoint>', 'the backup map: what changed since this checkpoint')
    .action((name: string, { since }: { since?: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('volume.maps', { volume: name, ...(since === undefined ? {} : { since }) });
        session.answer(result, () =>
          [
            `${name}: ${counted(result.segments, 'segment')} of ${formatSize(result.segmentBytes)}`,
            mapText('Written since the last snapshot', result.snapshot),
            mapText(
              since === undefined ? 'Written between the last two snapshots' : `Written since ${since}`,
              result.backup,
            ),
            mapText('Protected', result.protection),
          ].join('\n'),
        );
        return 0;
      }),
    );
};

const tuned = (command: Command): Command =>
  command
    .option('--segment <size>', 'unit of tracking and copying, a power of two (default: 64KiB)', parseSize)
    .addOption(new Option('--preserve <which>', 'what snapshots preserve (default: protected)').choices(PRESERVE_MODES))
    .addOption(
      new Option('--snapshot-storage <kind>', 'where preserved segments go (default: file)').choices(STORAGE_KINDS),
    )
    .option('--snapshot-size <size>', 'how much may be preserved (default: the volume’s size, 1GiB at most)', parseSize)
    .addOption(
      new Option('--when-full <policy>', 'block: writers wait a while; invalidate: the snapshot is given up').choices(
        FULL_POLICIES,
      ),
    )
    .option('--block-ms <ms>', 'how long writers wait for room (default: 5000)', wholeMs);

const volumeOptions = ({
  segment,
  preserve,
  snapshotStorage,
  snapshotSize,
  whenFull,
  blockMs,
}: VolumeOptions): Omit<InputOf<'volume.adopt'>, 'name' | 'file'> => ({
  ...(segment === undefined ? {} : { segmentBytes: segment }),
  ...(preserve === undefined ? {} : { preserve }),
  ...(snapshotStorage === undefined ? {} : { storage: snapshotStorage }),
  ...(snapshotSize === undefined ? {} : { storageBytes: snapshotSize }),
  ...(whenFull === undefined ? {} : { onFull: whenFull }),
  ...(blockMs === undefined ? {} : { blockMs }),
});

const howToServe = (name: string): string => `Serve it with: coldframe volume serve ${name} --socket PATH`;

const volumeText = (volume: VolumeView): string =>
  [
    facts([
      ['Volume', `${volume.name}, ${formatSize(volume.size)}, ${volume.state}`],
      ['Disk', volume.path],
      ['Segments', `${formatCount(volume.segments)} of ${formatSize(volume.segmentBytes)}`],
      [
        'Snapshots',
        `preserve ${volume.preserve === 'all' ? 'everything' : 'protected segments'}, ${formatSize(volume.storage.bytesUsed)} of ${formatSize(volume.storage.bytes)} in use (${volume.storage.kind})`,
      ],
      [
        'When full',
        volume.onFull === 'block'
          ? `writers wait ${volume.blockMs} ms, then the snapshot is given up`
          : 'the snapshot is given up',
      ],
    ]),
    ...volume.exports.map(({ uri, clients }) => `Served at ${uri} (${counted(clients, 'client')})`),
    ...(volume.checkpoints.length === 0
      ? []
      : [
          '',
          table(volume.checkpoints, [
            { title: 'CHECKPOINT', of: ({ id }) => id.slice(0, 12) },
            { title: 'MADE', of: ({ createdAt }) => formatTime(createdAt) },
          ]),
        ]),
  ].join('\n');

const servedText = (exports: OutputOf<'volume.served'>['exports']): string =>
  exports.length === 0
    ? 'Nothing is served now.'
    : exports
        .flatMap(({ uri, clients, readOnly, failures }) => [
          `${uri} (${counted(clients, 'client')}${readOnly ? ', read only' : ''})`,
          ...failures.map(({ message }) => `  ${message}`),
        ])
        .join('\n');

const mapText = (what: string, { segments, runs, more }: MapView): string => {
  const shown = runs
    .slice(0, RUNS_SHOWN)
    .map(([start, count]) => (count === 1 ? String(start) : `${start}-${start + count - 1}`));
  const rest = more || runs.length > RUNS_SHOWN ? ', …' : '';
  return `${what}: ${counted(segments, 'segment')}${segments === 0 ? '' : ` (${shown.join(', ')}${rest})`}`;
};

/** Reads lines of a start and a count; empty lines and those that begin with # are skipped. */
const readRanges = (file: string): [number, number][] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw ioError('read', errnoOf(error) ?? 'EIO', file, error);
  }
  return text.split('\n').flatMap((line, at): [number, number][] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [, start, count] = /^\s*(\d+)\s+(\d+)\s*$/.exec(line) ?? [];
    if (start === undefined) throw badLine(file, at + 1);
    return [[Number(start), Number(count)]];
  });
};

const badLine = (file: string, line: number): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `Line ${line} of ${file} is not "START COUNT".`,
    guidance:
      'Each line has the first block of a run and the number of blocks, both whole numbers. Nothing was changed.',
    context: { file, line },
  });

const oneOfBoth = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'Say either --all or --ranges FILE.',
    guidance: '--all protects every block; --ranges names the blocks that are not wanted.',
  });

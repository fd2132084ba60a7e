import { type Command, Option } from 'commander';
import { POOLS, type PoolName } from '../../../shared/contract/choices.ts';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import type { DriveHead, TapeView } from '../../../shared/contract/tapes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { examples } from '../argument-help.ts';
import { vaultMeant } from '../only-vault.ts';
import type { Run } from '../run.ts';
import { counted, formatCount, formatSize, formatTime } from '../sizes.ts';
import { facts, table } from '../terminal/table.ts';
import { requestLines, waiterOf } from '../waiting.ts';
import { addTapeCareCommands } from './tape-care.ts';
import { addTapeReclaimCommand } from './tape-reclaim.ts';
import { addTapeTransferCommands } from './tape-transfer.ts';

/** The commands on tapes. */
export const addTapeCommands = (program: Command, run: Run): void => {
  const tape = program.command('tape').description('tapes: which there are, and what lies on them');

  tape
    .command('list')
    .description('the tapes of a vault')
    .option('--vault <dir>', 'the vault (default: the only one that this home knows)')
    .action(({ vault }: { vault?: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('tape.list', { vault: await vaultMeant(session, vault) });
        session.answer(result, () =>
          [
            table(result.tapes, [
              { title: 'TAPE', of: ({ id }) => id },
              { title: 'BARCODE', of: ({ barcode }) => barcode },
              { title: 'POOL', of: ({ pool }) => pool },
              { title: 'WHERE', of: whereOf },
              { title: 'CHUNKS', align: 'right', of: ({ chunks }) => formatCount(chunks) },
              { title: 'USED', align: 'right', of: ({ bytesUsed }) => formatSize(bytesUsed) },
              { title: 'KEPT', align: 'right', of: keptOf },
              { title: 'HOLDS', align: 'right', of: ({ bytesCapacity }) => formatSize(bytesCapacity) },
              { title: 'STATE', flexible: true, of: (each) => stateOf(each, result.requests) },
            ]),
            ...requestLines(result.requests),
          ].join('\n'),
        );
        return 0;
      }),
    );

  tape
    .command('label [dir]')
    .description('add labelled tapes to a vault, in new slots when none is free')
    .addHelpText('after', examples('tape label /srv/vault', 'tape label /srv/vault --barcode CF0101L8 CF0102L8'))
    .option('--barcode <barcode...>', 'barcodes of 8 capital letters and digits (default: one tape with the next one)')
    .addOption(new Option('--pool <pool>', 'pool that they belong to (default: scratch)').choices(POOLS))
    .action((dir: string | undefined, options: { barcode?: string[]; pool?: PoolName }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('tape.label', {
          vault: await vaultMeant(session, dir),
          ...(options.barcode === undefined ? {} : { barcodes: options.barcode }),
          ...(options.pool === undefined ? {} : { pool: options.pool }),
        });
        session.answer(result, () =>
          result.tapes.map((each) => `Tape ${each.id} (${each.barcode}) is labelled, ${whereOf(each)}.`).join('\n'),
        );
        return 0;
      }),
    );

  addTapeCareCommands(tape, run);
  addTapeTransferCommands(tape, run);
  addTapeReclaimCommand(tape, run);

  tape
    .command('show <tape>')
    .description('the chunks of a tape in the order in which they lie')
    .option('--vault <dir>', 'the vault, when several have a tape of this name')
    .action((id: string, { vault }: { vault?: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('tape.show', {
          tape: id,
          ...(vault === undefined ? {} : { vault: session.place(vault) }),
        });
        session.answer(result, () =>
          [
            facts([
              [
                'Tape',
                `${result.tape.id} (${result.tape.barcode}), pool ${result.tape.pool}, ${stateOf(result.tape, result.requests)}`,
              ],
              ['Vault', result.vault],
              ['Where', whereOf(result.tape)],
              ['Used', `${formatSize(result.tape.bytesUsed)} of ${formatSize(result.tape.bytesCapacity)}`],
              ...(result.head === null ? [] : [['Now', headText(result.head)] as const]),
              ['Labelled', formatTime(result.tape.labelledAt)],
              ...(result.tape.chunks === 0
                ? []
                : [
                    [
                      'Read through',
                      result.tape.verifiedAt === null
                        ? 'not since something was written to it, or found damaged'
                        : `${formatTime(result.tape.verifiedAt)}, and all that is kept on it was right`,
                    ] as const,
                  ]),
              [
                'Over its life',
                `${counted(result.tape.mounts, 'mount')}, ${formatSize(result.tape.bytesWritten)} written, ${counted(result.tape.errors, 'error')}`,
              ],
            ]),
            '',
            result.chunks.length === 0
              ? 'Nothing lies on it.'
              : table(result.chunks, [
                  { title: 'CHUNK', align: 'right', of: ({ tapeSequence }) => String(tapeSequence) },
                  { title: 'SET', of: ({ set }) => set.slice(0, 8) },
                  { title: 'OBJECT', of: ({ object }) => object ?? '-' },
                  { title: 'SEQUENCE', align: 'right', of: ({ sequence }) => String(sequence) },
                  { title: 'KIND', of: ({ kind, damaged }) => (damaged ? `${kind}, damaged` : kind) },
                  { title: 'BLOCK', align: 'right', of: ({ block }) => String(block) },
                  { title: 'SIZE', align: 'right', of: ({ bytes }) => formatSize(bytes) },
                ]),
          ].join('\n'),
        );
        return 0;
      }),
    );
};

/** Of what was written to a tape, how much is still needed. */
const keptOf = ({ bytesLive, bytesPayload, chunks }: TapeView): string =>
  bytesLive === null || chunks === 0 || bytesPayload === 0
    ? ''
    : `${Math.min(100, Math.floor((bytesLive * 100) / bytesPayload))} %`;

export const whereOf = ({ slot, drive, importExport, away, shelf }: TapeView): string => {
  if (importExport !== null) return `import/export slot ${importExport}`;
  if (away && shelf !== null) return `shelf ${printable(shelf)}`;
  if (drive !== null) return `drive ${drive}`;
  return slot === null ? 'outside' : `slot ${slot}`;
};

/** Where the head of a drive is, and what it does there. */
export const headText = ({ doing, position, bytesPerSecond }: DriveHead): string =>
  `${doing} at ${formatSize(position)}${bytesPerSecond > 0 ? `, ${formatSize(bytesPerSecond)}/s` : ''}`;

/** A tape's state in words, also of one that is not here now, or that a job waits for. */
export const stateOf = (tape: TapeView, requests: readonly MountRequest[] = []): string => {
  const { state, away, importExport, closed, copyOf, onceCopyOf, expiredAt, damagedChunks, note, writeProtected } =
    tape;
  // Why it is not here says the shelf that it is on.
  const onShelf = state === 'missing' && away && importExport === null && tape.shelf !== null;
  return [
    onShelf ? 'on a shelf' : state,
    ...(importExport === null ? [] : ['out of reach']),
    ...(away && importExport === null && state !== 'missing' ? ['not here'] : []),
    ...requests.flatMap((request) => wantedText(request, tape)),
    ...(closed ? ['closed: its room is for no other run or period'] : []),
    ...(copyOf === null ? [] : [`copy of ${copyOf}`]),
    ...(onceCopyOf === null
      ? []
      : [`was a copy of ${onceCopyOf}, which was labelled anew: what it holds may lie nowhere else`]),
    ...(expiredAt === null ? [] : ['everything on it expired']),
    ...(damagedChunks === 0 ? [] : [counted(damagedChunks, 'damaged chunk')]),
    ...(note === '' || onShelf ? [] : [note]),
    ...(writeProtected ? ['write-protected'] : []),
  ].join(', ');
};

/** That a job waits for a tape, or for one that it would do for as well. */
const wantedText = (request: MountRequest, { barcode }: TapeView): string[] => {
  if (request.tapes.some((wanted) => wanted.barcode === barcode)) return [`wanted by the ${waiterOf(request)}`];
  const other = request.tapes.find(({ instead }) => instead.includes(barcode));
  return other === undefined ? [] : [`would do for ${other.barcode}, wanted by the ${waiterOf(request)}`];
};

import type { Command } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { EXIT_STATUS, EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { counted, formatSize, formatTime } from '../sizes.ts';
import { table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';
import { type InVault, oneTape } from './tape-care.ts';

/** The commands that bring a tape out of a library as one file, and into one. */
export const addTapeTransferCommands = (tape: Command, run: Run): void => {
  tape
    .command('export <tape>')
    .description('make one file of a tape, which is read back; it can be imported again, or read by rescue.mjs')
    .addHelpText('after', examples('tape export CF0001 --to /mnt/usb/CF0001L8.tap'))
    .requiredOption('--to <file>', 'the file to make; nothing is overwritten')
    .option('--vault <dir>', 'the vault, when several have a tape of this name')
    .action((id: string, options: InVault & { readonly to: string }, command: Command) =>
      run(command, async (session) => {
        const one = oneTape(session, id, options);
        const result = await session.call('tape.export', { ...one, file: session.place(options.to) });
        session.answer(result, () => exportText(result));
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );

  tape
    .command('import <dir>')
    .description(
      'put the file of a tape of a vault into its library and its catalog; in a changer onto the blank tape of its barcode',
    )
    .addHelpText('after', examples('tape import /srv/vault --file /mnt/usb/CF0001L8.tap'))
    .requiredOption('--file <file>', 'the file of the tape; it is only read')
    .option('--partial', 'also when not all is there that should be; what is missing is named')
    .action((dir: string, options: { readonly file: string; readonly partial?: boolean }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('tape.import', {
          vault: session.place(dir),
          file: session.place(options.file),
          ...(options.partial === undefined ? {} : { partial: options.partial }),
        });
        session.answer(result, () => importText(result));
        if (result.missing.length > 0) return EXIT_STATUS.damaged;
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );
};

const exportText = ({ tape, file, bytes, chunks, sha256, sealed, sets, needs, warnings }: OutputOf<'tape.export'>) =>
  [
    `Tape ${tape.barcode} is in ${file}: ${counted(chunks, 'chunk')}, ${formatSize(bytes)}, read back.`,
    `SHA-256 ${sha256}`,
    ...(sets.length === 0
      ? ['Nothing that the catalog lists lies on it.']
      : [
          table(sets, [
            { title: 'SET', of: (set) => set.id.slice(0, 8) },
            { title: 'OBJECT', of: ({ object }) => object },
            { title: 'LEVEL', of: ({ level }) => level },
            { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
          ]),
        ]),
    'Who reads it needs:',
    ...(sealed ? ['  the passphrase or the recovery code of the vault: it is sealed'] : []),
    ...(needs.length === 0 ? [] : [`  for all of these sets the tapes ${needs.join(', ')} too`]),
    '  Coldframe ("tape import" into this vault), or rescue.mjs from the folder of the vault; the file says itself how it is read.',
    ...warningLines(warnings),
  ].join('\n');

const importText = ({ tape, file, imported, chunks, bytes, missing, objects, warnings }: OutputOf<'tape.import'>) =>
  [
    imported
      ? `Tape ${tape.barcode} is in the library again: ${counted(chunks, 'chunk')}, ${formatSize(bytes)}, read through.`
      : `The library has tape ${tape.barcode} already, and ${file} is the same to the byte.`,
    ...(objects.length === 0 ? [] : [printable(`New to this home: ${objects.join(', ')}.`)]),
    ...missing.map(
      (lost) =>
        `Missing: ${counted(lost.chunks, 'chunk')} of set ${lost.set.slice(0, 8)}${lost.object === null ? '' : ` of ${lost.object}`}.`,
    ),
    ...warningLines(warnings),
  ].join('\n');

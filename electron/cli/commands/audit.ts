import { type Command, InvalidArgumentError } from 'commander';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { EXIT_STATUS } from '../../../shared/error-codes.ts';
import { printable } from '../../../shared/model/printable.ts';
import type { Run } from '../run.ts';
import { counted, formatTime, wholeNumber } from '../sizes.ts';
import { table } from '../terminal/table.ts';

interface ListOptions {
  readonly act?: string;
  readonly object?: string;
  readonly vault?: string;
  readonly limit?: number;
}

/** The commands on the audit log. */
export const addAuditCommands = (program: Command, run: Run): void => {
  const audit = program
    .command('audit')
    .description('the log of acts that can cost data or loosen what keeps it safe; it only grows');

  audit
    .command('list')
    .description('such acts, newest first')
    .option('--act <name>', 'of one kind, such as tape.erase')
    .option('--object <name>', 'on one object')
    .option('--vault <dir>', 'on one vault')
    .option('--limit <n>', 'how many (default: 100)', wholeNumber(1, 10_000))
    .action(({ vault, ...options }: ListOptions, command: Command) =>
      run(command, async (session) => {
        const where = vault === undefined ? {} : { vault: session.place(vault) };
        const result = await session.call('audit.list', { ...options, ...where });
        session.answer(result, () =>
          result.entries.length === 0
            ? 'No such act yet.'
            : table(result.entries, [
                { title: 'NR', align: 'right', of: ({ sequence }) => String(sequence) },
                { title: 'WHEN', of: ({ at }) => formatTime(at) },
                { title: 'ACT', of: ({ act }) => act },
                { title: 'OUTCOME', of: ({ outcome, error }) => error ?? outcome },
                { title: 'OF', of: ({ object, vault: dir }) => object ?? dir ?? '-' },
                { title: 'WITH', flexible: true, of: contextText },
              ]),
        );
        return 0;
      }),
    );

  audit
    .command('verify')
    .description('whether every record is as it was written, and none is missing')
    .addHelpText(
      'after',
      '\nEach record carries the digest of the one before. Who can write to the home can make all of it anew: note the\nhead that this prints somewhere else, and give it with --head to find that out.',
    )
    .option('--head <nr:digest>', 'a head that was printed earlier', headOf)
    .action(({ head }: { readonly head?: { sequence: number; digest: string } }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('audit.verify', head === undefined ? {} : { head });
        session.answer(result, () => verifiedText(result));
        return result.problem === null ? 0 : EXIT_STATUS.damaged;
      }),
    );
};

const headOf = (text: string): { sequence: number; digest: string } => {
  const [, sequence, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim().toLowerCase()) ?? [];
  if (sequence !== undefined && digest !== undefined) return { sequence: Number(sequence), digest };
  throw new InvalidArgumentError('A head is a number, a colon and 64 hexadecimal digits, as "audit verify" prints it.');
};

const contextText = ({ context }: AuditEntry): string =>
  printable(
    Object.entries(context)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  );

const PROBLEMS: Readonly<Record<NonNullable<OutputOf<'audit.verify'>['problem']>['kind'], string>> = {
  changed: 'is not what was written',
  missing: 'is missing',
  cut: 'and all after it are missing',
};

const verifiedText = ({ records, head, problem }: OutputOf<'audit.verify'>): string =>
  [
    problem === null
      ? `${counted(records, 'record')}, each as it was written.`
      : `Record ${problem.sequence} ${PROBLEMS[problem.kind]}. Somebody changed the log, or the database is damaged or an older one.`,
    ...(head === null ? [] : [`${problem === null ? 'Head' : 'Right up to'}: ${head.sequence}:${head.digest}`]),
  ].join('\n');

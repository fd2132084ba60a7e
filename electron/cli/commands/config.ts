import type { Command } from 'commander';
import type { ConfigDocument, ConfigStep } from '../../../shared/contract/config.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { configNow } from '../../../shared/model/config-now.ts';
import { type ConfigChange, planConfig } from '../../../shared/model/config-plan.ts';
import { VERSION } from '../../console/version.ts';
import { createFile } from '../../platform/create-file.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { readRegular } from '../../platform/regular-file.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { table } from '../terminal/table.ts';

/** The commands on the configuration. */
export const addConfigCommands = (program: Command, run: Run): void => {
  const config = program
    .command('config')
    .description('settings, objects, keep rules, schedules and rules of notices, without secrets');

  config
    .command('export')
    .description('write them to a file')
    .requiredOption('--to <file>', 'a file that is not there yet')
    .action(({ to }: { readonly to: string }, command: Command) =>
      run(command, async (session) => {
        const { document } = await configNow(session, VERSION);
        const file = session.place(to);
        const bytes = await createFile(file, [`${JSON.stringify(document, null, 2)}\n`]);
        const { objects, schedules, notices } = document;
        const counts = { objects: objects.length, schedules: schedules.length, notices: notices.length };
        session.answer(
          { file, bytes, ...counts },
          () => `${counted(counts.objects, 'object')} and ${counted(counts.schedules, 'schedule')}, in ${file}.`,
        );
        return 0;
      }),
    );

  config
    .command('import <file>')
    .description('make this home as such a file has it; what it has beside stays as it is')
    .addHelpText(
      'after',
      '\nNothing is removed, and no vault is touched: objects are added only to vaults that this home knows. Vaults are told\nby their ids, wherever they lie. Everything is checked first: unless all can be done nothing is. Of notices those are\nmade that take no secret and run no command.',
    )
    .option('--dry-run', 'only say what would change, and what would be refused')
    .option('--partly', 'leave out what is refused, and what needs that, and do the rest')
    .action((path: string, { dryRun = false, partly = false }: ImportOptions, command: Command) =>
      run(command, async (session) => {
        const wanted = await readConfig(session.place(path));
        const { document, here } = await configNow(session, VERSION);
        const planned = planConfig(document, wanted, here);
        const steps = planned.flatMap(({ step }) => (step === null ? [] : [step]));
        const changes = withRefusals(planned, await tried(session, steps));
        const refused = changes.filter(({ error }) => error !== null).length;
        if (!dryRun && steps.length > 0 && (partly || refused === 0))
          await consent(session, changes, steps.length - refused);
        // What was refused is asked for again: what is made now is decided by the console at that moment.
        const made = dryRun || steps.length === 0 ? null : await session.call('config.change', { steps, partly });
        const last = made === null ? changes : withRefusals(planned, made.refused);
        session.answer(
          {
            dryRun,
            changes: last.map(({ step, error, ...change }) => ({
              ...change,
              done: step !== null && error === null && !dryRun,
              byHand: step === null,
              error,
            })),
          },
          () => changesText(last, dryRun),
        );
        return last.some(({ step, error }) => step === null || error !== null) ? EXIT_WARNINGS : 0;
      }),
    );
};

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly partly?: boolean;
}

type Refusals = OutputOf<'config.change'>['refused'];
/** A change, and why it is refused. */
interface Tried extends ConfigChange {
  readonly error: Refusals[number]['error'] | null;
}

/** Which of the steps the console would refuse. */
const tried = async (session: Session, steps: readonly ConfigStep[]): Promise<Refusals> =>
  steps.length === 0 ? [] : (await session.call('config.change', { steps: [...steps], dryRun: true })).refused;

const withRefusals = (changes: readonly ConfigChange[], refused: Refusals): readonly Tried[] => {
  let at = -1;
  return changes.map((change) => {
    if (change.step !== null) at += 1;
    const error = change.step === null ? null : (refused.find(({ step }) => step === at)?.error ?? null);
    return { ...change, error };
  });
};

const readConfig = async (file: string): Promise<ConfigDocument> => {
  const value = jsonOf(file);
  // Schemas are loaded only where they are needed: every command starts faster without them.
  const { readConfigValue } = await import('../../../shared/model/config-file.ts');
  const read = readConfigValue(value);
  if ('document' in read) return read.document;
  if ('newer' in read)
    throw new ColdframeError('USAGE', {
      message: `${file} was written by a newer Coldframe (schema ${read.newer}), which this version cannot read.`,
      guidance: 'Import it with that version, or a later one. Nothing was changed.',
      context: { path: file, schema: read.newer },
    });
  throw new ColdframeError('USAGE', {
    message: `${file} is no configuration that this version knows: its field "${read.field}" is not what it can be.`,
    guidance: 'Give a file that "config export" of this version wrote. Nothing was changed.',
    context: { path: file },
  });
};

const jsonOf = (file: string): unknown => {
  let content: Buffer;
  try {
    content = readRegular(file);
  } catch (error) {
    throw ioError('read', errnoOf(error) ?? 'EIO', file, error);
  }
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new ColdframeError('USAGE', {
      message: `${file} is not JSON.`,
      guidance: 'Give a file that "config export" wrote. Nothing was changed.',
      context: { path: file },
      cause,
    });
  }
};

/** Keep rules that are loosened can cost data, so that takes a yes: typed, or given with the command. */
const consent = async (session: Session, changes: readonly Tried[], steps: number): Promise<void> => {
  if (session.options.yes) return;
  if (!session.options.json) session.note(changesText(changes, true));
  if (!session.interactive)
    throw new ColdframeError('USAGE', {
      message: `${counted(steps, 'change')} would be made, and nobody agreed to that. Nothing was changed.`,
      guidance: 'Look at them with --dry-run, and give --yes.',
    });
  if (await confirm(`${counted(steps, 'change')} are made. Go on?`)) return;
  throw new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
};

const changesText = (changes: readonly Tried[], dryRun: boolean): string =>
  changes.length === 0
    ? 'Nothing in the file is otherwise here.'
    : table(changes, [
        {
          title: '',
          of: ({ step, error }) => (step === null ? 'by hand' : error ? 'refused' : dryRun ? 'would' : 'done'),
        },
        { title: 'WHAT', of: ({ what }) => what },
        { title: 'OF', of: ({ name }) => name },
        {
          title: 'CHANGE',
          flexible: true,
          of: ({ detail, error }) => (error === null ? detail : `${detail}: ${error.message}`),
        },
      ]);

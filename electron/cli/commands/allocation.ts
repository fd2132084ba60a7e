import { type Command, Option } from 'commander';
import {
  ALLOCATION_POLICIES,
  type AllocationPolicy,
  CALENDAR_PERIODS,
  type CalendarPeriod,
} from '../../../shared/contract/choices.ts';
import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { examples } from '../argument-help.ts';
import { vaultMeant } from '../only-vault.ts';
import type { Run } from '../run.ts';
import { counted } from '../sizes.ts';

interface AllocationOptions {
  readonly policy?: AllocationPolicy;
  readonly every?: CalendarPeriod;
}

/** The command that says on which tapes backups begin. */
export const addAllocationCommand = (library: Command, run: Run): void => {
  library
    .command('allocation [dir]')
    .description('on which tapes backups begin; shows it without options')
    .addOption(
      new Option(
        '--policy <policy>',
        'continue the tape that has room, a new one for each run, or one for each period of the calendar',
      ).choices(ALLOCATION_POLICIES),
    )
    .addOption(
      new Option('--every <period>', 'period of the calendar; weeks begin on Monday (default: day)').choices(
        CALENDAR_PERIODS,
      ),
    )
    .addHelpText(
      'after',
      examples(
        'library allocation /srv/vault --policy new',
        'library allocation /srv/vault --policy calendar --every week',
      ),
    )
    .action((dir: string | undefined, { policy, every }: AllocationOptions, command: Command) =>
      run(command, async (session) => {
        if (policy === undefined && every !== undefined)
          throw new ColdframeError('USAGE', {
            message: 'A period was given without a policy.',
            guidance: 'Give --policy calendar with --every.',
          });
        const vault = await vaultMeant(session, dir);
        const result =
          policy === undefined
            ? await session.call('library.show', { vault })
            : await session.call('library.setAllocation', {
                vault,
                policy,
                ...(every === undefined ? {} : { every }),
              });
        const closed = result.tapes.filter((tape) => tape.closed).map(({ id }) => id);
        session.answer({ vault: result.vault, ...result.allocation, closed }, () =>
          [
            `${allocationText(result)}.`,
            ...(closed.length === 0
              ? []
              : [`${counted(closed.length, 'tape')} with room that no backup takes: ${closed.join(', ')}.`]),
          ].join('\n'),
        );
        return 0;
      }),
    );
};

/** Where backups begin, in a sentence without its stop. */
export const allocationText = ({ allocation: { policy, every } }: LibraryView): string => {
  if (policy === 'continue') return 'Backups go on with the tape that has room';
  return policy === 'new'
    ? 'Each backup run begins a new tape; backups that run together share it'
    : `The first backup of each ${every ?? 'day'} begins a new tape`;
};

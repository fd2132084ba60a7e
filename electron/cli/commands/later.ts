import type { Command } from 'commander';
import { ColdframeError } from '../../../shared/errors.ts';

/** What comes later, by the first word of its commands. */
const LATER = {
  library: 'Moving tapes by hand is',
} as const;

/** Commands that are promised and not there yet say so, instead of being unknown. */
export const addLaterCommands = (program: Command): void => {
  for (const [word, what] of Object.entries(LATER)) {
    if (program.commands.some((command) => command.name() === word)) continue;
    program
      .command(`${word} [words...]`, { hidden: true })
      .description('not in this version')
      .allowUnknownOption()
      .action(() => {
        throw new ColdframeError('NOT_BUILT', {
          message: `${what} not in this version: "coldframe ${word}" does nothing yet.`,
          guidance: 'Nothing was changed. ARCHITECTURE.md says what is not there yet.',
          context: { command: word },
        });
      });
  }
};

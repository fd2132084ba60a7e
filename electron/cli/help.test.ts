import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from './program.ts';

const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
const commands = every(buildProgram(async () => undefined)).map((command) => ({
  name: command.name(),
  command,
}));

test.each(commands)('the help of $name explains the command, and each of its options and arguments', ({ command }) => {
  expect(command.description()).not.toBe('');
  for (const option of command.options.filter(({ hidden }) => !hidden)) {
    expect([option.flags, option.description]).not.toEqual([option.flags, '']);
  }
  if (command.description() === 'not in this version') return;
  for (const argument of command.registeredArguments) {
    expect([argument.name(), argument.description]).not.toEqual([argument.name(), '']);
  }
});

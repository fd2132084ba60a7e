import type { Command } from 'commander';

const SET =
  'a block set: its id or the first digits of it, NAME or NAME@latest (the newest complete one of an object), or NAME@TIME (the newest one not after a time, such as docs@2026-01-31 or "docs@2026-01-31 17:30")';

/** What the arguments of commands are, by their names; one name means one thing everywhere. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  backups: 'a number of backups',
  dir: 'the folder of a vault',
  file: 'a file',
  drive: 'the number of a drive, from 1',
  from: SET,
  id: 'a job: its id or the first digits of it',
  name: 'the name of a logical object',
  notice: 'an announced snapshot: its id or the first digits of it; "snapshot announced" lists them',
  number: 'a number from the list',
  path: 'an absolute path as it was when it was backed up; a relative one counts from the folder you are in',
  place: 'the place outside of the library, in your words; left out, it is forgotten',
  paths: 'what to restore, as absolute paths; everything when left out',
  pattern: 'a part of a name, or a pattern with * and ?',
  schedule: 'a schedule: its id or the first digits of it',
  set: SET,
  setting: 'a setting, as "settings list" calls it',
  sets: `${SET}; several may be given`,
  slot: 'the number of a slot, from 1',
  snapshot: 'a snapshot: its id or the first digits of it',
  tape: 'a tape: its volume id or its barcode',
  replica: 'the name of a replica',
  replicas: 'names of replicas',
  value: 'its value; "default" puts it back',
  volume: 'the name of a managed volume',
  volumes: 'names of managed volumes',
  to: 'the block set to compare with, named likewise',
};

/** Where the commands of a group name something else by it. */
const IN_GROUP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  notice: { name: 'the name of a notice' },
};

/** Gives every argument of every command its line in the help. */
export const explainArguments = (command: Command): void => {
  const own = IN_GROUP[command.parent?.name() ?? ''] ?? {};
  for (const argument of command.registeredArguments) {
    if (argument.description === '') argument.description = own[argument.name()] ?? ARGUMENTS[argument.name()] ?? '';
  }
  for (const each of command.commands) explainArguments(each);
};

/** Examples at the end of a command's help, as lines of the command line without the program's name. */
export const examples = (...lines: readonly string[]): string =>
  ['\nExamples:', ...lines.map((line) => `  coldframe ${line}`)].join('\n');

import type * as z from 'zod';
import { ColdframeError } from '../../../shared/errors.ts';

type Issue = z.core.$ZodIssue;

/** What people call a field where its name in the contract says too little; others are read as the words that they consist of. */
const FIELDS: Readonly<Record<string, string>> = {
  dir: 'folder',
  to: 'place to restore to',
  files: 'folders and files',
  unprotect: 'types not protected',
  exclude: 'exclusions',
  cron: 'times',
  at: 'point in time',
  crossFileSystems: 'other file systems',
};

/** Why an input is refused, in the words of whoever gave it. `input`: as it was given. */
export const inputFault = (procedure: string, issue: Issue | undefined, input: unknown): ColdframeError => {
  const path = issue?.path ?? [];
  const foreign = issue?.code === 'unrecognized_keys';
  return new ColdframeError('USAGE', {
    message: issue === undefined ? 'What was given cannot be used.' : `${fieldOf(path)} ${faultOf(issue, input)}.`,
    guidance: foreign
      ? 'The console that holds the home is of another version: end it and start it again with this one.'
      : 'Correct it, and try again.',
    context: { procedure, field: path.join('.') },
  });
};

/** `exclude.2` is "The third of “exclusions”". */
const fieldOf = (path: readonly PropertyKey[]): string => {
  const names = path.filter((part) => typeof part === 'string');
  // What is within a choice, such as the path of a folder, is told by the choice.
  const [name] = names;
  if (name === undefined) return 'What was given';
  const words = FIELDS[name] ?? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const place = path.find((part) => typeof part === 'number');
  return `The ${place === undefined ? 'value' : ordinal(place + 1)} of “${words}”`;
};

const ORDINALS = ['first', 'second', 'third'];
const ordinal = (number: number): string => ORDINALS[number - 1] ?? `${number}th`;

const faultOf = (issue: Issue, input: unknown): string => {
  switch (issue.code) {
    case 'invalid_type':
      if (valueAt(input, issue.path) === undefined) return 'is missing';
      return issue.expected === 'int' ? 'has to be a whole number' : `has to be ${KINDS[issue.expected] ?? 'another'}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      if (issue.origin === 'string') return `is longer than ${issue.maximum} characters`;
      if (issue.origin === 'array') return `has more than ${issue.maximum} entries`;
      return `can be ${issue.maximum} at most`;
    case 'invalid_value':
      return `has to be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'invalid_format':
      return issue.message.startsWith('must') ? issue.message : 'is not in the form that is needed';
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'cannot be used';
  }
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of values',
};

const tooSmall = ({ origin, minimum }: Extract<Issue, { code: 'too_small' }>): string => {
  if (origin === 'string') return minimum === 1 ? 'is empty' : `is shorter than ${minimum} characters`;
  if (origin === 'array') return minimum === 1 ? 'has to have at least one entry' : `has fewer than ${minimum} entries`;
  return `has to be ${minimum} at least`;
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, part) => (at === null || typeof at !== 'object' ? undefined : Reflect.get(at, part)),
    input,
  );

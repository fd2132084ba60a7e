import { expect, test } from 'vitest';
import { PROCEDURES, type ProcedureName } from '../../../shared/contract/contract.ts';
import { inputFault } from './input-fault.ts';

const files = [{ path: '/data' }];
const told = (procedure: ProcedureName, input: unknown) =>
  inputFault(procedure, PROCEDURES[procedure].input.safeParse(input).error?.issues[0], input);

test.each([
  [
    'object.add',
    { name: 'a/b', vault: '/v', files },
    /^The value of “name” must be 1 to 128 characters without @ and \/, not/,
  ],
  ['object.add', { name: 'a', files }, /^The value of “vault” is missing\.$/],
  ['object.add', { name: 'a', vault: '', files }, /^The value of “vault” is empty\.$/],
  ['object.add', { name: 'a', vault: '/v', files, exclude: ['*.tmp', ''] }, /^The second of “exclusions” is empty\.$/],
  [
    'object.add',
    { name: 'a', vault: '/v', files, unprotect: ['tmp'] },
    /^The first of “types not protected” has to be one of temp, /,
  ],
  ['object.add', { name: 'a', vault: '/v', files: [{ path: '' }] }, /^The first of “folders and files” is empty\.$/],
  ['object.update', { object: 'a', files: [] }, /^The value of “folders and files” has to have at least one entry\.$/],
  ['settings.set', { overdueAfterHours: 0 }, /^The value of “overdue after hours” has to be 1 at least\.$/],
  ['vault.create', { dir: '/v', slots: 1.5 }, /^The value of “slots” has to be a whole number\.$/],
  ['vault.create', { dir: '/v\0' }, /^The value of “folder” must be free of NUL\.$/],
  ['job.list', { limit: 'x' }, /^The value of “limit” has to be a number\.$/],
] as const)('%s says in words what is wrong with %j', (procedure, input, words) => {
  const { code, message, guidance } = told(procedure, input);
  expect([code, guidance]).toEqual(['USAGE', 'Correct it, and try again.']);
  expect(message).toMatch(words);
});

test('what another version knows is told as that', () => {
  expect(told('object.list', { colour: 'red' })).toMatchObject({
    message: 'What was given has what is not known here: colour.',
    guidance: expect.stringContaining('another version'),
  });
});

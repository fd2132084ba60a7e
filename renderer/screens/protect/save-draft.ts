import { printable } from '../../../shared/model/printable.ts';
import { call, change } from '../../stores/calls.ts';
import { pathIn } from '../../stores/paths.ts';
import { createVault, passphraseFileError } from '../../stores/protect.ts';
import { type Draft, draft, suggestedName } from '../../stores/protect-draft.ts';
import { scheduleRequest } from '../schedules/schedule-form.ts';
import { scheduleOf } from './planned-schedule.ts';

/**
 * Makes the vault when it is a new one and answers its recovery code, which has to be shown before anything else can fail.
 * The vault stays chosen, so that a second try takes it.
 */
export const makeVault = async (
  now: Draft,
): Promise<{ readonly vault: string; readonly recoveryCode: string | null }> => {
  if (now.vault !== null) return { vault: now.vault, recoveryCode: null };
  const { vault, recoveryCode } = await createVault(
    { dir: now.newVault, drives: now.drives },
    now.sealed ? now.passphrase : null,
  );
  draft({ vault: vault.dir, passphrase: '', again: '' });
  return { vault: vault.dir, recoveryCode };
};

/** Protects what was chosen; answers the name of the object. */
export const addObject = async (now: Draft, vault: string): Promise<string> => {
  const name = now.name || suggestedName(now);
  await change('object.add', {
    name,
    vault,
    ...(now.kind === 'volumes'
      ? { volumes: [...now.volumes] }
      : { files: now.roots.map(pathIn), unprotect: [...now.unprotect], exclude: now.exclude.filter(Boolean) }),
  });
  return name;
};

/** Why rules that somebody typed cannot be used, by pattern. */
export const ruleProblems = async (now: Draft): Promise<ReadonlyMap<string, string>> => {
  if (now.kind === 'volumes') return new Map();
  const tried = await Promise.all(
    now.exclude.filter(Boolean).map(async (pattern) => [pattern, await call('glob.try', { pattern })] as const),
  );
  return new Map(tried.flatMap(([pattern, { error }]) => (error ? [[pattern, error.message] as const] : [])));
};

/** Why the passphrase could not be read when a schedule runs, with what to do; null when it can be, or need not. */
export const fileProblem = async (now: Draft, sealed: boolean): Promise<string | null> => {
  if (!sealed || scheduleOf(now, sealed) === null) return null;
  const error = await passphraseFileError(now.passphraseFile, now.vault, now.passphrase);
  return error && printable(`${error.message} ${error.guidance}`);
};

/** Has what was protected backed up by itself, when that was chosen. */
export const addSchedule = async (now: Draft, object: string, sealed: boolean): Promise<void> => {
  const schedule = scheduleOf(now, sealed);
  if (schedule) await change('schedule.add', { task: 'backup', object, ...scheduleRequest(schedule, sealed) });
};

import { change } from '../../stores/calls.ts';
import { pathIn } from '../../stores/paths.ts';
import { createVault } from '../../stores/protect.ts';
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

/** Has what was protected backed up by itself, when that was chosen. */
export const addSchedule = async (now: Draft, object: string, sealed: boolean): Promise<void> => {
  const schedule = scheduleOf(now, sealed);
  if (schedule) await change('schedule.add', { task: 'backup', object, ...scheduleRequest(schedule, sealed) });
};

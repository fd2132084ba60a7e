import * as z from 'zod';
import { create } from 'zustand';
import { REQUESTED_LEVELS } from '../../shared/contract/choices.ts';
import { UNPROTECTED_TYPES } from '../../shared/model/selection.ts';
import { type Draft, EMPTY_DRAFT, RUNS, STEPS, useDraft } from './protect-draft.ts';

const KEY = 'coldframe.protect';

const kept = z.strictObject({
  step: z.enum(STEPS),
  kind: z.enum(['files', 'volumes']),
  roots: z.array(z.strictObject({ path: z.string(), pathBase64: z.string().optional() })),
  volumes: z.array(z.string()),
  unprotect: z.array(z.enum(UNPROTECTED_TYPES)),
  exclude: z.array(z.string()),
  name: z.string(),
  vault: z.string().nullable(),
  newVault: z.string(),
  sealed: z.boolean(),
  level: z.enum(REQUESTED_LEVELS),
  drives: z.number(),
  runs: z.enum(RUNS).nullable(),
  time: z.string(),
  day: z.string(),
  zone: z.string(),
  passphraseFile: z.string(),
}) satisfies z.ZodType<Omit<Draft, 'passphrase' | 'again'>>;

/** What is kept of a draft: all but the passphrase, which is nowhere but in memory. */
export const keptOf = (draft: Draft): string => JSON.stringify({ ...draft, passphrase: undefined, again: undefined });

/**
 * The draft that was kept; null when there is none that this version knows. Where its passphrase would be needed it begins at the step that asks for it.
 */
export const draftIn = (text: string | null): Draft | null => {
  try {
    const found = kept.parse(JSON.parse(text ?? ''));
    const lacksPassphrase = found.vault === null && found.sealed;
    const last = lacksPassphrase ? STEPS.indexOf('where') : STEPS.length - 1;
    return { ...EMPTY_DRAFT, ...found, step: STEPS[Math.min(STEPS.indexOf(found.step), last)] ?? 'what' };
  } catch {
    return null;
  }
};

/** Whether somebody chose something: where it goes is proposed, and a step is no choice. */
export const isBegun = (draft: Draft): boolean => {
  const { step, vault } = EMPTY_DRAFT;
  return JSON.stringify({ ...draft, step, vault }) !== JSON.stringify(EMPTY_DRAFT);
};

/** Whether the draft is one from before the page was loaded. */
export const useTakenUp = create<{ readonly takenUp: boolean }>(() => ({ takenUp: false }));

/** Forgets what was chosen. `vault`: where it is proposed to go. */
export const beginAnew = (vault: string | null): void => {
  useTakenUp.setState({ takenUp: false });
  useDraft.setState({ ...EMPTY_DRAFT, vault });
};

/** Keeps the wizard's draft for as long as the tab or window is there, so that a page that is loaded anew goes on with it. */
export const keepDraft = (): void => {
  try {
    const before = draftIn(window.sessionStorage.getItem(KEY));
    if (before) {
      useDraft.setState(before);
      useTakenUp.setState({ takenUp: true });
    }
  } catch {
    // A browser that keeps nothing begins anew.
  }
  useDraft.subscribe((draft) => {
    try {
      if (isBegun(draft)) window.sessionStorage.setItem(KEY, keptOf(draft));
      else window.sessionStorage.removeItem(KEY);
    } catch {
      // It is there until the page is left.
    }
  });
};

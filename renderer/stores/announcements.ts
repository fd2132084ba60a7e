import { create } from 'zustand';
import type { ColdframeError } from '../../shared/errors.ts';
import { printable } from '../../shared/model/printable.ts';
import { guidanceInWindow } from '../words/guidance.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'none';

export interface Announcement {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  /** Of what went wrong: what to do about it, its code, and when it was said, milliseconds since 1970. */
  readonly error?: { readonly guidance: string; readonly code: string; readonly at: number };
}

const SHOWN_MS = 6000;
let last = 0;

/** Short notes on what was done, read out and gone after a while; and what went wrong with it, which stays until it is dismissed, or somebody who had the time to read it goes elsewhere. */
export const useAnnouncements = create<{ readonly list: readonly Announcement[] }>(() => ({ list: [] }));

export const dismiss = (id: number): void =>
  useAnnouncements.setState(({ list }) => ({ list: list.filter((each) => each.id !== id) }));

/** Somebody goes elsewhere: what went wrong was there to be read. */
export const leaveErrors = (): void =>
  useAnnouncements.setState(({ list }) => ({
    list: list.filter(({ error }) => error === undefined || Date.now() - error.at < SHOWN_MS),
  }));

/** Puts a note below the newest two, in place of one that says the same; answers its id. */
const put = (note: Omit<Announcement, 'id'>): number => {
  last += 1;
  const id = last;
  useAnnouncements.setState(({ list }) => ({
    list: [...list.filter(({ text }) => text !== note.text).slice(-2), { id, ...note }],
  }));
  return id;
};

export const announce = (told: string, tone: Tone = 'none'): void => {
  const id = put({ tone, text: printable(told) });
  setTimeout(() => dismiss(id), SHOWN_MS);
};

/** Says what went wrong, what to do about it and its code. */
export const announceError = (error: ColdframeError): void => {
  put({
    tone: 'bad',
    text: printable(error.message),
    error: { guidance: printable(guidanceInWindow(error)), code: error.code, at: Date.now() },
  });
};

import { create } from 'zustand';
import { printable } from '../../shared/model/printable.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'none';

export interface Announcement {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

const SHOWN_MS = 6000;
let last = 0;

/** Short notes on what was done; read out, and gone after a while. What needs an answer is never one of them. */
export const useAnnouncements = create<{ readonly list: readonly Announcement[] }>(() => ({ list: [] }));

export const dismiss = (id: number): void =>
  useAnnouncements.setState(({ list }) => ({ list: list.filter((each) => each.id !== id) }));

export const announce = (told: string, tone: Tone = 'none'): void => {
  const text = printable(told);
  last += 1;
  const id = last;
  useAnnouncements.setState(({ list }) => ({
    list: [...list.filter((each) => each.text !== text).slice(-2), { id, tone, text }],
  }));
  setTimeout(() => dismiss(id), SHOWN_MS);
};

import { create } from 'zustand';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { words } from '../words/words.ts';
import { announce } from './announcements.ts';

type NoticeEvent = Extract<ConsoleEvent, { event: 'notice' }>;

/** The snapshots that are announced and not yet taken, in the order of their moments. */
export const useNotices = create<{ readonly announced: readonly NoticeEvent[] }>(() => ({ announced: [] }));

/** A snapshot was announced, or is over: that is said once and goes. */
export const noticed = (event: NoticeEvent): void => {
  const { announced } = useNotices.getState();
  const others = announced.filter(({ notice }) => notice !== event.notice);
  const all = event.state === 'announced' ? [...others, event] : others;
  useNotices.setState({ announced: all.toSorted((one, other) => (one.at < other.at ? -1 : 1)) });
  if (event.state === 'announced') return;
  const [text, tone] =
    event.state === 'taken' ? [words.notice.taken, 'good' as const] : [words.notice.calledOff, 'warn' as const];
  announce(text(event.volumes.join(', ')), tone);
};

export const forgetNotices = (): void => useNotices.setState({ announced: [] });

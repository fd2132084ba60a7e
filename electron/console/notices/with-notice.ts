import { setTimeout as sleep } from 'node:timers/promises';
import { ColdframeError } from '../../../shared/errors.ts';
import { randomId } from '../../platform/ids.ts';
import { tellUsers } from '../../platform/tell-users.ts';
import type { CallContext } from '../handlers/parts.ts';
import { runHook } from '../volumes/consistency.ts';
import type { NoticeBoard, NoticeEvent } from './notice-board.ts';

/** Whether, and how, people are told of a snapshot before it is taken. */
export interface NoticeWish {
  /** So long before. */
  readonly noticeMs?: number | undefined;
  /** A command of the shell that is given the message, instead of what tells the users of this machine. */
  readonly noticeCommand?: string | undefined;
}

/** Whoever asked for the snapshot. */
export interface NoticeCaller extends Pick<CallContext, 'signal' | 'emit'> {
  /** What ends it when somebody calls the snapshot off; it has to abort `signal`. Without it the call alone ends. */
  readonly callOff?: () => void;
}

/**
 * Announces a snapshot of volumes, waits for as long as was said, has it taken, and says that it was, or was not: whoever was asked to pause
 * hears that he may go on. Rejects with CANCELLED when it is called off, with HOOK_FAILED for a command that was named, and whatever `take`
 * rejects with.
 */
export const withNotice = async <Taken>(
  board: NoticeBoard,
  volumes: readonly string[],
  { noticeMs, noticeCommand }: NoticeWish,
  { signal: ended, emit, callOff }: NoticeCaller,
  take: () => Promise<Taken>,
): Promise<Taken> => {
  if (noticeMs === undefined) {
    if (noticeCommand !== undefined) throw nothingToSay();
    return await take();
  }
  const at = Date.now() + noticeMs;
  const notice = {
    event: 'notice' as const,
    notice: randomId(),
    volumes: [...volumes],
    at: new Date(at).toISOString(),
  };
  const off = new AbortController();
  const signal = AbortSignal.any([ended, off.signal]);
  const say = async (state: NoticeEvent['state'], until: AbortSignal): Promise<void> => {
    const event = { ...notice, state };
    if (state === 'announced') board.announce(event, callOff ?? (() => off.abort(calledOff(volumes))));
    else board.end(event);
    emit(event);
    const text = messageOf(event, noticeMs);
    if (noticeCommand === undefined) await tellUsers(text);
    else await runHook('notice', noticeCommand, until, `${text}\n`);
  };
  let outcome: { readonly taken: Taken } | { readonly failed: unknown };
  try {
    await say('announced', signal);
    await sleep(Math.max(0, at - Date.now()), null, { signal });
    board.begin(notice.notice);
    outcome = { taken: await take() };
  } catch (failed) {
    outcome = { failed };
  }
  const told = say('taken' in outcome ? 'taken' : 'called-off', new AbortController().signal);
  if ('failed' in outcome) {
    // The first error is the one that counts.
    await told.catch(() => undefined);
    throw off.signal.aborted ? off.signal.reason : outcome.failed;
  }
  await told;
  return outcome.taken;
};

const messageOf = ({ volumes, at, state }: NoticeEvent, noticeMs: number): string => {
  const what = `a snapshot of ${volumes.join(', ')}`;
  if (state === 'announced')
    return `Coldframe takes ${what} in ${Math.round(noticeMs / 1000)} s, at ${at.slice(11, 19)} UTC. Please save your work, and leave it alone until you hear that it was taken.`;
  return `Coldframe has ${state === 'taken' ? 'taken' : 'called off'} ${what}. You may go on.`;
};

const calledOff = (volumes: readonly string[]): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: `The snapshot of ${volumes.join(', ')} was called off before it was taken.`,
    guidance: 'Ask whoever called it off when it suits, then try again.',
    context: { volumes: volumes.join(', ') },
  });

const nothingToSay = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'A command that gives notice was named, and no time for which to give it.',
    guidance: 'Say how long before the snapshot it is run: --notice SECONDS.',
  });

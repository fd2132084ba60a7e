import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import type { StoredNotice } from '../store/notice-table.ts';
import type { Message } from './message.ts';
import { type ReportPages, withReports } from './report-files.ts';
import { keysOf, type NoticeSecrets } from './secrets.ts';
import { signingKey } from './sign-webhook.ts';

export type AlertEvent = Extract<ConsoleEvent, { event: 'alert' }>;

/** Those who show notices on a desktop. */
export class AlertBoard {
  readonly #listeners = new Set<(event: AlertEvent) => void>();

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  show(event: AlertEvent): void {
    if (!this.watched) throw new Error('Nobody is looking: no window and no page is open.');
    for (const listener of this.#listeners) listener(event);
  }

  /** Hears what is shown; gives what ends that. */
  hear(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Takes a message to where a notice goes; rejects with an Error that says why it is not there. */
export const deliver = async (
  notice: Pick<StoredNotice, 'target' | 'id' | 'keys'>,
  message: Message,
  {
    board,
    notify,
    secrets,
    signal,
    pages,
  }: {
    readonly board: AlertBoard;
    /** What pops up on a desktop where nobody looks. */
    readonly notify: () => Settings['notify'];
    readonly secrets: NoticeSecrets;
    readonly signal: AbortSignal;
    readonly pages: ReportPages;
  },
): Promise<void> => {
  const { target } = notice;
  const keys = keysOf(notice);
  switch (target.kind) {
    case 'desktop':
      return board.show(alertOf(message, notify()));
    case 'email': {
      const { sendMail } = await import('./send-mail.ts');
      const { told, files } = await withReports(message, pages);
      return await sendMail(target, await secrets.get(keys.notice), told, signal, files);
    }
    case 'webhook': {
      const url = await secrets.get(keys.notice);
      if (url === null)
        throw new Error('Its address is lost: give it anew (coldframe notice change NAME --url-file F)');
      const { sendWebhook } = await import('./send-webhook.ts');
      const key = target.signed ? await keyOf(keys.signingKey, secrets) : null;
      return await sendWebhook(url, target.format, message, signal, key);
    }
    case 'folder': {
      const { sendToFolder } = await import('./send-to-folder.ts');
      const { told, files } = await withReports(message, pages);
      return await sendToFolder(target.folder, told, files);
    }
    case 'command':
      return await (await import('./send-command.ts')).sendCommand(target.command, message, signal);
  }
};

/** What is to be signed never goes without. */
const keyOf = async (name: string, secrets: NoticeSecrets): Promise<Buffer> => {
  const key = signingKey((await secrets.get(name)) ?? '');
  if (key === null)
    throw new Error('Its signing key is lost: give it anew (coldframe notice change NAME --signing-key-file K)');
  return key;
};

/** What is no reason to disturb anybody. */
const GOOD_NEWS: readonly string[] = ['backup-done', 'month-report'];

const popsUp = (notify: Settings['notify'], events: Message['events']): boolean =>
  notify === 'all' || (notify === 'problems' && events.some(({ event }) => !GOOD_NEWS.includes(event)));

const alertOf = ({ id, at, title, events }: Message, notify: Settings['notify']): AlertEvent => ({
  event: 'alert',
  alert: id,
  at,
  title,
  popUp: popsUp(notify, events),
  events: events.map(({ event, object, text }) => ({ event, object, text })),
});

import type { NoticeEvent, WebhookFormat } from '../../../shared/model/notice.ts';
import { printable } from '../../../shared/model/printable.ts';

/** One notice as it is delivered. The id is the same however often it has to be tried. */
export interface Message {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  /** The machine whose console tells it. */
  readonly computer: string;
  /** It was tried before, and nobody knows whether that got through. */
  readonly again: boolean;
  readonly events: readonly MessageEvent[];
}

/** What is the matter with the home itself: everybody hears of it. */
export type HomeEvent = 'home-database-missing' | 'home-database-damaged' | 'home-full';
/** What no rule is for: a test is asked for. */
export type UnruledEvent = 'test' | HomeEvent;

export interface MessageEvent {
  readonly event: NoticeEvent | UnruledEvent;
  readonly at: string;
  readonly object: string | null;
  readonly vault: string | null;
  readonly job: string | null;
  readonly text: string;
  /** The month whose report it is; not there where it is none. */
  readonly report?: string;
}

const TITLES: Readonly<Record<MessageEvent['event'], string>> = {
  'backup-failed': 'Backup failed',
  overdue: 'Backup overdue',
  'damage-found': 'Damaged data found',
  'out-of-tapes': 'Out of tapes or space',
  'mount-wanted': 'A job waits for a tape',
  'check-failed': 'Restore test or verification failed',
  'retention-held': 'Retention is held back',
  'backup-warned': 'Backup done with warnings',
  'backup-done': 'Backup done',
  'month-report': 'Report of the month',
  test: 'Test',
  'home-database-missing': 'The database of Coldframe is gone',
  'home-database-damaged': 'The database of Coldframe is damaged',
  'home-full': 'The disk of Coldframe is full',
};

/** The title of events that are told together. */
export const titleOf = (events: readonly Pick<MessageEvent, 'event' | 'object'>[]): string => {
  const [first] = events;
  if (first === undefined) return 'Coldframe';
  const objects = new Set(events.map(({ object }) => object));
  const of = objects.size === 1 && first.object !== null ? `: ${first.object}` : '';
  const more = events.length - 1;
  return printable(`${TITLES[first.event]}${of}${more === 0 ? '' : ` (and ${more} more)`}`);
};

/** The title as it reads where notices of several machines come in. */
export const headlineOf = ({ title, computer }: Pick<Message, 'title' | 'computer'>): string =>
  printable(`${title}, on ${computer}`);

/** The notice as plain text, one event a line, whatever is in the names that it tells. */
export const textOf = ({ events }: Message): string =>
  events.map(({ at, text }) => `${at.slice(0, 16).replace('T', ' ')} UTC  ${printable(text)}`).join('\n');

/** What a chat service is sent of a text, UTF-16 units, with what is put in so that nothing is markup: Discord takes the least of them, 2000. */
const MOST_CHARACTERS = 1800;
const MORE = ' …';
/** A half of a character, of a reference of HTML, or of an escape that stands for a character. */
const CUT = /(?:[\uD800-\uDBFF]|&[a-z]{0,3}|\\(?:x[0-9a-f]?|u[0-9a-f]{0,3})?)$/;

/** A text as it is sent, shortened: the last that is done with it. */
const shortened = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - MORE.length).replace(CUT, '')}${MORE}`;

/** What a webhook of a format is sent. Names of objects and paths are text to everybody: nobody is called, and nothing becomes a link. */
export const bodyFor = (format: WebhookFormat, message: Message): unknown => {
  const title = headlineOf(message);
  const text = `${title}\n${textOf(message)}`;
  switch (format) {
    case 'json':
      return message;
    case 'slack':
      return { text: shortened(unlinked(forSlack(text))) };
    case 'mattermost':
      return { text: shortened(unmarked(text)) };
    case 'google-chat':
      return { text: shortened(unmarked(text)) };
    case 'discord':
      return { content: shortened(unmarked(text)), allowed_mentions: { parse: [] } };
    case 'teams':
      return {
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              type: 'AdaptiveCard',
              version: '1.4',
              body: [
                { type: 'TextBlock', text: shortened(unmarked(title)), weight: 'bolder', wrap: true },
                { type: 'TextBlock', text: shortened(unmarked(textOf(message))), wrap: true },
              ],
            },
          },
        ],
      };
  }
};

/** Addresses as text: no service makes a link of them, or looks at what is there. */
const unlinked = (text: string): string =>
  text.replace(/(?<=\b[a-z][a-z0-9+.-]*):(?=\/\/)/gi, ':\u200b').replace(/\bwww\.(?=\S)/gi, 'www.\u200b');

/**
 * Text of which no dialect of Markdown makes a link, a picture, a call or something hidden. Nothing is left out: what would be markup is parted by
 * spaces of no width, and an angle bracket, with which addresses are made links, becomes one that is none.
 */
const unmarked = (text: string): string =>
  unlinked(text)
    .replaceAll('<', '‹')
    .replaceAll('@', '@\u200b')
    .replace(/\](?=[([:])/g, ']\u200b')
    .replace(/([|~`*_])(?=\1)/g, '$1\u200b');

const forSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

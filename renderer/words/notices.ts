import type { NoticeEvent, NoticeKind, NoticeSend, WebhookFormat } from '../../shared/model/notice.ts';
import { format } from './format.ts';

/** The texts of the screen on notices. */
export const noticesWords = {
  title: 'Notices',
  about: 'Who is told when something needs a look, so that nobody has to look every day.',
  add: 'New notice',
  none: 'Nobody is told yet',
  noneAbout:
    'A backup that fails for weeks helps nobody. Have a mail, a chat message or a command tell you; backups go on whether or not it gets there.',
  columns: { name: 'Notice', to: 'To', last: 'Last attempt' },
  kinds: { desktop: 'Desktop', email: 'Mail', webhook: 'Webhook', command: 'Command' } satisfies Record<
    NoticeKind,
    string
  >,
  kindsAbout: {
    desktop: 'In the window and in open pages of this console; it waits until one is open.',
    email: 'Through a mail server that you may use.',
    webhook: 'A message to a chat service, or JSON to a server of yours.',
    command: 'A line for the shell on the machine of the console.',
  } satisfies Record<NoticeKind, string>,
  formats: {
    json: 'JSON',
    slack: 'Slack',
    mattermost: 'Mattermost',
    discord: 'Discord',
    teams: 'Microsoft Teams',
    'google-chat': 'Google Chat',
  } satisfies Record<WebhookFormat, string>,
  never: 'not tried yet',
  sent: 'got there',
  failed: 'failed',
  waiting: (count: number, next: string | null) =>
    `${count === 1 ? '1 event waits' : `${format.count(count)} events wait`}${next === null ? '' : `, next try ${next}`}`,
  givenUp: (count: number) =>
    `${count === 1 ? '1 event was' : `${format.count(count)} events were`} given up after many tries`,
  test: 'Test',
  testing: 'Sending …',
  testOf: (name: string) => `Send a test to ${name}`,
  tested: (name: string) => `The test got to ${name}.`,
  removeOf: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove the notice ${name}?`,
  removeAbout:
    'Nobody is told this way any more; what still waits is dropped, and its password or address is forgotten.',
  removeConsent: 'Remove it',
  removed: (name: string) => `${name} was removed.`,
  rules: 'What is told when',
  rulesFor: 'Rules for',
  allObjects: 'All objects',
  event: 'Event',
  ruleOf: (event: string, name: string) => `${event}, told by ${name}`,
  events: {
    'backup-failed': 'A backup failed',
    overdue: 'A backup is overdue',
    'damage-found': 'Damaged data was found',
    'out-of-tapes': 'No tapes or no space left',
    'retention-held': 'Retention is held back',
    'backup-warned': 'A backup is done with warnings',
    'backup-done': 'A backup is done',
  } satisfies Record<NoticeEvent, string>,
  sends: { now: 'At once', hourly: 'Every hour', daily: 'Daily at 8', off: 'Never' } satisfies Record<
    NoticeSend,
    string
  >,
  asForAll: 'As for all',
  newTitle: 'New notice',
  create: 'Add notice',
  name: 'Name',
  nameHelp: 'How you call it, such as “admin” or “chat”.',
  kind: 'How',
  server: 'Mail server',
  serverHelp: 'smtp://mail.example.org, or smtps:// where it is encrypted from the start',
  user: 'User (if it asks for one)',
  password: 'Password',
  from: 'Sender',
  to: 'Recipients',
  toHelp: 'Several with commas between them.',
  format: 'Service',
  url: 'Address of the webhook',
  secretHelp: 'It is kept in a file of the home that only its owner can read, and not encrypted.',
  command: 'Command',
  commandHelp: 'It reads the notice as JSON from its standard input.',
  problems: {
    name: 'Give it a name without @ and /.',
    server: 'Begin with smtp:// or smtps://.',
    from: 'Give the address that mails come from.',
    to: 'Give at least one address.',
    url: 'Give the address, beginning with https:// or http://.',
    command: 'Give a command.',
    password: 'A user and a password go together.',
  },
  added: (name: string) => `${name} was added. Send a test to see that it gets there.`,
} as const;

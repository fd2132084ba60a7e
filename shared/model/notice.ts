/** Ways by which somebody is told. */
export const NOTICE_KINDS = ['desktop', 'email', 'webhook', 'command', 'folder'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What somebody may be told of. */
export const NOTICE_EVENTS = [
  'backup-failed',
  'overdue',
  'damage-found',
  'out-of-tapes',
  'mount-wanted',
  'check-failed',
  'retention-held',
  'backup-warned',
  'backup-done',
  'month-report',
] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** When it is told: at once, with all others of the hour or of the day, or never. */
export const NOTICE_SENDS = ['now', 'hourly', 'daily', 'off'] as const;
export type NoticeSend = (typeof NOTICE_SENDS)[number];

/** What holds for an event while no rule says otherwise: whoever hears of every success soon reads none of it. */
export const DEFAULT_SENDS: Readonly<Record<NoticeEvent, NoticeSend>> = {
  'backup-failed': 'now',
  overdue: 'now',
  'damage-found': 'now',
  'out-of-tapes': 'now',
  'mount-wanted': 'now',
  'check-failed': 'now',
  'retention-held': 'now',
  'backup-warned': 'daily',
  'backup-done': 'off',
  'month-report': 'now',
};

/** What a webhook takes: our own JSON, or what chat services want. */
export const WEBHOOK_FORMATS = ['json', 'slack', 'mattermost', 'discord', 'teams', 'google-chat'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** How long one attempt to deliver a notice may take, milliseconds. */
export const NOTICE_ATTEMPT_MS = 30_000;

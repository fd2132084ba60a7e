import type { Weekday } from '../../shared/contract/choices.ts';
import type { Picture } from '../../shared/contract/picture.ts';
import type { LimitNow } from '../../shared/contract/settings.ts';
import { sizeTyped } from '../../shared/model/typed-size.ts';
import { format } from './format.ts';

const rate = (bytes: number): string => `${sizeTyped(bytes)}/s`;

const limited = ({ source, vault }: NonNullable<Picture['limit']>): string =>
  [
    ...(source === null ? [] : [`${rate(source)} read of what is protected`]),
    ...(vault === null ? [] : [`${rate(vault)} to and from tapes`]),
  ].join(', ');

/** The texts of limits. */
export const limitsWords = {
  title: 'Limits',
  about:
    'How much may move in which hours, by the clock of the machine. Backups, merges, verifications and what consolidates tapes keep to it together, also those under way; restores go as fast as they can.',
  now: (now: LimitNow): string => {
    const until = now.until === null ? '' : ` until ${format.date(now.until)}`;
    return now.source === null && now.vault === null ? `No limit now${until}.` : `Now at most ${limited(now)}${until}.`;
  },
  ofJob: (limit: NonNullable<Picture['limit']>): string => `limited to ${limited(limit)}`,
  rule: (number: number) => `Rule ${number}`,
  daysOf: (number: number) => `Days of rule ${number}`,
  remove: (number: number) => `Remove rule ${number}`,
  from: 'From',
  to: 'To',
  source: 'Read, per second',
  vault: 'To and from tapes, per second',
  none: 'no limit',
  wrong: {
    from: 'A time such as 08:00.',
    to: 'A time such as 18:00.',
    source: 'A size such as 20 MB, 16 KiB at least, or nothing.',
    vault: 'A size such as 5 MB, 16 KiB at least, or nothing.',
  },
  order: 'The first rule that holds is the one that counts.',
  endless: (number: number) => `Rule ${number} holds all day, every day: no rule after it ever counts.`,
  add: 'Add a rule',
  undo: 'Undo',
  save: 'Save limits',
  days: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' } satisfies Record<
    Weekday,
    string
  >,
};

import { format } from './format.ts';
import { LEVEL_WORDS, restoreWords } from './restore.ts';
import { schedulesWords } from './schedules.ts';

/** What was told of an act besides its object and vault, by the names of the contract. */
export type ActContext = Readonly<Record<string, string | number | boolean | null>>;

const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** What the names of the contract are called. One that is not here is its own words, apart. */
const NAMES: Readonly<Record<string, string>> = {
  afterBytes: 'after',
  agreed: 'sets agreed to',
  asked: 'asked for',
  at: 'at',
  automatic: 'sets expire by themselves',
  before: 'hours before',
  below: 'tapes with less kept than',
  bytes: 'moved',
  bytesCopied: 'copied',
  cancelJobs: 'jobs cancelled',
  cron: 'when',
  daily: 'daily backups kept',
  damaged: 'damaged',
  damagedFront: 'damaged front, of a tape',
  device: 'onto a device',
  expired: 'expired sets',
  fileRemoved: 'file removed',
  forMs: 'for',
  freed: 'tapes freed',
  ids: 'which',
  keepLast: 'newest backups kept',
  kind: 'way',
  listen: 'address',
  lost: 'sets lost',
  made: 'changes made',
  missing: 'chunks missing',
  monthly: 'monthly backups kept',
  name: 'new name',
  names: 'volumes',
  on: 'on',
  onConflict: 'what is there',
  original: 'went',
  overdueAfterHours: 'hours until overdue',
  partial: 'in part',
  place: 'to',
  policy: 'tapes for new sets',
  restored: 'restored',
  sealed: 'sealed',
  send: 'sent',
  task: 'kind',
  unprotectedSegments: 'segments without protection',
  usesLeft: 'uses left',
  verifyAfterBackup: 'read back after a backup',
  weekly: 'weekly backups kept',
  what: 'starts by itself',
  whole: 'as a whole',
  yearly: 'yearly backups kept',
};

/** `verifyAfterBackup` is “verify after backup”, `tape.erase` “tape erase”. */
const apart = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[._-]/g, ' ')
    .toLowerCase();

const nameOf = (name: string): string => NAMES[name] ?? apart(name);

const VALUES: Readonly<Record<string, (value: string) => string>> = {
  cron: schedulesWords.when,
  changed: (value) => value.split(', ').map(nameOf).join(', '),
  event: apart,
  kind: apart,
  level: (value) => (value === 'auto' ? 'as it is due' : (LEVEL_WORDS[value as keyof typeof LEVEL_WORDS] ?? value)),
  onConflict: (value) =>
    restoreWords.policies[value as keyof typeof restoreWords.policies]?.title.toLowerCase() ?? value,
  overlay: (value) => (value === 'until it ends' ? 'until serving ends' : value),
  policy: apart,
  send: apart,
  task: apart,
  until: (value) => (Number.isNaN(Date.parse(value)) ? value : format.date(value)),
  what: apart,
};

const BYTES = new Set(['afterBytes', 'bytes', 'bytesCopied']);

const textOf = (name: string, value: string | number | boolean): string => {
  if (name === 'original' && value === true) return 'to where it came from';
  if (typeof value === 'boolean') return yes(value);
  if (typeof value === 'string') return VALUES[name]?.(value) ?? value;
  if (BYTES.has(name)) return format.bytes(value);
  if (name === 'below') return `${format.count(value)} %`;
  if (name === 'forMs') return format.duration(value);
  return format.count(value);
};

/** What was told of an act, in words: only what was told, and a set once that somebody named by its id. */
export const detailsOf = (context: ActContext): readonly { readonly name: string; readonly value: string }[] =>
  Object.entries(context).flatMap(([name, value]) =>
    value === null || (name === 'setId' && value === context.set)
      ? []
      : [{ name: nameOf(name), value: textOf(name, value) }],
  );

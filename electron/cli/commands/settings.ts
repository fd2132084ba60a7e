import { type Command, InvalidArgumentError } from 'commander';
import { WEEKDAYS, type Weekday } from '../../../shared/contract/choices.ts';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import type { LimitNow, LimitRule, Settings } from '../../../shared/contract/settings.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { endlessRule, LEAST_RATE } from '../../../shared/model/limit-rules.ts';
import { sizeTyped } from '../../../shared/model/typed-size.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { formatTime, parseSize } from '../sizes.ts';
import { table } from '../terminal/table.ts';

interface OfObject {
  readonly object?: string;
}

interface LimitOptions extends OfObject {
  readonly from: string;
  readonly to: string;
  readonly days?: readonly Weekday[];
  readonly source?: number;
  readonly vault?: number;
}

/** The commands on settings, and on limits, which are one of them. */
export const addSettingsCommands = (program: Command, run: Run): void => {
  const settings = program
    .command('settings')
    .description('what can be chosen for this home, and some of it for one object');

  settings
    .command('list')
    .description('every setting')
    .option('--object <name>', 'those that hold for an object, and which are its own')
    .action(({ object }: OfObject, command: Command) =>
      run(command, async (session) => {
        if (object === undefined) {
          const result = await session.call('settings.get', {});
          session.answer(result, () => listText(result.settings, result.defaults, 'DEFAULT'));
        } else {
          const result = await session.call('settings.ofObject', { object });
          session.answer(result, () => listText(result.settings, result.inherited, 'FOR ALL'));
        }
        return 0;
      }),
    );

  settings
    .command('set <setting> <value>')
    .description('choose a value; "default" puts it back, for an object to what holds for all')
    .addHelpText(
      'after',
      examples('settings set overdueAfterHours 30 --object mail', 'settings set verifyAfterBackup on --object mail'),
    )
    .option('--object <name>', 'for this object alone')
    .action((name: string, value: string, { object }: OfObject, command: Command) =>
      run(command, async (session) => {
        const change = { [name]: typedValue(name, value) };
        if (object === undefined) {
          const result = await session.call('settings.set', change);
          session.answer(result, () => `${name} is ${valueText(result.settings[name as keyof Settings])}.`);
        } else {
          const result = await session.call('settings.setOfObject', { object, ...change });
          const held: Readonly<Record<string, unknown>> = result.settings;
          session.answer(result, () => `${name} is ${valueText(held[name])} for ${object}.`);
        }
        return 0;
      }),
    );

  const limit = program
    .command('limit')
    .description('how much may be read of what is protected, and moved to and from vaults, in certain hours');

  limit
    .command('list')
    .description('the rules; the first that holds is the one that counts')
    .option('--object <name>', 'those that hold for an object')
    .action(({ object }: OfObject, command: Command) =>
      run(command, async (session) => {
        const held = await limitsOf(session, object);
        session.answer({ limits: held.rules, own: held.own, limitNow: held.now }, () => limitsText(held));
        return 0;
      }),
    );

  limit
    .command('add')
    .description('add a rule behind those that are there')
    .addHelpText(
      'after',
      '\nBackups, merges, verifications and what consolidates tapes keep to it, all together, also those under way. Restores\ndo not. Rules of an object hold in place of those for all.',
    )
    .addHelpText(
      'after',
      examples(
        'limit add --from 08:00 --to 18:00 --days mon,tue,wed,thu,fri --vault 5MB',
        'limit add --from 00:00 --to 00:00 --source 20MB --object mail',
      ),
    )
    .requiredOption('--from <time>', 'when the hours begin, by the clock of this machine: 08:00', timeOf)
    .requiredOption(
      '--to <time>',
      'when they end; over midnight when it is the earlier, all day when it is the same',
      timeOf,
    )
    .option('--days <list>', 'days on which they begin, such as mon,tue (default: every day)', daysOf)
    .option('--source <size>', 'what is read of what is protected, per second: 20MB', rateOf)
    .option('--vault <size>', 'what goes to tapes or comes from them, per second: 5MB', rateOf)
    .option('--object <name>', 'for this object alone')
    .action(({ object, from, to, days = [], source, vault }: LimitOptions, command: Command) =>
      run(command, async (session) => {
        const { rules, own } = await limitsOf(session, object);
        const rule = { days: [...days], from, to, source: source ?? null, vault: vault ?? null };
        await setLimits(session, object, [...(object === undefined || own ? rules : []), rule]);
        return 0;
      }),
    );

  limit
    .command('remove <number>')
    .description('take a rule away, by its number in the list')
    .option('--object <name>', 'of this object alone')
    .action((number: string, { object }: OfObject, command: Command) =>
      run(command, async (session) => {
        const { rules, own } = await limitsOf(session, object);
        const at = Number(number) - 1;
        const mine = object === undefined || own ? rules : [];
        if (mine[at] === undefined) throw noSuchRule(number, mine.length, object);
        await setLimits(
          session,
          object,
          mine.filter((_, place) => place !== at),
        );
        return 0;
      }),
    );

  limit
    .command('clear')
    .description('take all rules away: there is no limit, for an object whatever holds for all')
    .option('--object <name>', 'for this object alone')
    .action(({ object }: OfObject, command: Command) =>
      run(command, async (session) => {
        await setLimits(session, object, []);
        return 0;
      }),
    );

  limit
    .command('inherit')
    .description('let the rules for all hold for an object again')
    .requiredOption('--object <name>', 'the object')
    .action(({ object }: Required<OfObject>, command: Command) =>
      run(command, async (session) => {
        await setLimits(session, object, null);
        return 0;
      }),
    );
};

interface Limits {
  readonly rules: readonly LimitRule[];
  /** Whether an object has rules of its own. */
  readonly own: boolean;
  readonly now: LimitNow;
  readonly object: string | undefined;
}

const limitsOf = async (session: Session, object: string | undefined): Promise<Limits> => {
  if (object === undefined) {
    const { settings, limitNow } = await session.call('settings.get', {});
    return { rules: settings.limits, own: false, now: limitNow, object };
  }
  const { own, settings, limitNow } = await session.call('settings.ofObject', { object });
  return { rules: settings.limits, own: own.limits !== undefined, now: limitNow, object };
};

const setLimits = async (session: Session, object: string | undefined, limits: LimitRule[] | null): Promise<void> => {
  if (object === undefined) await session.call('settings.set', { limits });
  else await session.call('settings.setOfObject', { object, limits });
  const held = await limitsOf(session, object);
  session.answer({ limits: held.rules, own: held.own, limitNow: held.now }, () => limitsText(held));
};

const noSuchRule = (number: string, count: number, object: string | undefined): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `There is no rule ${number}${object === undefined ? '' : ` of ${object} alone`}: it has ${count}.`,
    guidance: 'List them with: coldframe limit list',
    context: { number, ...(object === undefined ? {} : { object }) },
  });

const timeOf = (text: string): string => {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new InvalidArgumentError('A time of day is hours and minutes, such as 08:00.');
};

const rateOf = (text: string): number => {
  const rate = parseSize(text);
  if (rate >= LEAST_RATE) return rate;
  throw new InvalidArgumentError('A limit is 16KiB a second at least; leave the option out for no limit.');
};

const daysOf = (text: string): Weekday[] => {
  const days = text.toLowerCase().split(',');
  const known = days.flatMap((day) => WEEKDAYS.filter((each) => each === day));
  if (known.length === days.length) return [...new Set(known)];
  throw new InvalidArgumentError(`Days are some of ${WEEKDAYS.join(', ')}, with commas between them.`);
};

/** A value as its setting takes it. Throws USAGE for a setting that is not known, or has commands of its own. */
const typedValue = (name: string, text: string): unknown => {
  const known: Readonly<Record<string, unknown>> = DEFAULT_SETTINGS;
  if (!Object.hasOwn(known, name) || name === 'limits')
    throw new ColdframeError('USAGE', {
      message: name === 'limits' ? 'Limits are rules, not a value.' : `There is no setting ${name}.`,
      guidance: name === 'limits' ? 'Change them with: coldframe limit' : 'List them with: coldframe settings list',
      context: { setting: name },
    });
  if (text === 'default') return null;
  if (typeof known[name] === 'boolean') {
    if (/^(on|yes|true)$/.test(text)) return true;
    if (/^(off|no|false)$/.test(text)) return false;
  }
  return typeof known[name] === 'number' && /^\d+$/.test(text) ? Number(text) : text;
};

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length} (coldframe limit list)`;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
};

const ABOUT: Readonly<Record<keyof Settings, string>> = {
  overdueAfterHours: 'hours after which an object without a good backup is overdue',
  limits: 'how much may be read and moved at which hours',
  verifyAfterBackup: 'all that a backup wrote is read back and compared after it',
  theme: 'light or dark, or as the system is, in windows and browsers in which nothing else was chosen',
  density: 'how close lines stand, in windows and browsers in which nothing else was chosen',
  notify: 'which notices for the desktop pop up where nobody looks at its window or page: all, problems or nothing',
  closeToTray: 'closing the window leaves the console running in the tray, where there is one',
  picturesKept: 'pictures of finished jobs that are kept',
  runsPerVault: 'backups that schedules may have running on one vault',
  runsPerDrive: 'how many of them for each of its drives',
  trayIcon: 'the icon in the tray, in colour or plain',
};

const listText = (held: object, otherwise: object, title: string): string => {
  const beside: Readonly<Record<string, unknown>> = { ...otherwise };
  return table(Object.entries(held), [
    { title: 'SETTING', of: ([name]) => name },
    { title: 'VALUE', of: ([, value]) => valueText(value) },
    { title, of: ([name]) => valueText(beside[name]) },
    { title: 'WHAT IT IS', flexible: true, of: ([name]) => ABOUT[name as keyof Settings] },
  ]);
};

const rateText = (rate: number | null): string => (rate === null ? 'no limit' : `${sizeTyped(rate)}/s`);

const nowText = ({ source, vault, until }: LimitNow): string => {
  const held =
    source === null && vault === null
      ? 'Now there is no limit'
      : `Now: read ${rateText(source)}, to and from tapes ${rateText(vault)}`;
  return `${held}${until === null ? '.' : `, until ${formatTime(until)}.`}`;
};

const limitsText = ({ rules, own, now, object }: Limits): string => {
  const whose = object === undefined ? '' : own ? `Rules of ${object} alone.\n` : 'As for all.\n';
  const lines =
    rules.length === 0
      ? 'No rules: everything goes as fast as it can.\n'
      : `${table(
          rules.map((rule, at) => ({ ...rule, number: at + 1 })),
          [
            { title: 'NR', of: ({ number }) => String(number) },
            { title: 'DAYS', of: ({ days }) => (days.length === 0 ? 'every day' : days.join(' ')) },
            { title: 'HOURS', of: ({ from, to }) => (from === to ? 'all day' : `${from}-${to}`) },
            { title: 'READ', of: ({ source }) => rateText(source) },
            { title: 'TO AND FROM TAPES', of: ({ vault }) => rateText(vault) },
          ],
        )}\n`;
  const endless = endlessRule(rules);
  const never = endless === null ? '' : `Rule ${endless + 1} holds all day, every day: no rule after it ever counts.\n`;
  return `${whose}${lines}${never}${nowText(now)}`;
};

import type { ConfigDocument, ConfigNotice, ConfigObject, ConfigSchedule, ConfigStep } from '../contract/config.ts';
import type { LimitRule } from '../contract/settings.ts';
import { DEFAULT_SENDS, NOTICE_EVENTS } from './notice.ts';
import { sizeTyped } from './typed-size.ts';

/** Something that is not as the document has it. Without a step nothing is done about it, for the reason that `detail` says. */
export interface ConfigChange {
  readonly what: 'settings' | 'object' | 'keep rules' | 'schedule' | 'notice';
  readonly name: string;
  readonly detail: string;
  readonly step: ConfigStep | null;
}

/** What the home knows by ids that no document has. */
export interface KnownHere {
  readonly vaults: readonly { readonly id: string; readonly dir: string }[];
  /** The ids of its schedules, in the order in which the document of what it has now lists them. */
  readonly schedules: readonly { readonly id: string }[];
}

type Objects = ReadonlyMap<string, ConfigObject>;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * What it takes to make a home as a document has it, in the order in which it is to be done. What the home has beside is left alone, nothing
 * is removed, and no vault is touched.
 */
export const planConfig = (now: ConfigDocument, wanted: ConfigDocument, here: KnownHere): readonly ConfigChange[] => {
  const dirs = new Map(here.vaults.map(({ id, dir }) => [id, dir]));
  const there: Objects = new Map(now.objects.map((object) => [object.name, object]));
  const objects = wanted.objects.map((object) =>
    objectChange(there.get(object.name), object, dirs.get(object.vault.id)),
  );
  const added = new Set(objects.flatMap((change) => (change?.step?.procedure === 'object.add' ? [change.name] : [])));
  const isThere = (object: ConfigObject): boolean =>
    added.has(object.name) || there.get(object.name)?.vault.id === object.vault.id;
  // An object of that name in another vault is another object.
  const named = new Set(wanted.objects.filter(isThere).map(({ name }) => name));
  return [
    ...settingsChanges(now, wanted),
    ...objects.filter((change) => change !== null),
    ...wanted.objects
      .filter(isThere)
      .flatMap((object) => [
        ...markChanges(there.get(object.name), object, now.writtenAt),
        ...ruleChanges(there.get(object.name), object),
        ...ownChanges(there.get(object.name), object),
      ]),
    ...scheduleChanges(now.schedules, wanted.schedules, { ...here, dirs, named }),
    ...noticeChanges(now, wanted, named),
  ];
};

const settingsChanges = (now: ConfigDocument, wanted: ConfigDocument): ConfigChange[] => {
  const before: Readonly<Record<string, unknown>> = now.settings;
  return Object.entries(wanted.settings)
    .filter(([name, value]) => !same(before[name], value))
    .map(([name, value]) => ({
      what: 'settings',
      name,
      detail: `${valueText(before[name])} becomes ${valueText(value)}`,
      step: { procedure: 'settings.set', input: { [name]: value } },
    }));
};

const rateText = (rate: number | null): string => (rate === null ? 'no limit' : `${sizeTyped(rate)}/s`);

const ruleText = ({ days, from, to, source, vault }: LimitRule): string => {
  const hours = from === to ? 'all day' : `${from}-${to}`;
  return `${days.length === 0 ? 'every day' : days.join(' ')} ${hours}: read ${rateText(source)}, tapes ${rateText(vault)}`;
};

const valueText = (value: unknown): string => {
  if (value === undefined) return 'as for all';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(ruleText).join('; ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Settings of an object alone; those that the document does not have become as for all. */
const ownChanges = (before: ConfigObject | undefined, { name, own }: ConfigObject): ConfigChange[] => {
  const had: Readonly<Record<string, unknown>> = before?.own ?? {};
  const wanted: Readonly<Record<string, unknown>> = own;
  return [...new Set([...Object.keys(had), ...Object.keys(wanted)])]
    .filter((setting) => !same(had[setting], wanted[setting]))
    .map((setting) => ({
      what: 'settings',
      name,
      detail: `${setting}: ${valueText(had[setting])} becomes ${valueText(wanted[setting])}`,
      step: { procedure: 'settings.setOfObject', input: { object: name, [setting]: wanted[setting] ?? null } },
    }));
};

/** Lists up to this long are shown in full, of longer ones what goes and what comes. */
const SHORT = 4;

const listText = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(', '));

const someText = (word: string, list: readonly string[]): string[] => {
  if (list.length === 0) return [];
  const more = list.length > SHORT ? ` and ${list.length - SHORT} more` : '';
  return [`${word} ${list.slice(0, SHORT).join(', ')}${more}`];
};

/** From what to what a list changes. */
const listChange = (before: readonly string[], after: readonly string[]): string => {
  if (Math.max(before.length, after.length) <= SHORT) return `${listText(before)} becomes ${listText(after)}`;
  const [had, has] = [new Set(before), new Set(after)];
  const changes = [
    ...someText(
      'without',
      before.filter((each) => !has.has(each)),
    ),
    ...someText(
      'with',
      after.filter((each) => !had.has(each)),
    ),
  ];
  return `${before.length} become ${after.length}, ${changes.length === 0 ? 'in another order' : changes.join(', ')}`;
};

const rootText = ({ path, crossFileSystems }: ConfigObject['roots'][number]): string =>
  crossFileSystems ? `${path} with the file systems mounted in it` : path;

const noticeText = (ms: number | null): string => (ms === null ? 'none' : `${ms / 1000} s`);

const pathsOf = (roots: ConfigObject['roots']) =>
  roots.map(({ path, pathBase64 }) => (pathBase64 === undefined ? { path } : { pathBase64 }));

/** All roots cross file systems, or none does; null when they differ, which no call can ask for. */
const crossing = (roots: ConfigObject['roots']): boolean | null => {
  const crosses = new Set(roots.map(({ crossFileSystems }) => crossFileSystems));
  return crosses.size > 1 ? null : (crosses.values().next().value ?? false);
};

const objectChange = (
  before: ConfigObject | undefined,
  wanted: ConfigObject,
  dir: string | undefined,
): ConfigChange | null => {
  const { name, vault, kind, roots, volumes, sources, unprotected, exclude, noticeMs } = wanted;
  const byHand = (detail: string): ConfigChange => ({ what: 'object', name, detail, step: null });
  const crossFileSystems = crossing(roots);
  if (before === undefined) {
    if (dir === undefined)
      return byHand(`its vault, which lay at ${vault.dir}, is not known here: take it in with "vault open" first`);
    if (crossFileSystems === null) return byHand('some of its roots cross file systems and some do not');
    const uris = new Map(sources.map(({ volume, uri }) => [volume, uri]));
    const content =
      kind === 'files'
        ? { files: pathsOf(roots), crossFileSystems }
        : { volumes: volumes.map((volume) => uris.get(volume) ?? volume) };
    const notice = noticeMs === null ? {} : { noticeMs };
    const input = { name, vault: dir, ...content, unprotect: unprotected, exclude, ...notice };
    return { what: 'object', name, detail: `is added, in ${dir}`, step: { procedure: 'object.add', input } };
  }
  if (before.vault.id !== vault.id) return byHand(`is kept in another vault here, at ${before.vault.dir}`);
  if (before.kind !== kind || !same(before.volumes, volumes) || !same(before.sources, sources))
    return byHand('has other volumes here, which stay as they are');
  const rootsDiffer = !same(before.roots, roots);
  if (rootsDiffer && crossFileSystems === null) return byHand('some of its roots cross file systems and some do not');
  const changed = [
    ...(rootsDiffer ? [`folders and files: ${listChange(before.roots.map(rootText), roots.map(rootText))}`] : []),
    ...(same(before.unprotected, unprotected)
      ? []
      : [`unprotected types: ${listChange(before.unprotected, unprotected)}`]),
    ...(same(before.exclude, exclude) ? [] : [`exclusions: ${listChange(before.exclude, exclude)}`]),
    ...(before.noticeMs === noticeMs ? [] : [`notice: ${noticeText(before.noticeMs)} becomes ${noticeText(noticeMs)}`]),
  ];
  if (changed.length === 0) return null;
  const input = {
    object: name,
    ...(rootsDiffer ? { files: pathsOf(roots), crossFileSystems: crossFileSystems ?? false } : {}),
    ...(same(before.unprotected, unprotected) ? {} : { unprotect: unprotected }),
    ...(same(before.exclude, exclude) ? {} : { exclude }),
    ...(before.noticeMs === noticeMs ? {} : { noticeMs }),
  };
  return { what: 'object', name, detail: changed.join('; '), step: { procedure: 'object.update', input } };
};

const NO_RULES = { keepLast: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

const ruleChanges = (before: ConfigObject | undefined, { name, keep, automatic }: ConfigObject): ConfigChange[] => {
  const had = { keep: before?.keep ?? NO_RULES, automatic: before?.automatic ?? false };
  if (same(had.keep, keep) && had.automatic === automatic) return [];
  const rules = Object.entries(keep)
    .filter(([rule, value]) => had.keep[rule as keyof typeof keep] !== value)
    .map(([rule, value]) => `${rule} ${had.keep[rule as keyof typeof keep]} becomes ${value}`);
  const byItself = had.automatic === automatic ? [] : [`expiring by itself is ${automatic ? 'on' : 'off'}`];
  return [
    {
      what: 'keep rules',
      name,
      detail: [...rules, ...byItself].join(', '),
      step: { procedure: 'retention.set', input: { object: name, rules: keep, automatic } },
    },
  ];
};

/** Single sets are held, or kept for longer, before any rule could let them go; what the home holds beside stays held. */
const markChanges = (before: ConfigObject | undefined, { name, marks }: ConfigObject, now: string): ConfigChange[] => {
  const had = new Map(before?.marks.map((mark) => [mark.set, mark]));
  return marks.flatMap(({ set, hold, until }): ConfigChange[] => {
    const known = had.get(set);
    const of = { what: 'keep rules', name } as const;
    const short = set.slice(0, 8);
    const changes: ConfigChange[] = [];
    if (hold !== null && (known?.hold ?? null) === null) {
      const detail = `set ${short} is held${hold === '' ? '' : `: ${hold}`}`;
      changes.push({ ...of, detail, step: { procedure: 'retention.hold', input: { set, note: hold } } });
    }
    if (until !== null && until > now && until > (known?.until ?? '')) {
      const detail = `set ${short} is kept until ${until}`;
      changes.push({ ...of, detail, step: { procedure: 'retention.keep', input: { set, until } } });
    }
    return changes;
  });
};

/** What tells a schedule from others: all of it but whether it is paused, and where its vault lies. */
const designation = (schedule: ConfigSchedule): string => {
  const { task, object, vault, cron, zone, level, catchUp, passphraseFile, terms } = schedule;
  return JSON.stringify([task, object, vault?.id ?? null, cron, zone, level, catchUp, passphraseFile, terms]);
};

/** What a schedule does, and to what. */
const subjectOf = ({ task, object, vault }: ConfigSchedule): string =>
  JSON.stringify([task, object, vault?.id ?? null]);

const fileText = (file: string | null): string => file ?? 'none';

/** What an added schedule is beside; where it differs from one in the file of the passphrase alone, from what to what. */
const besideText = (schedule: ConfigSchedule, others: readonly ConfigSchedule[]): string => {
  const { passphraseFile } = schedule;
  const file = passphraseFile === null ? '' : `, with the passphrase in ${passphraseFile}`;
  if (others.length === 0) return file;
  const alike = others.find((each) => designation({ ...each, passphraseFile }) === designation(schedule));
  return alike === undefined
    ? `${file}; one that is there already for the same stays beside it`
    : `: its passphrase file is ${fileText(passphraseFile)}, and the one that is there, with ${fileText(alike.passphraseFile)}, stays beside it`;
};

interface SchedulesHere extends KnownHere {
  /** Where vaults lie, by their ids. */
  readonly dirs: ReadonlyMap<string, string>;
  /** The objects that are, or will be, the same here. */
  readonly named: ReadonlySet<string>;
}

const scheduleChanges = (
  now: readonly ConfigSchedule[],
  wanted: readonly ConfigSchedule[],
  { dirs, named, schedules: ids }: SchedulesHere,
): ConfigChange[] => {
  const free = Map.groupBy(
    now.map((schedule, at) => ({ of: designation(schedule), paused: schedule.paused, id: ids[at]?.id })),
    ({ of }) => of,
  );
  const there = Map.groupBy(now, subjectOf);
  /** One that is the same, each taken once; rather one that is paused, or not, as well. */
  const take = (schedule: ConfigSchedule) => {
    const alike = free.get(designation(schedule)) ?? [];
    const found = alike.find(({ paused }) => paused === schedule.paused) ?? alike[0];
    if (found !== undefined) alike.splice(alike.indexOf(found), 1);
    return found;
  };
  return wanted.flatMap((schedule): ConfigChange[] => {
    const { task, object, vault, cron, zone, level, catchUp, paused, passphraseFile, terms } = schedule;
    const dir = vault === null ? undefined : dirs.get(vault.id);
    const name = object ?? vault?.dir ?? '';
    const subject = object === null ? dir && { vault: dir } : named.has(object) && { object };
    if (!subject) return [{ what: 'schedule', name, detail: 'what it is for is not known here', step: null }];
    const times = `${task} at ${cron} (${zone})`;
    const found = take(schedule);
    if (found?.paused === paused) return [];
    if (found?.id !== undefined) {
      const procedure = paused ? 'schedule.pause' : 'schedule.resume';
      const detail = `${times} is ${paused ? 'paused' : 'paused no longer'}`;
      return [{ what: 'schedule', name, detail, step: { procedure, input: { schedule: found.id } } }];
    }
    const secret = passphraseFile === null ? {} : { passphraseFile };
    const input = { ...subject, task, cron, zone, level, catchUp, terms, paused, ...secret };
    const others = there.get(subjectOf(schedule)) ?? [];
    const detail = `${times} is added${paused ? ', paused' : ''}${besideText(schedule, others)}`;
    return [{ what: 'schedule', name, detail, step: { procedure: 'schedule.add', input } }];
  });
};

const noticeChanges = (now: ConfigDocument, wanted: ConfigDocument, named: ReadonlySet<string>): ConfigChange[] => {
  const notices = new Map(now.notices.map((notice) => [notice.name, notice]));
  return wanted.notices.flatMap((notice): ConfigChange[] => {
    const { name, rules } = notice;
    const before = notices.get(name);
    const had = new Set((before?.rules ?? DEFAULT_RULES).map((rule) => JSON.stringify(rule)));
    const added = before === undefined ? addition(notice) : null;
    if (added?.step === null) return [added];
    const elsewhere = before !== undefined && goesElsewhere(before, notice);
    return [
      ...(added === null ? [] : [added]),
      ...(elsewhere
        ? [{ what: 'notice' as const, name, detail: 'goes elsewhere here, which stays as it is', step: null }]
        : []),
      ...rules
        .filter((rule) => !had.has(JSON.stringify(rule)))
        .map(({ event, object, send }): ConfigChange => {
          const detail = `${event}${object === null ? '' : ` of ${object}`}: ${send}`;
          if (object !== null && !named.has(object))
            return { what: 'notice', name, detail: `${detail}: that object is not known here`, step: null };
          const input = { notice: name, event, send, ...(object === null ? {} : { object }) };
          return { what: 'notice', name, detail, step: { procedure: 'notice.rule', input } };
        }),
    ];
  });
};

/** What a notice has that was just added. */
const DEFAULT_RULES = NOTICE_EVENTS.map((event) => ({ event, object: null, send: DEFAULT_SENDS[event] }));

/** Whether it goes elsewhere, as far as both say: older files have no target of a webhook, and none has that of a command. */
const goesElsewhere = (one: ConfigNotice, other: ConfigNotice): boolean =>
  one.kind !== null &&
  other.kind !== null &&
  (one.kind !== other.kind || (one.target !== null && other.target !== null && !same(one.target, other.target)));

/** A notice that is not there. What is secret about it nobody wrote down, and nothing that a file says is run. */
const addition = ({ name, kind, target }: ConfigNotice): ConfigChange => {
  const byHand = (why: string, more: readonly string[] = []): ConfigChange => ({
    what: 'notice',
    name,
    detail: `is not there, and ${why}: add it with "${['notice add', ...more].join(' ')}", and import again`,
    step: null,
  });
  if (target?.kind === 'webhook') {
    const key = target.signed ? ' and its signing key' : '';
    return byHand(`its address${key} ${key === '' ? 'is' : 'are'} in no file`, [
      '--url-file FILE',
      `--format ${target.format}`,
      ...(key === '' ? [] : ['--signing-key-file FILE']),
    ]);
  }
  if (kind === 'webhook') return byHand('where it goes, and its signing key if it has one, is in no file');
  if (target === null || target.kind === 'command')
    return byHand(kind === 'command' ? 'its command is in no file' : 'where it goes is in no file');
  if (target.kind === 'email' && target.user !== undefined)
    return byHand(`the password of ${target.user} at ${target.server} is in no file`, ['--password-file FILE']);
  const where =
    target.kind === 'email' ? target.to.join(', ') : target.kind === 'folder' ? target.folder : 'this console';
  const detail = `is added (${target.kind}, to ${where})`;
  return { what: 'notice', name, detail, step: { procedure: 'notice.add', input: { name, target } } };
};

import type { AuditPhase } from '../../shared/contract/choices.ts';
import type { Check } from '../../shared/contract/system.ts';
import { actName } from '../../shared/model/act-words.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';

export const CHECK_STATES: Readonly<Record<Check['state'], { readonly text: string; readonly tone: PillTone }>> = {
  works: { text: 'works', tone: 'good' },
  limited: { text: 'limited', tone: 'warn' },
  missing: { text: 'missing', tone: 'bad' },
};

export const AUDIT_OUTCOMES: Readonly<Record<AuditPhase, { readonly text: string; readonly tone: PillTone }>> = {
  begun: { text: 'under way', tone: 'run' },
  done: { text: 'done', tone: 'good' },
  warned: { text: 'with warnings', tone: 'warn' },
  failed: { text: 'failed', tone: 'bad' },
  cancelled: { text: 'cancelled', tone: 'none' },
  unknown: { text: 'not known', tone: 'warn' },
};

export const OUTCOMES: Readonly<Record<string, { readonly text: string; readonly tone: PillTone }>> = {
  done: { text: 'done', tone: 'good' },
  warned: { text: 'with warnings', tone: 'warn' },
  failed: { text: 'failed', tone: 'bad' },
  cancelled: { text: 'cancelled', tone: 'none' },
};

/** The texts of settings, activity, doctor and about. */
export const systemWords = {
  settings: {
    title: 'Settings',
    look: 'Look',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'Density',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    lookHere: 'Chosen in this browser.',
    lookOfConsole: 'As the console has it, until you choose otherwise in this browser.',
    lookForAll: 'Let the console have it so, for all who did not choose',
    lookAsConsole: (theme: string, density: string) => `As the console has it (${theme}, ${density})`,
    desktop: 'Desktop',
    notify: 'Notices for the desktop that pop up outside of the window or page',
    popUps: { all: 'All', problems: 'Only problems', nothing: 'None' },
    closeToTray: 'Closing the window leaves it in the tray, where there is one',
    attention: 'Attention',
    overdue: 'A backup is overdue after',
    overdueHelp:
      'Hours since the last good backup, for objects that no schedule backs up. With a schedule one is overdue when a run is missing.',
    hours: (hours: number) => `${format.count(hours)} h`,
    invalidHours: 'A whole number of hours, from 1 to 87600.',
    save: 'Save',
    saved: 'Saved.',
    reset: 'Back to the default',
    byItself: 'What runs by itself',
    runsPerVault: 'Backups that schedules may have running on one vault',
    runsPerDrive: 'And how many of them for each of its drives, whose tapes they share',
    verifyAfterBackup: 'Read back what each backup wrote',
    verifyAfterBackupHelp:
      'At once, as a job of its own. Nothing expires by itself while what was written is not right.',
    ofObject: 'Settings of one object',
    ofObjectAbout: 'What is chosen here holds for that object in place of what holds for all.',
    object: 'Object',
    asForAll: (value: string) => `As for all: ${value}`,
    on: 'On',
    off: 'Off',
    overdueOwn: 'A backup is overdue after (hours)',
    limitsOwn: 'Limits',
    limitsForAll: 'As for all',
    limitsAlone: 'Of its own',
    trayIcon: 'Icon in the tray of the desktop (when the window is next closed or opened)',
    trayIcons: { colour: 'In colour', plain: 'As the panel' },
    starts: 'Starting by itself',
    startsAbout: 'Schedules are kept while a console serves. One of these is enough.',
    startNames: { session: 'With the session', service: 'As a service of the user (systemd)' },
    startForeign: (path: string) => `${path} is not as Coldframe wrote it, and is left alone.`,
    startUnsupported: 'Not on this system, or not from here.',
    secrets: 'Passphrases',
    secretsAbout: 'Passphrases that you typed stay in this window until it is closed, and nowhere else.',
    forget: 'Forget them now',
    forgotten: 'They are forgotten. Sealed vaults ask again.',
  },
  activity: {
    title: 'Activity',
    about:
      'What was asked for that changed something, restored or verified, newest first. A line is never changed. Backups, and what schedules ran, are under Jobs.',
    when: 'When',
    act: 'Act',
    subject: 'Of',
    details: 'With',
    outcome: 'Outcome',
    none: 'Nothing was done yet',
    noneAbout:
      'Creating a vault, protecting something, every restore: each leaves a line here. Backups are under Jobs.',
    more: 'Older ones',
    shown: (shown: number, total: number) => `${format.count(shown)} of ${format.count(total)}`,
    actName,
    warnings: (count: number) => format.counted(count, 'warning'),
    moreWarnings: (count: number) => `and ${format.count(count)} more`,
  },
  audit: {
    title: 'Audit log',
    about:
      'Every act that can cost data, or loosens what keeps it safe. It is noted before it begins, and each record carries the digest of the one before.',
    when: 'When',
    act: 'Act',
    subject: 'Of',
    details: 'With',
    outcome: 'Outcome',
    none: 'No such act yet',
    noneAbout: 'Erasing a tape, changing keep rules, overwriting with a restore: each is noted here before it is done.',
    more: 'Older ones',
    shown: (shown: number, total: number) => `${format.count(shown)} of ${format.count(total)}`,
    actName,
    verify: 'Verify it',
    verifying: 'Verifying …',
    whole: (records: number) =>
      records === 0
        ? 'There is nothing to verify yet'
        : `${records === 1 ? '1 record is' : `All ${format.count(records)} records are`} as written`,
    broken: 'The log is not as it was written',
    problem: (kind: 'changed' | 'missing' | 'cut', sequence: number) =>
      `Record ${format.count(sequence)} ${{ changed: 'is not what was written', missing: 'is missing', cut: 'and all after it are missing' }[kind]}. Somebody changed the log, or the database is damaged or an older one.`,
    head: 'Who can write to the home could make all of it anew. Note this head somewhere else; with it that is found out:',
    check: 'A head that was noted earlier (optional)',
    badHead: 'A number, a colon, and 64 hexadecimal digits.',
    headName: 'The head of the audit log',
    copy: 'Copy the head',
  },
  doctor: {
    title: 'Doctor',
    about: 'What works on this machine, what does not, and what would make it work.',
    again: 'Examine again',
    checking: 'Examining this machine …',
    summary: (works: number, all: number) => `${format.count(works)} of ${format.count(all)} work`,
    check: 'What',
    state: 'State',
    detail: 'Finding',
    remedy: 'What would make it work',
    home: 'Home',
    version: 'Version',
    platform: 'Platform',
  },
  about: {
    title: 'About Coldframe',
    version: (version: string) => `Version ${version}`,
    licence: (licence: string) => `Licensed under ${licence}`,
    runtime: 'What it runs on',
    dependencies: 'What it is made with',
    name: 'Package',
    versionColumn: 'Version',
    licenceColumn: 'Licence',
    text: 'Text of the licence',
  },
} as const;

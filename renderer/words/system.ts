import type { Check } from '../../shared/contract/system.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';

export const CHECK_STATES: Readonly<Record<Check['state'], { readonly text: string; readonly tone: PillTone }>> = {
  works: { text: 'works', tone: 'good' },
  limited: { text: 'limited', tone: 'warn' },
  missing: { text: 'missing', tone: 'bad' },
};

/** What acts are called in the log. */
const ACTS: Readonly<Record<string, string>> = {
  'vault.create': 'Vault created',
  'vault.open': 'Vault taken in',
  'vault.rebuild': 'Catalog rebuilt from tapes',
  'vault.passphrase': 'Passphrase changed',
  'object.add': 'Protection begun',
  'object.update': 'Protection changed',
  'object.remove': 'Protection ended',
  backup: 'Backup',
  restore: 'Restore',
  verify: 'Verification',
  merge: 'Synthetic full',
  'tape.label': 'Tapes labelled',
  'job.pause': 'Job paused',
  'job.resume': 'Job went on',
  'job.cancel': 'Job cancelled',
  'settings.set': 'Settings changed',
  'place.make': 'Folder made',
  'sample.create': 'Sample folder made',
  shutdown: 'Console ended',
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
    lookAbout: 'Kept in this browser, at once.',
    attention: 'Attention',
    overdue: 'A backup is overdue after',
    overdueHelp: 'Hours since the last good backup. The overview shows an object as overdue from then on.',
    hours: (hours: number) => `${format.count(hours)} h`,
    invalidHours: 'A whole number of hours, from 1 to 87600.',
    save: 'Save',
    saved: 'Saved.',
    reset: 'Back to the default',
    secrets: 'Passphrases',
    secretsAbout: 'Passphrases that you typed stay in this window until it is closed, and nowhere else.',
    forget: 'Forget them now',
    forgotten: 'They are forgotten. Sealed vaults ask again.',
  },
  activity: {
    title: 'Activity',
    about: 'Every act that changed something, newest first. It is written once and never changed.',
    when: 'When',
    act: 'Act',
    subject: 'Of',
    outcome: 'Outcome',
    none: 'Nothing was done yet',
    noneAbout: 'Creating a vault, protecting something, every backup and restore: each leaves a line here.',
    more: 'Older ones',
    shown: (shown: number, total: number) => `${format.count(shown)} of ${format.count(total)}`,
    actName: (act: string): string => ACTS[act] ?? act,
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

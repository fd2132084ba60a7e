import type { ScheduleTask } from '../../shared/contract/choices.ts';
import { format } from './format.ts';

/** What belongs to no single screen. The texts of each screen lie beside this file, under its name. */
export const words = {
  product: 'Coldframe',
  loading: 'Loading …',
  retry: 'Try again',
  cancel: 'Cancel',
  choose: 'Choose one',
  steps: 'Steps',
  close: 'Close',
  dismiss: 'Dismiss',
  announcements: 'What was just done',
  skip: 'Skip to the content',
  stations: 'Stations',
  search: {
    label: 'Find a file in any backup',
    key: 'Ctrl K',
    /** Beside what was typed. */
    start: 'Enter',
  },
  vault: 'Vault',
  passphrase: {
    title: 'This vault is sealed',
    about: (vault: string) =>
      `The vault at ${vault} opens with its passphrase. It stays in this window and is never stored.`,
    label: 'Passphrase',
    wrong: 'This does not open the vault. Type it again.',
    codeToo: 'If it is lost, type the recovery code instead.',
    open: 'Open',
    trying: 'Trying it …',
    notGiven: 'Do it again, and type the passphrase when it is asked for.',
  },
  screens: {
    overview: 'Overview',
    welcome: 'First steps',
    protect: 'Protect',
    jobs: 'Jobs',
    restore: 'Restore',
    volumes: 'Volumes',
    search: 'Search',
    media: 'Media',
    schedules: 'Schedules',
    retention: 'Retention',
    checks: 'Checks',
    notices: 'Notices',
    reports: 'Reports',
    activity: 'Activity',
    audit: 'Audit log',
    doctor: 'Doctor',
    settings: 'Settings',
    about: 'About',
  },
  connection: {
    connecting: 'Connecting …',
    open: 'Connected',
    lost: 'Connection lost',
    silent: 'No answer',
    silentTitle: 'The console does not answer',
    silentAbout: (pid: number) =>
      `Its process, ${pid}, is there and has answered nothing for about ten seconds: the machine may be overloaded, a disk may hang, or the process was stopped. What you see may be out of date. What was asked before waits for it; nothing new is sent until it answers. This page goes on by itself then. Where the network between you and it broke, connect anew: this page then no longer waits for what it asked, and jobs go on.`,
    connectAnew: 'Connect anew',
    lostTitle: 'The connection to the console is lost',
    lostAbout: (attempt: number) =>
      `It is being opened again, attempt ${format.count(attempt)}; what you see may be out of date. Jobs go on if the console still runs. Where it does not come back, start it again: coldframe serve.`,
    signedOutTitle: 'The console does not know this page any more',
    signedOutAbout:
      'It was probably started again. Open the fresh link that it printed then (coldframe open prints another), in this tab or in another one: this page goes on with it.',
    tryNow: 'Try now',
    incompatible: (version: string) =>
      `The console is version ${version}, this page is of another: load the page again.`,
  },
  notice: {
    title: (volumes: string, time: string) => `A snapshot of ${volumes} is taken at ${time}`,
    about: 'Please save your work there, and leave it alone until it is said here that it was taken.',
    left: (ms: number) => (ms <= 0 ? 'any moment now' : `in ${format.duration(Math.ceil(ms / 1000) * 1000)}`),
    callOff: 'Call it off',
    callOffOne: (volumes: string) => `Call it off: the snapshot of ${volumes}`,
    taken: (volumes: string) => `The snapshot of ${volumes} was taken. You may go on.`,
    calledOff: (volumes: string) => `The snapshot of ${volumes} was called off. You may go on.`,
  },
  status: {
    idle: 'Nothing runs',
    running: (count: number) => (count === 1 ? '1 job runs' : `${format.count(count)} jobs run`),
    waiting: (count: number) => `${format.count(count)} waiting`,
    next: (task: ScheduleTask, object: string, when: string) =>
      `next: ${{ backup: '', 'restore-test': 'restore test of ', verify: 'verification of ', retention: 'retention of ' }[task]}${object}, ${when}`,
    noneActive: 'no schedule is active',
    nothingNext: 'no schedule: backups run when you start them',
  },
  broken: {
    title: 'This screen could not be drawn',
    guidance:
      'That is a defect of this page; no job and no backup is affected. Go on to another screen, or load the page again.',
  },
} as const;

import { format } from './format.ts';

/** The texts of changing and removing an object. */
export const objectWords = {
  title: (name: string) => `What ${name} takes`,
  edit: (name: string) => `Change or remove ${name}`,
  about: 'What was backed up stays as it is. What is no longer chosen counts as removed from the next backup on.',
  aboutVolumes:
    'Its volumes stay what they are: for others add another object. What need not be kept is named with each.',
  folders: 'Folders',
  volumes: 'Volumes',
  notice: 'Notice before each backup (seconds)',
  noticeHelp:
    'Every window, and who is logged in on this machine, is told to pause so long before the volumes are frozen. Nothing: nobody is told.',
  noticeProblem: 'A whole number of seconds, from 1 to a day, or nothing.',
  another: 'Another folder',
  add: 'Add it',
  notAdded: 'Add this folder, or leave the field empty.',
  save: 'Save',
  working: 'One moment …',
  close: 'Close',
  changed: (name: string) => `${name} was changed.`,
  remove: 'Remove …',
  removeHint: 'Ends its protection.',
  removeTitle: (name: string) => `End the protection of ${name}?`,
  removeConsent: 'Remove it',
  removeKeep: (name: string) => `Keep ${name} protected`,
  removeAbout: (name: string, schedules: number) =>
    `Nothing backs ${name} up any more${schedules === 0 ? '' : `; ${schedules === 1 ? 'its schedule goes' : `its ${format.count(schedules)} schedules go`} with it`}. What it is made of is not touched.`,
  removeKeeps: (sets: number, vault: string, name: string) =>
    sets === 0
      ? 'It was never backed up.'
      : `Its ${sets === 1 ? 'backup stays' : `${format.count(sets)} backups stay`} in ${vault}. Here ${sets === 1 ? 'it is' : 'they are'} no longer listed, until something is protected as ${name} in that vault again; it goes on with them then.`,
  removed: (name: string) => `${name} is no longer protected.`,
} as const;

import { format } from './format.ts';

export const searchWords = {
  title: (pattern: string) => `Found for “${pattern}”`,
  empty: 'Find a file in any backup',
  emptyAbout: 'Type a part of a name, or a pattern such as *.xlsx, into the search above. Ctrl K takes you there.',
  all: 'Versions',
  scopes: { newest: 'Newest version of each', every: 'All versions' },
  none: 'Nothing fits',
  noneAbout: 'Try a shorter part of the name. What was deleted is found, too, as long as a backup has it.',
  name: 'Name',
  object: 'Object',
  size: 'Size',
  changed: 'Changed',
  gone: 'deleted since',
  lastIn: 'Last in the backup of',
  newest: 'the newest one',
  tick: (name: string, when: string) => `Restore ${name} as of ${when}`,
  versions: (name: string) => `Versions of ${name}`,
  versionsShort: 'Versions',
  versionsTold: (name: string, count: number) => `${format.counted(count, 'version')} of ${name}, newest first`,
  version: (from: string, until: string | null) =>
    until === null ? `backed up ${from}, as it is now` : `backed up ${from}, until ${until}`,
  actions: 'More',
  searching: 'Searching …',
  count: (shown: number, more: boolean) => `${format.count(shown)}${more ? ' or more' : ''} found`,
  more: 'Show more',
} as const;

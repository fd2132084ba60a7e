import { format } from './format.ts';

export const searchWords = {
  title: (pattern: string) => `Found for “${pattern}”`,
  empty: 'Find a file in any backup',
  emptyAbout: 'Type a part of a name, or a pattern such as *.xlsx, into the search above. Ctrl K takes you there.',
  all: 'Versions',
  scopes: { newest: 'As it is now', every: 'All versions' },
  none: 'Nothing fits',
  noneAbout: 'Try a shorter part of the name, or look through all versions: what was deleted is found there.',
  name: 'Name',
  object: 'Object',
  size: 'Size',
  changed: 'Changed',
  gone: 'deleted since',
  searching: 'Searching …',
  count: (shown: number, more: boolean) => `${format.count(shown)}${more ? ' or more' : ''} found`,
  more: 'Show more',
} as const;

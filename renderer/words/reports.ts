import { format } from './format.ts';

/** The texts of reports and charts. */
export const reportsWords = {
  title: 'Reports',
  about: 'What was backed up, checked and let go, month by month; and how each object grows.',
  month: 'Month',
  print: 'Print',
  save: 'Save as a page',
  chartsOf: (object: string) => `How backups of ${object} went`,
  chartsAbout: (count: number) =>
    count === 1 ? 'One backup that came to a whole set' : `${format.count(count)} backups that came to a whole set`,
  size: 'Size',
  sizeLabel: (object: string, from: string, to: string) => `Size of ${object}, from ${from} to ${to}.`,
  logical: 'logical size',
  moved: 'What each backup read and stored',
  movedLabel: (object: string, read: string, stored: string) =>
    `What backups of ${object} read and stored, at most ${read} and ${stored}.`,
  read: 'read',
  stored: 'stored (dashed)',
  took: 'How long each took',
  tookLabel: (object: string, most: string) => `How long backups of ${object} took, ${most} at most.`,
  duration: 'duration',
  table: 'All of it as a table',
  when: 'When',
  tookColumn: 'Took',
  readColumn: 'Read',
  storedColumn: 'Stored',
  nothing: 'Not known',
  none: (object: string) => `There is no backup of ${object} yet`,
  noneAbout: 'After the first one that comes to a whole set it stands here.',
  trendOf: (object: string) => `Charts of ${object}`,
} as const;

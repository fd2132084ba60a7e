import { format } from './format.ts';

export const placesWords = {
  browse: 'Browse …',
  title: 'Choose a folder',
  fileTitle: 'Choose an image file or a device',
  choose: (name: string) => `Choose ${name}`,
  up: 'Up',
  newFolder: 'New folder',
  newName: 'Name of the new folder',
  make: 'Make it',
  emptyFolder: 'No folder in here.',
  notWritable: 'Nothing can be written here',
  free: (bytes: string) => `${bytes} free`,
  vault: 'A vault lies here',
  home: 'Home',
  system: 'system',
  removable: 'removable',
  more: (count: number) => `${format.count(count)} more are not shown; type the path instead.`,
  list: 'Folders',
  fileList: 'Folders and files',
  emptyOfFiles: 'Nothing in here.',
} as const;

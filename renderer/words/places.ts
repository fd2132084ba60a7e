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
  nameInIt: 'Name of the folder that is made in it',
  nameInItHelp: 'It is not there yet. Leave this empty to use the folder above as it is.',
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
  sharedDisk: 'If this disk breaks, both are gone',
  sharedDiskAbout: (paths: readonly string[], stands: boolean) => {
    const more = paths.length > 3 ? ` and ${format.count(paths.length - 3)} more` : '';
    const where = `The vault ${stands ? 'lies' : 'would lie'} on the same disk as ${paths.slice(0, 3).join(', ')}${more}. That helps against mistakes and damaged files, not when the disk is lost or stolen.`;
    return `${where} ${stands ? 'Against that, protect the same folders in a second vault, on another disk or a share.' : 'A vault on another disk, or on a share, does.'}`;
  },
  emptyOfFiles: 'Nothing in here.',
} as const;

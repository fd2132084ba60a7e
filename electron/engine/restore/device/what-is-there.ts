import { closeSync, openSync, readSync } from 'node:fs';
import { errnoOf, ioError } from '../../../platform/errno.ts';

const BEGINNING_BYTES = 0x10048;

interface Sign {
  readonly name: string;
  readonly offset: number;
  readonly bytes: string;
  /** Where a name of its own is kept. */
  readonly label?: readonly [offset: number, length: number];
}

/** By what file systems and the like are known (util-linux, libblkid; `latin1`). The first that fits is named. */
const SIGNS: readonly Sign[] = [
  { name: 'a LUKS volume', offset: 0, bytes: 'LUKS\xba\xbe' },
  { name: 'an xfs file system', offset: 0, bytes: 'XFSB', label: [108, 12] },
  { name: 'a btrfs file system', offset: 0x10040, bytes: '_BHRfS_M' },
  { name: 'an ext file system', offset: 1080, bytes: '\x53\xef', label: [1144, 16] },
  { name: 'swap space', offset: 4086, bytes: 'SWAPSPACE2' },
  { name: 'an LVM physical volume', offset: 512, bytes: 'LABELONE' },
  { name: 'an NTFS file system', offset: 3, bytes: 'NTFS    ' },
  { name: 'a partition table (GPT)', offset: 512, bytes: 'EFI PART' },
  { name: 'a partition table or a FAT file system', offset: 510, bytes: '\x55\xaa' },
];

/** What a device seems to hold, for people who are about to overwrite it. Errors: IO. */
export const whatIsThere = (path: string): string => {
  const beginning = beginningOf(path);
  const sign = SIGNS.find(({ offset, bytes }) => beginning.toString('latin1', offset, offset + bytes.length) === bytes);
  if (sign === undefined) return beginning.every((byte) => byte === 0) ? 'zeroes' : 'something that is not known';
  const [at, length] = sign.label ?? [0, 0];
  const label = beginning
    .toString('utf8', at, at + length)
    .replace(/\0.*$/s, '')
    .replace(/\p{C}/gu, '');
  return label === '' ? sign.name : `${sign.name} named “${label}”`;
};

const beginningOf = (path: string): Buffer => {
  try {
    const fd = openSync(path, 'r');
    try {
      const beginning = Buffer.alloc(BEGINNING_BYTES);
      return beginning.subarray(0, readSync(fd, beginning, 0, beginning.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw ioError('read', errnoOf(error) ?? 'EIO', path, error);
  }
};

import { closeSync, constants, copyFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ByteString, byteStringFromText, byteStringOf } from '../../../shared/byte-string.ts';
import { destinationFiles } from '../../platform/destination-files.ts';
import { libiscsi } from '../../platform/scsi/libiscsi.ts';
import { sourceFiles } from '../../platform/source-files.ts';
import { type Finding, limited, missing, type Probe, works } from './check.ts';

const CAP_DAC_READ_SEARCH = 1n << 2n;

/** What reading sources and writing destinations need; `folder` is where it may be tried, `file` a file of 1 MiB in it. */
export const sourceProbes = (folder: string, file: string): readonly Probe[] => [
  {
    area: 'System',
    name: 'Operating system',
    remedy: '',
    look: () =>
      process.platform === 'linux'
        ? works(`Linux on ${process.arch}`)
        : limited(
            `${process.platform}: Coldframe has never been run on this system; it reads and writes with what Node offers`,
            'Restore what you back up here at once, and compare it. Use Linux where you need all of what a file is.',
          ),
  },
  {
    area: 'Tape',
    name: 'Libraries over iSCSI',
    remedy: 'Install libiscsi (Debian, Ubuntu: the package libiscsi7).',
    look: () =>
      libiscsi() === null
        ? missing('the library libiscsi is not here', 'Install it (Debian, Ubuntu: the package libiscsi7) to use them.')
        : works('vaults can keep their tapes in a changer'),
  },
  {
    area: 'Tape',
    name: 'Drives of this machine',
    remedy: '',
    look: () =>
      limited(
        'experimental: /dev/nst and /dev/sg were never run on hardware',
        'Try them with a tape that holds nothing: docs/TAPE-DEVICES.md. Restore what you write, and compare it.',
      ),
  },
  ...portableProbes(),
  {
    area: 'System',
    name: 'Rights',
    remedy: '',
    look: rights,
  },
  ...(process.platform === 'linux' ? linuxProbes(folder, file) : []),
];

/** What is missing where there are no system calls of our own. */
const portableProbes = (): readonly Probe[] => {
  if (process.platform === 'linux') return [];
  const of = (name: string, limits: readonly string[]): Probe => ({
    area: 'System',
    name,
    remedy: '',
    look: () => limited(limits.join(' '), 'Use Linux where you need them.'),
  });
  return [of('Reading', sourceFiles().limits), of('Restoring', destinationFiles().limits)];
};

/** Whether every file can be read, whoever it belongs to. */
const rights = (): Finding => {
  const root = process.getuid?.() === 0;
  const capable = root || (effectiveCapabilities() & CAP_DAC_READ_SEARCH) !== 0n;
  if (root) return works('root: reads every file, restores owners and devices');
  const limits = 'owners and devices are not restored';
  if (capable) return limited(`may read every file; ${limits}`, 'Run restores of a whole system as root.');
  return limited(
    `an ordinary user: reads what this user may read; ${limits}`,
    'Run as root to back up a whole system.',
  );
};

const effectiveCapabilities = (): bigint => {
  try {
    const [, digits = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return BigInt(`0x${digits}`);
  } catch {
    return 0n;
  }
};

const linuxProbes = (folder: string, file: string): readonly Probe[] => {
  const area = 'File system of the home';
  const koffi = 'Install the package koffi for this system; without it Coldframe cannot read sources on Linux.';
  const withFile = async (flags: number, look: (fd: number, linux: Linux) => Finding): Promise<Finding> => {
    const linux = await import('../../platform/linux/index.ts');
    const fd = openSync(file, flags);
    try {
      return look(fd, linux);
    } finally {
      closeSync(fd);
    }
  };
  return [
    {
      area: 'System',
      name: 'System calls (koffi)',
      remedy: koffi,
      look: async () => {
        const { userName } = await import('../../platform/linux/index.ts');
        return works(`the C library answers (this user is ${userName(process.getuid?.() ?? 0) || 'without a name'})`);
      },
    },
    {
      area,
      name: 'Extents (FIEMAP)',
      remedy: koffi,
      look: () =>
        withFile(constants.O_RDONLY, (fd, { fiemap, FIEMAP_FLAG_SYNC }) => {
          let extents = 0;
          const answers = fiemap(fd, 0, 1 << 20, FIEMAP_FLAG_SYNC, () => {
            extents += 1;
          });
          if (answers) return works(`a file of 1 MiB lies in ${extents} ${extents === 1 ? 'extent' : 'extents'}`);
          return limited(
            'this file system does not say where files lie',
            'Files are then read by name, in the order of their inodes.',
          );
        }),
    },
    {
      area,
      name: 'Holes (SEEK_HOLE, punching)',
      remedy: koffi,
      look: () =>
        withFile(constants.O_RDWR, (fd, { nextHole, punchHole }) => {
          const punched = punchHole(fd, 0, 65_536);
          if (punched && nextHole(fd, 0) === 0) return works('holes are found and made');
          return limited(
            'this file system has no holes',
            'Sparse files take their full size when they are restored here.',
          );
        }),
    },
    {
      area,
      name: 'Extended attributes',
      remedy: 'Mount the file system with user_xattr.',
      look: () =>
        withFile(constants.O_RDWR, (fd, { setExtendedAttributeOf, readExtendedAttributesOf }) => {
          const name = 'user.coldframe-probe' as ByteString;
          setExtendedAttributeOf(fd, { name, value: Buffer.from('1') });
          if (!readExtendedAttributesOf(fd).some((each) => each.name === name))
            throw new Error('what was set is not there');
          return works('set and read');
        }),
    },
    {
      area,
      name: 'POSIX ACLs',
      remedy: 'Mount the file system with acl.',
      look: () =>
        withFile(constants.O_RDWR, (fd, { setExtendedAttributeOf }) => {
          setExtendedAttributeOf(fd, { name: 'system.posix_acl_access' as ByteString, value: MINIMAL_ACL });
          return works('set');
        }),
    },
    {
      area,
      name: 'File flags',
      remedy: '',
      look: () =>
        withFile(constants.O_RDONLY, (fd, { readFileFlags }) =>
          readFileFlags(fd) === null
            ? limited('this file system has none', 'Flags such as immutable are left out here.')
            : works('read'),
        ),
    },
    {
      area,
      name: 'Reading without a trace (O_NOATIME)',
      remedy: 'Reading then changes access times, unless the file system is mounted with noatime.',
      look: () => withFile(constants.O_RDONLY | constants.O_NOATIME, () => works('access times stay as they are')),
    },
    {
      area,
      name: 'Shared copies (FICLONE)',
      remedy: '',
      look: () => {
        try {
          copyFileSync(file, join(folder, 'clone'), constants.COPYFILE_FICLONE_FORCE);
          return works('files are copied without copying data');
        } catch {
          return missing(
            'this file system cannot share data between files',
            'XFS, btrfs and bcachefs can; nothing depends on it.',
          );
        }
      },
    },
    {
      area,
      name: 'Names that are not UTF-8',
      remedy: 'This file system refuses such names; elements with them cannot be restored here.',
      look: async () => {
        const { makeDirectory, openDirectory, closeFd } = await import('../../platform/linux/index.ts');
        const parent = openDirectory(byteStringFromText(folder));
        try {
          makeDirectory(parent, byteStringOf(Uint8Array.of(0x66, 0xff)), 0o700);
          return works('kept as they are');
        } finally {
          closeFd(parent);
        }
      },
    },
  ];
};

type Linux = typeof import('../../platform/linux/index.ts');

/** Version 2; owner rw-, group r--, others nothing. */
const MINIMAL_ACL = Buffer.from('0200000001000600ffffffff04000400ffffffff20000000ffffffff', 'hex');

import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { NodeType } from '../destination-files-interface.ts';

const PLURAL: Readonly<Record<NodeType, string>> = {
  fifo: 'FIFOs',
  socket: 'Sockets',
  chardev: 'Character devices',
  blockdev: 'Block devices',
};

/** What is left out, by name. */
export const cannotMake = (type: NodeType, path: ByteString): ColdframeError =>
  new ColdframeError('IO', {
    message: `${PLURAL[type]} are not made on this system: ${displayText(path)} is left out (EOPNOTSUPP).`,
    guidance: 'Restore it on Linux if you need it.',
    context: { call: 'mknod', errno: 'EOPNOTSUPP', path: displayText(path) },
  });

const EVERYWHERE = [
  'Extended attributes, access control lists and file flags are not restored on this system.',
  'FIFOs, sockets and devices are not restored on this system; each is named in a warning.',
  'Modification times are restored to a quarter of a microsecond on this system.',
  'A folder of the destination that someone swaps for another one while files are restored into it is noticed at the next file only.',
];

const WINDOWS = [
  'Owners and permissions are not restored on Windows, but for whether a file may be written.',
  'Names that Windows cannot hold are not restored there; each is named in a warning.',
];

/** What this layer cannot bring back, for people. */
export const destinationLimits = (platform: NodeJS.Platform): readonly string[] =>
  platform === 'win32' ? [...EVERYWHERE, ...WINDOWS] : EVERYWHERE;

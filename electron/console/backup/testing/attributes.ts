import { byteStringFromText } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';

/** Attributes of a plain file. */
export const attributesFor = (path: string, size: number): ElementAttributes => ({
  path: byteStringFromText(path),
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  user: '',
  group: '',
  size,
  modifiedAt: { seconds: 1, nanos: 0 },
  changedAt: { seconds: 1, nanos: 0 },
  device: 1,
  inode: 1,
  links: 1,
  fileFlags: null,
  deviceMajor: 0,
  deviceMinor: 0,
  linkTarget: byteStringFromText(''),
  extendedAttributes: [],
  marks: { racy: false, changedWhileCopied: false, unreadable: false },
});

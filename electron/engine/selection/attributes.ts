import type { ByteString } from '../../../shared/byte-string.ts';
import { ELEMENT_TYPES, type ElementAttributes } from '../../../shared/model/element.ts';
import {
  type FileStat,
  TYPE_BLOCK_DEVICE,
  TYPE_CHARACTER_DEVICE,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_SYMLINK,
} from '../../platform/file-stat.ts';
import { type OpenDirectory, type SourceFiles, sourceFiles } from '../../platform/source-files.ts';

const EMPTY = '' as ByteString;

/**
 * Everything known of the element `name` of an open directory ('' is the directory itself), given what `stat` says: reads
 * extended attributes, flags, link target and names of the owners. `fd`: the
 * element, when it is open anyway. Throws `IO`.
 */
export function attributesOf(
  directory: OpenDirectory,
  name: ByteString,
  path: ByteString,
  stat: FileStat,
  files: SourceFiles = sourceFiles(),
  fd: number | null = null,
): ElementAttributes {
  const { type } = stat;
  const device = type === TYPE_CHARACTER_DEVICE || type === TYPE_BLOCK_DEVICE;
  const plain = type === TYPE_FILE || type === TYPE_DIRECTORY;
  return {
    path,
    type: ELEMENT_TYPES[type] ?? 'file',
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    user: files.userName(stat.uid),
    group: files.groupName(stat.gid),
    size: type === TYPE_FILE ? stat.size : 0,
    modifiedAt: { seconds: stat.modifiedSeconds, nanos: stat.modifiedNanos },
    changedAt: { seconds: stat.changedSeconds, nanos: stat.changedNanos },
    device: stat.device,
    inode: stat.inode,
    links: stat.links,
    fileFlags: fd !== null ? files.fileFlagsOf(fd) : plain ? directory.fileFlags(name) : null,
    deviceMajor: device ? stat.deviceMajor : 0,
    deviceMinor: device ? stat.deviceMinor : 0,
    linkTarget: type === TYPE_SYMLINK ? directory.readLink(name) : EMPTY,
    extendedAttributes: fd !== null ? files.extendedAttributesOf(fd) : directory.extendedAttributes(name),
    marks: { racy: false, changedWhileCopied: false, unreadable: false },
  };
}

import { ELEMENT_TYPES, type ElementAttributes, type ExtendedAttribute } from '../../../shared/model/element.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const RACY = 1;
const CHANGED = 2;
const UNREADABLE = 4;
const FLAGS_FOLLOW = 8;

/** Writes an element's attributes: docs/MEDIA-FORMAT.md, section 5.1, up to but without the extents. */
export const writeAttributes = (out: ByteWriter, element: ElementAttributes): void => {
  out.byteString(element.path);
  out.byte(ELEMENT_TYPES.indexOf(element.type));
  out.varint(element.mode);
  out.varint(element.uid);
  out.varint(element.gid);
  out.text(element.user);
  out.text(element.group);
  out.varint(element.size);
  out.zigzag(element.modifiedAt.seconds);
  out.varint(element.modifiedAt.nanos);
  out.zigzag(element.changedAt.seconds);
  out.varint(element.changedAt.nanos);
  out.varint(element.device);
  out.varint(element.inode);
  out.varint(element.links);
  const { racy, changedWhileCopied, unreadable } = element.marks;
  const flags = element.fileFlags === null ? 0 : FLAGS_FOLLOW;
  out.varint((racy ? RACY : 0) | (changedWhileCopied ? CHANGED : 0) | (unreadable ? UNREADABLE : 0) | flags);
  if (element.fileFlags !== null) out.varint(element.fileFlags);
  if (element.type === 'chardev' || element.type === 'blockdev') {
    out.varint(element.deviceMajor);
    out.varint(element.deviceMinor);
  }
  if (element.type === 'symlink') out.byteString(element.linkTarget);
  out.varint(element.extendedAttributes.length);
  for (const { name, value } of element.extendedAttributes) {
    out.byteString(name);
    out.bytes(value);
  }
};

const readExtendedAttributes = (input: ByteReader): ExtendedAttribute[] => {
  const attributes: ExtendedAttribute[] = [];
  for (let left = input.varint(); left > 0; left -= 1)
    attributes.push({ name: input.byteString(), value: input.bytes() });
  return attributes;
};

/** Passes over what `writeAttributes` wrote. Throws RECORD_MALFORMED. */
export const skipAttributes = (input: ByteReader): void => {
  input.skipBytes();
  const type = ELEMENT_TYPES[input.byte()];
  if (type === undefined) throw malformed('it has an unknown element type');
  // Mode, user and group; size, times, device, inode and links.
  for (let field = 0; field < 3; field += 1) input.varint();
  input.skipBytes();
  input.skipBytes();
  for (let field = 0; field < 8; field += 1) input.varint();
  if (input.varint() & FLAGS_FOLLOW) input.varint();
  if (type === 'chardev' || type === 'blockdev') {
    input.varint();
    input.varint();
  }
  if (type === 'symlink') input.skipBytes();
  for (let left = input.varint() * 2; left > 0; left -= 1) input.skipBytes();
};

/** Reads what `writeAttributes` wrote. Values of extended attributes are views of the input. Throws RECORD_MALFORMED. */
export const readAttributes = (input: ByteReader): ElementAttributes => {
  const path = input.byteString();
  const type = ELEMENT_TYPES[input.byte()];
  if (type === undefined) throw malformed('it has an unknown element type');
  const mode = input.varint();
  const uid = input.varint();
  const gid = input.varint();
  const user = input.text();
  const group = input.text();
  const size = input.varint();
  const modifiedAt = { seconds: input.zigzag(), nanos: input.varint() };
  const changedAt = { seconds: input.zigzag(), nanos: input.varint() };
  const device = input.varint();
  const inode = input.varint();
  const links = input.varint();
  const marks = input.varint();
  const fileFlags = marks & FLAGS_FOLLOW ? input.varint() : null;
  const isDevice = type === 'chardev' || type === 'blockdev';
  const deviceMajor = isDevice ? input.varint() : 0;
  const deviceMinor = isDevice ? input.varint() : 0;
  const linkTarget = type === 'symlink' ? input.byteString() : ('' as ElementAttributes['linkTarget']);
  const extendedAttributes = readExtendedAttributes(input);
  return {
    path,
    type,
    mode,
    uid,
    gid,
    user,
    group,
    size,
    modifiedAt,
    changedAt,
    device,
    inode,
    links,
    fileFlags,
    deviceMajor,
    deviceMinor,
    linkTarget,
    extendedAttributes,
    marks: {
      racy: (marks & RACY) !== 0,
      changedWhileCopied: (marks & CHANGED) !== 0,
      unreadable: (marks & UNREADABLE) !== 0,
    },
  };
};

import type { ElementAttributes, ExtendedAttribute, Timestamp } from '../../../../shared/model/element.ts';
import { ELEMENT_TYPES } from '../../../../shared/model/element.ts';
import type { FileStat } from '../../../platform/file-stat.ts';

/** What stands at the destination, as the system tells it. */
export interface Standing {
  readonly stat: Readonly<FileStat>;
  readonly linkTarget: string;
  readonly extendedAttributes: readonly ExtendedAttribute[];
}

/** A kind of attributes that differs, by the name under which a restore says that it could not be set. */
export type AttributeKind = 'type' | 'size' | 'link target' | 'device' | 'mode' | 'owner' | 'time' | 'attributes';

/** Which attributes of what was restored are not those of the element. */
export const differingAttributes = (element: ElementAttributes, { stat, ...found }: Standing): AttributeKind[] => {
  const type = ELEMENT_TYPES[stat.type];
  if (type !== element.type) return ['type'];
  const link = type === 'symlink';
  const device = type === 'chardev' || type === 'blockdev';
  const differs: Readonly<Record<AttributeKind, boolean>> = {
    type: false,
    size: type === 'file' && stat.size !== element.size,
    'link target': link && found.linkTarget !== element.linkTarget,
    device: device && (stat.deviceMajor !== element.deviceMajor || stat.deviceMinor !== element.deviceMinor),
    // A symbolic link has no mode of its own.
    mode: !link && stat.mode !== element.mode,
    owner: stat.uid !== element.uid || stat.gid !== element.gid,
    time: !sameTime(element.modifiedAt, stat),
    attributes: !sameAttributes(element.extendedAttributes, found.extendedAttributes),
  };
  return (Object.keys(differs) as AttributeKind[]).filter((kind) => differs[kind]);
};

/** Steps in which file systems keep times, nanoseconds: what is cut off where the test takes place says nothing of the backup. */
const STEPS = [1, 100, 1000, 1_000_000, 10_000_000, 1_000_000_000];

const sameTime = ({ seconds, nanos }: Timestamp, { modifiedSeconds, modifiedNanos }: Readonly<FileStat>): boolean =>
  seconds === modifiedSeconds && STEPS.some((step) => nanos - (nanos % step) === modifiedNanos);

/** What the system puts on new files by itself, where the element had none of that name, says nothing of the restore. */
const sameAttributes = (wanted: readonly ExtendedAttribute[], found: readonly ExtendedAttribute[]): boolean => {
  const there = new Map(found.map(({ name, value }) => [name as string, Buffer.from(value)]));
  return (
    wanted.every(({ name, value }) => there.get(name)?.equals(value) ?? false) &&
    found.every(({ name }) => name.startsWith('security.') || wanted.some((each) => each.name === name))
  );
};

/** What a restore could not set here, so that it need not be as it was: the kinds of its warnings. */
export type NotSet = 'owner' | 'mode' | 'time' | 'ACL' | 'extended attributes' | 'file flags';

const EXCUSED_BY: Readonly<Record<AttributeKind, readonly NotSet[]>> = {
  type: [],
  size: [],
  'link target': [],
  device: [],
  // Without its owner an element is not given setuid; ACLs are part of the mode.
  mode: ['mode', 'owner', 'ACL'],
  owner: ['owner'],
  time: ['time'],
  attributes: ['extended attributes', 'ACL'],
};

/** Whether the restore said that it could not set that. */
export const isExcused = (kind: AttributeKind, notSet: ReadonlySet<NotSet>): boolean =>
  EXCUSED_BY[kind].some((each) => notSet.has(each));

import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';

/** What stands at a target path. */
export type Standing = 'nothing' | 'directory' | 'other';

/**
 * What happens to an element whose target path is taken. `blocked`: a directory is in the way of something else; a restore
 * never removes a directory.
 */
export type ConflictAction = 'create' | 'merge' | 'replace' | 'rename' | 'skip' | 'fail' | 'blocked';

type Row = Readonly<Record<ConflictPolicy, ConflictAction>>;

const always = (action: ConflictAction): Row => ({ fail: action, skip: action, overwrite: action, rename: action });
const asTold = (overwrite: ConflictAction): Row => ({ fail: 'fail', skip: 'skip', overwrite, rename: 'rename' });

/** First what the element is, then what stands there. A directory joins one that is there: that is no conflict. */
const TABLE: Readonly<Record<'directory' | 'other', Readonly<Record<Standing, Row>>>> = {
  directory: { nothing: always('create'), directory: always('merge'), other: asTold('replace') },
  other: { nothing: always('create'), directory: asTold('blocked'), other: asTold('replace') },
};

/** What to do with an element under a policy. */
export const conflictAction = (
  element: 'directory' | 'other',
  standing: Standing,
  policy: ConflictPolicy,
): ConflictAction => TABLE[element][standing][policy];

/** Whether an action is news for the user. */
export const isConflict = (action: ConflictAction): boolean => action !== 'create' && action !== 'merge';

/** Bytes that a file name may have on the usual file systems. */
const NAME_MAX = 255;

/** The n-th other name (from 1) for an element whose own name is taken. Cut where it would be too long. */
export const otherName = <Name extends string>(name: Name, n: number): Name => {
  const suffix = n === 1 ? '.restored' : `.restored-${n}`;
  return `${name.slice(0, NAME_MAX - suffix.length)}${suffix}` as Name;
};

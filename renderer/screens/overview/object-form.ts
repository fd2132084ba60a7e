import type { InputOf } from '../../../shared/contract/contract.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import type { UnprotectedType } from '../../../shared/model/selection.ts';
import { pathIn, type ShownPath } from '../../stores/paths.ts';
import { typedSeconds } from '../volumes/freeze-form.ts';

export interface ObjectForm {
  readonly roots: readonly ShownPath[];
  readonly unprotect: readonly UnprotectedType[];
  readonly exclude: readonly string[];
  /** A folder that is typed and not added yet. */
  readonly more: string;
}

export const objectForm = ({
  roots,
  unprotected,
  exclude,
}: Pick<ObjectView, 'roots' | 'unprotected' | 'exclude'>): ObjectForm => ({
  roots: roots.map(({ path, pathBase64 }) => ({ path, pathBase64 })),
  unprotect: unprotected,
  exclude,
  more: '',
});

/** The notice of an object of volumes as it is typed; nothing is none. */
export const noticeTyped = ({ noticeMs }: Pick<ObjectView, 'noticeMs'>): string =>
  noticeMs === null ? '' : String(Math.round(noticeMs / 1000));

/** What was typed, in milliseconds; undefined for what is no time. */
export const typedNotice = (typed: string): number | null | undefined => {
  if (typed.trim() === '') return null;
  const seconds = typedSeconds(typed);
  return seconds ? seconds * 1000 : undefined;
};

const same = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** What is different now, and what stood there before: a list is replaced as a whole, and somebody else may have changed it meanwhile. */
export const changedObject = (
  object: Pick<ObjectView, 'roots' | 'unprotected' | 'exclude'>,
  { roots, unprotect, exclude }: ObjectForm,
): Omit<InputOf<'object.update'>, 'object'> => {
  const files = roots.map(pathIn);
  const rules = exclude.map((rule) => rule.trim()).filter(Boolean);
  const before = object.roots.map(pathIn);
  const changed = {
    ...(same(files, before) ? {} : { files }),
    ...(same(unprotect.toSorted(), object.unprotected.toSorted()) ? {} : { unprotect: [...unprotect] }),
    ...(same(rules, object.exclude) ? {} : { exclude: rules }),
  };
  const was = {
    ...(changed.files && { files: before }),
    ...(changed.unprotect && { unprotect: [...object.unprotected] }),
    ...(changed.exclude && { exclude: [...object.exclude] }),
  };
  return Object.keys(was).length === 0 ? {} : { ...changed, was };
};

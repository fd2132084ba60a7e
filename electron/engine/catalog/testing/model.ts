import type { ElementType } from '../../../../shared/model/element.ts';
import type { Change } from './sample.ts';

export interface ModelElement {
  readonly type: ElementType;
  readonly tag: number;
  /** Number of the set whose content it is. */
  readonly set: number;
}

/** The state of a set, by path. */
export type ModelState = ReadonlyMap<string, ModelElement>;

const isBeneath = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

/** The simplest thing that a catalog could be: the whole state of every set, copied. */
export const applyToModel = (parent: ModelState, set: number, change: Change): ModelState => {
  const state = new Map(parent);
  for (const top of change.removed ?? []) {
    for (const path of state.keys()) if (isBeneath(path, top)) state.delete(path);
  }
  for (const [path, type, tag] of change.elements ?? []) state.set(path, { type, tag, set });
  const leaves = (change.elements ?? []).filter(([path]) => state.get(path)?.type !== 'dir');
  for (const [top] of leaves) {
    for (const path of state.keys()) if (path !== top && isBeneath(path, top)) state.delete(path);
  }
  return state;
};

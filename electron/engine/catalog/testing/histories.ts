import fc from 'fast-check';
import type { ElementType } from '../../../../shared/model/element.ts';
import { diff, type Entry, elements } from '../index.ts';
import type { Store } from '../store.ts';
import type { ModelState } from './model.ts';
import { type Change, sampleId } from './sample.ts';

const name = fc.constantFrom('a', 'b', 'c', 'a-', 'é');
const where = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
const type = fc.constantFrom<ElementType>('file', 'dir', 'dir', 'symlink');
/** What a set changes. */
export const change = fc.record({
  removed: fc.array(where, { maxLength: 2 }),
  elements: fc.array(fc.tuple(where, type, fc.nat(50)), { maxLength: 6 }),
});
/** Each set builds on none, or on any that came before it. */
export const history = fc.array(
  fc.record({ change, parent: fc.option(fc.nat(20), { freq: 4 }), batch: fc.integer({ min: 1, max: 8 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

/** Leaves out elements beneath what is no directory in the same set: no scan makes such a set. */
export const sane = (parent: ModelState, raw: Change): Change => {
  const kinds = new Map<string, ElementType>();
  for (const [at, element] of parent) kinds.set(at, element.type);
  for (const [at, kind] of raw.elements ?? []) kinds.set(at, kind);
  const hidden = (at: string): boolean => {
    for (let slash = at.lastIndexOf('/'); slash > 0; slash = at.lastIndexOf('/', slash - 1)) {
      if ((kinds.get(at.slice(0, slash)) ?? 'dir') !== 'dir') return true;
    }
    return false;
  };
  return { ...raw, elements: (raw.elements ?? []).filter(([at]) => !hidden(at)) };
};

const byBytes = (one: string, other: string): number => {
  const [left, right] = [one.split('/'), other.split('/')];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
  }
  return 0;
};

/** What a set has to hold, in the order of `elements`. */
export const expected = (state: ModelState): string[] =>
  [...state.keys()].sort(byBytes).map((at) => {
    const { type: kind, tag, set } = state.get(at) as NonNullable<ReturnType<ModelState['get']>>;
    return `${at} ${kind} ${tag} ${kind === 'file' ? sampleId(set) : ''}`;
  });

/** What the catalog says that the nth set holds, in the words of `expected`. */
export const heldBy = (store: Store, n: number): string[] =>
  [...elements(store, sampleId(n))].map(({ attributes, extents }) => {
    const tag = attributes.modifiedAt.seconds - 1_700_000_000;
    return `${attributes.path} ${attributes.type} ${tag} ${extents[0]?.set ?? ''}`;
  });

/** How two states differ, in the order of `diff`. */
export const expectedDifferences = (before: ModelState, after: ModelState): string[] => {
  const want = new Map<string, string>();
  for (const at of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(at), after.get(at)];
    if (one === undefined) want.set(at, 'added');
    else if (other === undefined) want.set(at, 'removed');
    else if (one.type !== other.type || one.tag !== other.tag) want.set(at, 'changed');
  }
  return [...want.keys()].sort(byBytes).map((at) => `${at} ${want.get(at)}`);
};

/** How two sets differ as the catalog has it. A directory that is only implied is there to the catalog, but not to the model. */
export const differences = (store: Store, from: number, to: number): string[] => {
  const real = (one: Entry | null): boolean => one !== null && one.modifiedAt !== null;
  return [...diff(store, sampleId(from), sampleId(to))]
    .filter(({ before, after }) => real(before) || real(after))
    .map(({ path, before, after }) => `${path} ${real(before) ? (real(after) ? 'changed' : 'removed') : 'added'}`);
};

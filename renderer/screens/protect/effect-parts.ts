import type { MeasureSample } from '../../../shared/contract/places.ts';
import { TYPE_WORDS, protectWords as words } from '../../words/protect.ts';

export interface Part {
  readonly name: string;
  readonly bytes: number;
}

const ruleName = (rule: string): string => {
  if (rule === 'vault') return words.ownFiles;
  if (rule === 'mounts') return words.mounts;
  return Object.hasOwn(TYPE_WORDS, rule)
    ? TYPE_WORDS[rule as keyof typeof TYPE_WORDS].title
    : rule.replace(/^glob:/, '');
};

/** What each rule leaves out, the most first; rules that leave out nothing are not told. */
export const leftOutParts = (leftOut: MeasureSample['leftOut']): Part[] =>
  leftOut
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ rule, bytes }) => ({ name: ruleName(rule), bytes }));

/** What a rule leaves out that has no size as far as it was looked at: other file systems, empty files. */
export const leftOutUnsized = (
  leftOut: MeasureSample['leftOut'],
): { readonly name: string; readonly elements: number }[] =>
  leftOut
    .filter(({ bytes, elements }) => bytes === 0 && elements > 0)
    .map(({ rule, elements }) => ({ name: ruleName(rule), elements }));

/** What a selection comes to: what is protected first, then each rule by what it leaves out; at most six parts. */
export const effectParts = ({ bytes, leftOut }: Pick<MeasureSample, 'bytes' | 'leftOut'>): Part[] => {
  const out = leftOutParts(leftOut);
  const [shown, rest] = out.length > 5 ? [out.slice(0, 4), out.slice(4)] : [out, []];
  const others = rest.reduce((sum, each) => sum + each.bytes, 0);
  return [{ name: words.protected, bytes }, ...shown, ...(others > 0 ? [{ name: '…', bytes: others }] : [])];
};

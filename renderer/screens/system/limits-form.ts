import type { Weekday } from '../../../shared/contract/choices.ts';
import type { LimitRule } from '../../../shared/contract/settings.ts';
import { LEAST_RATE } from '../../../shared/model/limit-rules.ts';
import { sizeTyped, typedSize } from '../../../shared/model/typed-size.ts';

/** A rule as it is typed. */
export interface LimitRow {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly vault: string;
}

export type LimitField = 'from' | 'to' | 'source' | 'vault';

export const NEW_ROW: LimitRow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '18:00',
  source: '',
  vault: '',
};

const rateTyped = (rate: number | null): string => (rate === null ? '' : sizeTyped(rate));

export const rowsOf = (rules: readonly LimitRule[]): LimitRow[] =>
  rules.map(({ source, vault, ...rule }) => ({ ...rule, source: rateTyped(source), vault: rateTyped(vault) }));

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text.trim());

/** What was typed, in bytes per second; undefined for what is no rate. */
const rateOf = (typed: string): number | null | undefined => {
  const text = typed.trim().replace(/\/s$/, '');
  if (text === '') return null;
  const rate = typedSize(text);
  return rate !== null && rate >= LEAST_RATE ? rate : undefined;
};

/** Fields of a row that hold nothing that can be kept. */
export const wrongIn = ({ from, to, source, vault }: LimitRow): readonly LimitField[] => [
  ...(isTime(from) ? [] : (['from'] as const)),
  ...(isTime(to) ? [] : (['to'] as const)),
  ...(rateOf(source) === undefined ? (['source'] as const) : []),
  ...(rateOf(vault) === undefined ? (['vault'] as const) : []),
];

/** The rules that were typed; null while something in them is wrong. */
export const rulesOf = (rows: readonly LimitRow[]): LimitRule[] | null =>
  rows.some((row) => wrongIn(row).length > 0)
    ? null
    : rows.map(({ days, from, to, source, vault }) => ({
        days: [...days],
        from: from.trim(),
        to: to.trim(),
        source: rateOf(source) ?? null,
        vault: rateOf(vault) ?? null,
      }));

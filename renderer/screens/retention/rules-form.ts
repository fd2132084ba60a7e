import type { ColdframeError } from '../../../shared/errors.ts';
import { type KeepRules, NO_RULES } from '../../../shared/model/retention.ts';

export const RULES = Object.keys(NO_RULES) as readonly (keyof KeepRules)[];

/** Counts as they are typed; nothing means none. */
export type RulesForm = Readonly<Record<keyof KeepRules, string>>;

export const formOf = (rules: KeepRules): RulesForm => ({
  keepLast: textOf(rules.keepLast),
  daily: textOf(rules.daily),
  weekly: textOf(rules.weekly),
  monthly: textOf(rules.monthly),
  yearly: textOf(rules.yearly),
});

const textOf = (count: number): string => (count === 0 ? '' : String(count));

/** Whether a count can be taken as it stands. */
export const isCount = (text: string): boolean => /^\s*\d*\s*$/.test(text) && Number(text) <= 10_000;

/** The rules that a form means; null while one of its counts is none. */
export const rulesOf = (form: RulesForm): KeepRules | null => {
  if (!RULES.every((rule) => isCount(form[rule]))) return null;
  const [keepLast = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0] = RULES.map((rule) => Number(form[rule]));
  return { keepLast, daily, weekly, monthly, yearly };
};

/** The rule that the console refuses; null when it is not about one of them. */
export const refusedRule = (error: ColdframeError | null): keyof KeepRules | null =>
  RULES.find((rule) => error?.context.field === `rules.${rule}`) ?? null;

export const sameRules = (one: KeepRules, other: KeepRules): boolean =>
  RULES.every((rule) => one[rule] === other[rule]);

/** The rules that were typed otherwise than they are kept: of the others somebody else may have said something meanwhile, and that stands. */
export const changedRules = (wanted: KeepRules, kept: KeepRules): Partial<KeepRules> =>
  Object.fromEntries(RULES.filter((rule) => wanted[rule] !== kept[rule]).map((rule) => [rule, wanted[rule]]));

/** What stands in a form otherwise than the rules that are kept: the rest follows them. */
export const typedIn = (form: RulesForm, kept: KeepRules): Partial<RulesForm> => {
  const stands = formOf(kept);
  return Object.fromEntries(RULES.filter((rule) => form[rule] !== stands[rule]).map((rule) => [rule, form[rule]]));
};

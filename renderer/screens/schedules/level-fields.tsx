import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { REQUESTED_LEVELS, RULE_DAYS, RUN_LEVELS } from '../../../shared/contract/choices.ts';
import type { LevelRule } from '../../../shared/contract/schedules.ts';
import { Button } from '../../components/button.tsx';
import { Group } from '../../components/dialog-form.tsx';
import { Select } from '../../components/select.tsx';
import { schedulesWords as words } from '../../words/schedules.ts';
import { RULES_MOST, type ScheduleForm, withRule } from './schedule-form.ts';
import styles from './schedules.module.css';

interface LevelFieldsProps {
  readonly wish: ScheduleForm;
  readonly edit: (part: Partial<ScheduleForm>) => void;
}

/** The rules with those at two places changed for each other. */
const swapped = (rules: readonly LevelRule[], at: number): readonly LevelRule[] => {
  const [upper, lower] = [rules[at - 1], rules[at]];
  return upper && lower ? rules.with(at - 1, lower).with(at, upper) : rules;
};

/** What a backup builds on, and when another level is made. */
export const LevelFields = ({ wish: { level, rules }, edit }: LevelFieldsProps) => {
  const set = (at: number, part: Partial<LevelRule>) =>
    edit({ rules: rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)) });
  return (
    <>
      <Select
        label={words.level}
        value={level}
        onChange={(chosen) => edit({ level: chosen })}
        options={REQUESTED_LEVELS.map((each) => ({ value: each, title: words.levels[each] }))}
      />
      <Group title={words.rules}>
        <div className={styles.rules}>
          {rules.length > 0 && <p className="second">{words.rulesAbout}</p>}
          {rules.map((rule, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place among them.
            <div key={at} className={styles.rule}>
              <Select
                label={words.ruleOn(at + 1)}
                hideLabel
                value={rule.on}
                onChange={(on) => set(at, { on })}
                options={RULE_DAYS.map((value) => ({ value, title: words.ruleDays[value] }))}
              />
              <Select
                label={words.ruleLevel(at + 1)}
                hideLabel
                value={rule.level}
                onChange={(made) => set(at, { level: made })}
                options={RUN_LEVELS.map((value) => ({ value, title: words.ruleLevels[value] }))}
              />
              {at > 0 && (
                <Button
                  look="icon"
                  aria-label={words.raiseRule(at + 1)}
                  onPress={() => edit({ rules: swapped(rules, at) })}
                >
                  <ArrowUp aria-hidden />
                </Button>
              )}
              <Button
                look="icon"
                aria-label={words.removeRule(at + 1)}
                onPress={() => edit({ rules: rules.toSpliced(at, 1) })}
              >
                <Trash2 aria-hidden />
              </Button>
            </div>
          ))}
          <Button isDisabled={rules.length >= RULES_MOST} onPress={() => edit({ rules: withRule(rules) })}>
            <Plus aria-hidden /> {words.addRule}
          </Button>
        </div>
      </Group>
    </>
  );
};

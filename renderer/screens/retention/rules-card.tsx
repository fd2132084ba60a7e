import type { KeepRules } from '../../../shared/model/retention.ts';
import { Button } from '../../components/button.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { Card } from '../../components/layout.tsx';
import { ErrorCard, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useFirstWrong } from '../../stores/first-wrong.ts';
import { useSubmission } from '../../stores/submission.ts';
import { type NothingGoes, retentionWords as words } from '../../words/retention.ts';
import styles from './retention.module.css';
import { changedRules, formOf, isCount, RULES, type RulesForm, refusedRule, rulesOf, sameRules } from './rules-form.ts';

interface RulesCardProps {
  readonly object: string;
  /** What is kept now. */
  readonly kept: KeepRules;
  readonly automatic: boolean;
  readonly zone: string;
  /** Why rules as they stand in the form let nothing go; null when they do, or it is not known. */
  readonly never: NothingGoes | null;
  readonly form: RulesForm;
  readonly edit: (form: RulesForm) => void;
}

/** The keep rules of an object, to be tried out before they are kept. */
export const RulesCard = ({ object, kept, automatic, zone, never, form, edit }: RulesCardProps) => {
  const rules = rulesOf(form);
  const changed = rules === null || !sameRules(rules, kept);
  const { tried, working, error, forget, submit } = useSubmission();
  const refused = refusedRule(error);
  const card = useFirstWrong<HTMLFormElement>(`${tried} ${working}`);
  const save = () =>
    submit(rules !== null, async () => {
      if (rules === null) return;
      await change('retention.set', { object, rules: changedRules(rules, kept) });
      announce(words.saved(object), 'good');
    });
  const setAutomatic = (wanted: boolean) =>
    submit(true, async () => {
      await change('retention.set', { object, rules: {}, automatic: wanted });
      announce(wanted ? words.automaticOn(object) : words.automaticOff(object), 'good');
    });
  const type = (next: RulesForm) => {
    forget();
    edit(next);
  };
  const wrong = (rule: keyof RulesForm): string | null =>
    isCount(form[rule]) ? (refused === rule ? (error?.message ?? null) : null) : words.wrongCount;
  return (
    <Card title={words.rules} padded>
      <form
        ref={card}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <p className={styles.about}>{words.rulesAbout}</p>
        <div className={styles.counts}>
          {RULES.map((rule) => (
            <Field
              key={rule}
              label={words.rule[rule]}
              value={form[rule]}
              onChange={(text) => type({ ...form, [rule]: text })}
              error={wrong(rule)}
              placeholder="0"
              mono
            />
          ))}
        </div>
        {never !== null && <Notice title={words.neverTitle(never)}>{words.neverAbout(never)}</Notice>}
        <Tick checked={automatic} onChange={setAutomatic}>
          {words.automatic}
        </Tick>
        {error && refused === null && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <span className="faint">{words.zone(zone)}</span>
          <span className={styles.buttons}>
            {changed && <Button onPress={() => type(formOf(kept))}>{words.undo}</Button>}
            <Button look="primary" type="submit" busy={working} isDisabled={!changed}>
              {words.save}
            </Button>
          </span>
        </div>
      </form>
    </Card>
  );
};

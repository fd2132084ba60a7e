import type { KeepRules } from '../../../shared/model/retention.ts';
import { Button } from '../../components/button.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { Card } from '../../components/layout.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { retentionWords as words } from '../../words/retention.ts';
import styles from './retention.module.css';
import { formOf, isCount, RULES, type RulesForm, rulesOf, sameRules } from './rules-form.ts';

interface RulesCardProps {
  readonly object: string;
  /** What is kept now. */
  readonly kept: KeepRules;
  readonly automatic: boolean;
  readonly zone: string;
  readonly form: RulesForm;
  readonly edit: (form: RulesForm) => void;
}

/** The keep rules of an object, to be tried out before they are kept. */
export const RulesCard = ({ object, kept, automatic, zone, form, edit }: RulesCardProps) => {
  const rules = rulesOf(form);
  const changed = rules === null || !sameRules(rules, kept);
  const save = () => {
    if (rules === null) return;
    change('retention.set', { object, rules }).then(() => announce(words.saved(object), 'good'), said);
  };
  const setAutomatic = (wanted: boolean) => {
    change('retention.set', { object, rules: {}, automatic: wanted }).then(
      () => announce(wanted ? words.automaticOn(object) : words.automaticOff(object), 'good'),
      said,
    );
  };
  return (
    <Card title={words.rules} padded>
      <form
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
              onChange={(text) => edit({ ...form, [rule]: text })}
              error={isCount(form[rule]) ? null : words.wrongCount}
              placeholder="0"
              mono
            />
          ))}
        </div>
        <Tick checked={automatic} onChange={setAutomatic}>
          {words.automatic}
        </Tick>
        <div className={styles.foot}>
          <span className="faint">{words.zone(zone)}</span>
          <span className={styles.buttons}>
            {changed && <Button onPress={() => edit(formOf(kept))}>{words.undo}</Button>}
            <Button look="primary" type="submit" isDisabled={!changed || rules === null}>
              {words.save}
            </Button>
          </span>
        </div>
      </form>
    </Card>
  );
};

import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { WEEKDAYS, type Weekday } from '../../../shared/contract/choices.ts';
import type { LimitNow, LimitRule } from '../../../shared/contract/settings.ts';
import { endlessRule } from '../../../shared/model/limit-rules.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { limitsWords as words } from '../../words/limits.ts';
import styles from './limits.module.css';
import { type LimitField, type LimitRow, NEW_ROW, rowsOf, rulesOf, wrongIn } from './limits-form.ts';

/** Monday first, as calendars of most have it. */
const DAYS: readonly Weekday[] = [...WEEKDAYS.slice(1), ...WEEKDAYS.slice(0, 1)];

const Days = ({ days, label, put }: { days: readonly Weekday[]; label: string; put: (days: Weekday[]) => void }) => (
  <ToggleButtonGroup
    className={styles.days}
    selectionMode="multiple"
    aria-label={label}
    selectedKeys={days.length === 0 ? DAYS : days}
    onSelectionChange={(keys) => {
      const chosen = DAYS.filter((day) => keys.has(day));
      // None chosen is every day: a rule that never holds is removed instead.
      put(chosen.length === DAYS.length ? [] : chosen);
    }}
  >
    {DAYS.map((day) => (
      <ToggleButton key={day} id={day} className={styles.day}>
        {words.days[day]}
      </ToggleButton>
    ))}
  </ToggleButtonGroup>
);

interface RowProps {
  readonly row: LimitRow;
  readonly number: number;
  readonly put: (row: LimitRow) => void;
  readonly remove: () => void;
}

const Row = ({ row, number, put, remove }: RowProps) => {
  const wrong = wrongIn(row);
  const field = (name: LimitField, label: string, placeholder: string) => (
    <Field
      label={label}
      value={row[name]}
      onChange={(value) => put({ ...row, [name]: value })}
      error={wrong.includes(name) ? words.wrong[name] : null}
      placeholder={placeholder}
      mono
    />
  );
  return (
    <fieldset className={styles.rule} aria-label={words.rule(number)}>
      <Days days={row.days} label={words.daysOf(number)} put={(days) => put({ ...row, days })} />
      <Button look="icon" aria-label={words.remove(number)} onPress={remove}>
        <X aria-hidden />
      </Button>
      <div className={styles.fields}>
        {field('from', words.from, '08:00')}
        {field('to', words.to, '18:00')}
        {field('source', words.source, words.none)}
        {field('vault', words.vault, words.none)}
      </div>
    </fieldset>
  );
};

interface LimitsEditorProps {
  readonly limits: readonly LimitRule[];
  readonly limitNow: LimitNow;
  /** Says how that came out; answers whether they were saved: else what was typed stays. */
  readonly save: (limits: LimitRule[]) => Promise<boolean>;
}

/** The rules on how much may move in which hours. They hold from when they are saved, also for jobs under way. */
export const LimitsEditor = ({ limits, limitNow, save }: LimitsEditorProps) => {
  const [edited, setEdited] = useState<readonly LimitRow[] | null>(null);
  const rows = edited ?? rowsOf(limits);
  const rules = rulesOf(rows);
  const endless = rules === null ? null : endlessRule(rules);
  const put = (at: number, row: LimitRow) => setEdited(rows.map((each, place) => (place === at ? row : each)));
  return (
    <form
      className={styles.limits}
      onSubmit={(event) => {
        event.preventDefault();
        if (rules !== null) void save(rules).then((saved) => saved && setEdited(null));
      }}
    >
      <p className={styles.now}>{words.now(limitNow)}</p>
      {rows.map((row, at) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place while it is typed.
          key={at}
          row={row}
          number={at + 1}
          put={(to) => put(at, to)}
          remove={() => setEdited(rows.filter((_, place) => place !== at))}
        />
      ))}
      {rows.length > 1 && <p className="quiet">{words.order}</p>}
      {endless !== null && <p className="quiet">{words.endless(endless + 1)}</p>}
      <div className={styles.foot}>
        <Button look="ghost" onPress={() => setEdited([...rows, NEW_ROW])}>
          <Plus aria-hidden /> {words.add}
        </Button>
        {edited !== null && (
          <span className={styles.buttons}>
            <Button onPress={() => setEdited(null)}>{words.undo}</Button>
            <Button look="primary" type="submit" isDisabled={rules === null}>
              {words.save}
            </Button>
          </span>
        )}
      </div>
    </form>
  );
};

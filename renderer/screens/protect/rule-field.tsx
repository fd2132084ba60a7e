import { X } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Pill } from '../../components/marks.tsx';
import { useQuery } from '../../stores/calls.ts';
import { pathIn, type ShownPath } from '../../stores/paths.ts';
import { useSettled } from '../../stores/settled.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';

/** A rule of the user's own, with what it matches while it is typed. */
export const RuleField = (props: {
  pattern: string;
  roots: readonly ShownPath[];
  put: (to: string) => void;
  remove: () => void;
}) => {
  const pattern = useSettled(props.pattern.trim());
  const { data } = useQuery('glob.try', pattern ? { pattern, roots: props.roots.map(pathIn) } : null);
  const error = data?.error ? data.error.message : null;
  return (
    <div className={styles.rule}>
      <Field
        label={words.rule}
        hideLabel
        mono
        autoFocus={props.pattern === ''}
        value={props.pattern}
        onChange={props.put}
        error={error}
        placeholder={words.rulePlaceholder}
        help={
          data && data.matches.length > 0
            ? data.matches
                .slice(0, 3)
                .map(({ path }) => path)
                .join(', ')
            : undefined
        }
      />
      <span aria-live="polite">
        {data && !data.error && (
          <Pill tone={data.matched > 0 ? 'good' : 'warn'}>{words.ruleMatches(data.matched, data.whole)}</Pill>
        )}
      </span>
      <Button look="icon" aria-label={words.removeRule} onPress={props.remove}>
        <X aria-hidden />
      </Button>
    </div>
  );
};

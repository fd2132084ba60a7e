import { X } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Pill } from '../../components/marks.tsx';
import { useQuery } from '../../stores/calls.ts';
import { pathIn, type ShownPath } from '../../stores/paths.ts';
import { useSettled } from '../../stores/settled.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';

/**
 * A rule of the user's own, with what it matches while it is typed. `found`: what it leaves out, once that is counted. `problem`: why it is not usable,
 * when that is known already.
 */
export const RuleField = (props: {
  pattern: string;
  roots: readonly ShownPath[];
  put: (to: string) => void;
  remove: () => void;
  found?: { readonly elements: number; readonly bytes: number } | undefined;
  problem?: string | undefined;
}) => {
  const pattern = useSettled(props.pattern.trim());
  const { data } = useQuery('glob.try', pattern ? { pattern, roots: props.roots.map(pathIn) } : null);
  const error = data?.error?.message ?? props.problem ?? null;
  const { found } = props;
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
          <Pill tone={data.matched > 0 || found ? 'good' : 'warn'}>
            {found
              ? words.ruleLeavesOut(found.elements, format.bytes(found.bytes))
              : words.ruleMatches(data.matched, data.whole)}
          </Pill>
        )}
      </span>
      <Button look="icon" aria-label={words.removeRule} onPress={props.remove}>
        <X aria-hidden />
      </Button>
    </div>
  );
};

import type { CheckStanding } from '../../../shared/contract/checks.ts';
import type { CheckKind } from '../../../shared/contract/choices.ts';
import { href } from '../../stores/route.ts';
import { checksWords as words } from '../../words/checks.ts';
import { format } from '../../words/format.ts';
import styles from './checks.module.css';

/** How it stands with a kind of checks, in a line that leads to what was found. `of`: the object; null for a whole vault. */
export const CheckLine = (props: { what: CheckKind; standing: CheckStanding; now: number; of: string | null }) => {
  const { text, tone } = words.line(props.what, props.standing, props.now);
  const title = props.standing.last ? format.date(props.standing.last.at) : undefined;
  return (
    <a className={styles.line} data-tone={tone} href={href('checks', props.of)} title={title}>
      {text}
    </a>
  );
};

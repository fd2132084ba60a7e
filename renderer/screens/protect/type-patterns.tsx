import { UNPROTECTED_PLACES } from '../../../shared/model/unprotected-places.ts';
import { Fold } from '../../components/fold.tsx';
import { PLACE_RULE_WORDS, protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';

/** All that a type of unprotected files leaves out, from the table that the engine goes by. */
export const TypePatterns = ({ type }: { type: keyof typeof UNPROTECTED_PLACES }) => (
  <Fold title={words.allPatterns}>
    <dl className={styles.patterns}>
      {UNPROTECTED_PLACES[type].map(({ by, patterns }) => (
        <div key={by}>
          <dt>{PLACE_RULE_WORDS[by]}</dt>
          <dd className={styles.path}>
            {patterns.map((pattern) => (
              <code key={pattern}>{pattern}</code>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </Fold>
);

import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { allocationWords as words } from '../../words/allocation.ts';
import styles from './library.module.css';

type Choice = keyof typeof words.choices;
const CHOICES = Object.keys(words.choices) as Choice[];

const inputOf = (choice: Choice) =>
  choice === 'continue' || choice === 'new' ? { policy: choice } : { policy: 'calendar' as const, every: choice };

/** On which tapes backups begin, to be chosen. */
export const Allocation = ({ library: { vault, allocation } }: { library: LibraryView }) => {
  const chosen = allocation.policy === 'calendar' ? (allocation.every ?? 'day') : allocation.policy;
  const choose = (choice: Choice): void => {
    if (choice === chosen) return;
    void change('library.setAllocation', { vault, ...inputOf(choice) }).then(() => announce(words.saved, 'good'), said);
  };
  return (
    <div className={styles.allocation}>
      <Select
        label={words.label}
        value={chosen}
        onChange={choose}
        options={CHOICES.map((value) => ({ value, title: words.choices[value] }))}
      />
      <p className="faint">{words.about[chosen]}</p>
    </div>
  );
};

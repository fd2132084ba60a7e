import { printable } from '../../../shared/model/printable.ts';
import { type ActContext, detailsOf } from '../../words/act-details.ts';
import styles from './system.module.css';

const ID = /^[0-9a-f]{32}$/;

/** A list of ids as short as the rest of the console tells them, whole where it is pointed at; anything else as it is. */
const Value = ({ value }: { value: string }) => {
  const words = value.split(' ');
  return words.every((word) => ID.test(word)) ? (
    <span className="num" title={value}>
      {words.map((id) => id.slice(0, 8)).join(' ')}
    </span>
  ) : (
    <span>{printable(value)}</span>
  );
};

/** What was told of an act, one after the other. */
export const ActDetails = ({ context }: { context: ActContext }) => (
  <div className={styles.facts}>
    {detailsOf(context).map(({ name, value }) => (
      <div key={name}>
        <span className="faint">{name}</span> <Value value={value} />
      </div>
    ))}
  </div>
);

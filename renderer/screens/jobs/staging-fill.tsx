import type { Picture } from '../../../shared/contract/picture.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import styles from './jobs.module.css';

type Staging = NonNullable<Picture['staging']>;

const slotState = (staging: Staging, index: number): string => {
  if (index < staging.draining) return 'draining';
  if (index < staging.draining + staging.ready) return 'ready';
  if (index < staging.draining + staging.ready + staging.filling) return 'filling';
  return 'free';
};

/** The slots between reading and writing: a square each. */
export const StagingFill = ({ staging }: { staging: Staging }) => (
  <div className={styles.staging}>
    <span className="faint">{words.staging}</span>
    <span className={styles.slots} role="img" aria-label={words.stagingWords(staging)}>
      {Array.from({ length: Math.min(staging.slots, 24) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place.
        <span key={index} className={styles.slot} data-state={slotState(staging, index)} />
      ))}
    </span>
    <span className="num" title={words.stagingWords(staging)}>
      {format.bytes(staging.bytes)} / {format.bytes(staging.slotBytes * staging.slots)}
    </span>
  </div>
);

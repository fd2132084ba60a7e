import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { useNow } from '../../stores/clock.ts';
import type { TapeName } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { LEVEL_WORDS, restoreWords as words } from '../../words/restore.ts';
import styles from './restore.module.css';

export type Moment = OutputOf<'timeline'>['sets'][number];

interface TimelineProps {
  readonly object: string;
  /** Newest first, as they are listed. */
  readonly sets: readonly Moment[];
  readonly total: number;
  readonly chosen: string;
  readonly choose: (set: string) => void;
  readonly name: TapeName;
}

/** Moments to go back to, oldest on the left, each with its level in a word and as a form. */
export const Timeline = ({ object, sets, total, chosen, choose, name }: TimelineProps) => {
  const now = useNow();
  const picked = useRef<HTMLButtonElement>(null);
  const moments = sets.toReversed();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another moment is to be brought into view.
  useEffect(() => {
    picked.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = moments[moments.findIndex(({ id }) => id === chosen) + (by ?? 0)];
    if (by === undefined || !next) return;
    event.preventDefault();
    choose(next.id);
    requestAnimationFrame(() => picked.current?.focus());
  };
  const timeOf = format.timeAmong(moments.map(({ createdAt }) => createdAt));
  const current = sets.find(({ id }) => id === chosen);
  return (
    <>
      <div className={styles.timeline}>
        <div className={styles.track} role="radiogroup" aria-label={words.timeline(object)} onKeyDown={step}>
          {moments.map((moment, index) => {
            const { id, level, createdAt, logicalBytes } = moment;
            const on = id === chosen;
            const before = moments[index - 1];
            const day = format.day(createdAt);
            const isNewDay = on || before === undefined || format.day(before.createdAt) !== day;
            return (
              <button
                key={id}
                ref={on ? picked : undefined}
                type="button"
                role="radio"
                aria-checked={on}
                tabIndex={on ? 0 : -1}
                className={styles.moment}
                aria-label={words.momentOf(
                  LEVEL_WORDS[level],
                  format.date(createdAt),
                  format.age(createdAt, now),
                  format.bytes(logicalBytes),
                  words.flaws(moment),
                )}
                title={[format.date(createdAt), ...words.flaws(moment)].join(', ')}
                onClick={() => choose(id)}
              >
                <span>{isNewDay ? day : ''}</span>
                <i
                  className={styles.mark}
                  data-level={level}
                  data-flawed={moment.damaged || moment.damagedBelow !== null}
                />
                <span>{timeOf(createdAt)}</span>
                <span className={styles.level}>{LEVEL_WORDS[level]}</span>
              </button>
            );
          })}
        </div>
      </div>
      {current && (
        <p className="faint" style={{ padding: '0 var(--pad) 10px' }}>
          <b className="quiet">
            {words.chosenMoment(format.when(current.createdAt, now), LEVEL_WORDS[current.level], words.flaws(current))}
          </b>{' '}
          <span className="num">{current.id.slice(0, 8)}</span>{' '}
          {words.momentAbout(current.elements, format.bytes(current.logicalBytes), format.bytes(current.bytesRead))}{' '}
          <span className="num">{current.tapes.map(name).join(' ')}</span>
          {total > sets.length && `, ${words.showing(sets.length, total)}`}
        </p>
      )}
    </>
  );
};

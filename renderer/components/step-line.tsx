import { Check } from 'lucide-react';
import { words } from '../words/words.ts';
import styles from './step-line.module.css';

interface StepLineProps {
  readonly steps: readonly {
    readonly name: string;
    /** Goes there; only steps that can be gone to from here have it. */
    readonly go?: (() => void) | undefined;
  }[];
  /** Which one is taken now, from 0. */
  readonly now: number;
}

/** The steps of something, with the one that is taken now. */
export const StepLine = ({ steps, now }: StepLineProps) => (
  <ol className={styles.steps} aria-label={words.steps}>
    {steps.map(({ name, go }, index) => {
      const state = index < now ? 'done' : index === now ? 'now' : 'later';
      const content = (
        <>
          <span className={styles.number}>{state === 'done' ? <Check aria-hidden /> : index + 1}</span>
          {name}
        </>
      );
      return (
        <li key={name} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
          {go ? (
            <button type="button" onClick={go}>
              {content}
            </button>
          ) : (
            <span>{content}</span>
          )}
        </li>
      );
    })}
  </ol>
);

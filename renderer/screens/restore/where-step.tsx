import type { ReactNode } from 'react';
import { CONFLICT_POLICIES } from '../../../shared/contract/choices.ts';
import { Choices } from '../../components/field.tsx';
import type { BasketItem } from '../../stores/basket.ts';
import { useFirstWrong } from '../../stores/first-wrong.ts';
import { commonFolder } from '../../stores/paths.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { FileDestination } from './file-destination.tsx';
import styles from './restore.module.css';
import { overwritesDisk, type RestoreChoice } from './restore-request.ts';
import { VolumeDestination } from './volume-destination.tsx';

interface WhereStepProps {
  readonly id: string;
  readonly items: readonly BasketItem[];
  /** All of it is volumes, which go to images, devices or back in place. */
  readonly volumes: boolean;
  readonly choice: RestoreChoice;
  readonly choose: (part: Partial<RestoreChoice>) => void;
  /** How often somebody tried to go on, so that what is missing is said. */
  readonly attempts: number;
  readonly submit: () => void;
  /** Somebody comes for what becomes of what is there. */
  readonly forConflicts: boolean;
  readonly children: ReactNode;
}

const focusChosen = (group: HTMLElement | null): void =>
  group?.querySelector<HTMLElement>('input[type="radio"]:checked')?.focus();

/** Where it goes, and what becomes of what is there already. */
export const WhereStep = (props: WhereStepProps) => {
  const { items, volumes, choice, choose, attempts } = props;
  const tried = attempts > 0;
  const form = useFirstWrong<HTMLFormElement>(attempts);
  return (
    <form
      ref={form}
      id={props.id}
      className={styles.plan}
      onSubmit={(event) => {
        event.preventDefault();
        // A dialog that a field of it opens has a form of its own.
        if (event.target === event.currentTarget) props.submit();
      }}
    >
      {props.children}
      {volumes ? (
        <VolumeDestination
          choice={choice}
          choose={choose}
          count={items.length}
          bytes={Math.max(...items.map(({ bytes }) => bytes))}
          tried={tried}
        />
      ) : (
        <FileDestination
          choice={choice}
          choose={choose}
          above={commonFolder(items.map(({ path }) => path))}
          tried={tried}
        />
      )}
      {!overwritesDisk(choice, volumes) && (
        <div ref={props.forConflicts ? focusChosen : undefined}>
          <Choices
            label={words.conflicts}
            value={choice.onConflict}
            onChange={(onConflict) => choose({ onConflict })}
            choices={CONFLICT_POLICIES.map((value) => ({ value, ...words.policies[value] }))}
          />
        </div>
      )}
    </form>
  );
};

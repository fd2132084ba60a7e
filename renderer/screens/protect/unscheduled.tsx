import { useEffect, useRef, useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts, PageHead } from '../../components/layout.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import type { Draft } from '../../stores/protect-draft.ts';
import { protectWords as words } from '../../words/protect.ts';
import { schedulesWords } from '../../words/schedules.ts';
import { cronOf } from '../schedules/schedule-form.ts';
import { scheduleOf } from './planned-schedule.ts';
import styles from './protect.module.css';
import { addSchedule } from './save-draft.ts';

/** An object that is protected, and whose schedule was refused. */
export interface UnscheduledObject {
  readonly name: string;
  /** What was chosen for it. */
  readonly chosen: Draft;
  readonly sealed: boolean;
  /** Whether it is to be backed up now. */
  readonly run: boolean;
  readonly error: ColdframeError;
}

interface UnscheduledProps {
  readonly object: UnscheduledObject;
  readonly goOn: (scheduled: boolean) => Promise<void>;
}

/** The end of the wizard where the schedule was not made: it stays until that is, or somebody goes on without. */
export const Unscheduled = ({ object: { name, chosen, sealed, run, error: first }, goOn }: UnscheduledProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const [error, setError] = useState(first);
  const [working, setWorking] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  const again = async () => {
    setWorking(true);
    try {
      await addSchedule(chosen, name, sealed);
    } catch (thrown) {
      setWorking(false);
      return setError(asColdframeError(thrown));
    }
    await goOn(true);
  };
  const schedule = scheduleOf(chosen, sealed);
  const cron = schedule && cronOf(schedule);
  return (
    <>
      <PageHead
        above={words.above}
        title={words.unscheduled(name)}
        about={words.unscheduledAbout(run)}
        heading={heading}
      />
      <Card padded>
        <Facts>
          <dt>{words.runsAt}</dt>
          <dd>{cron !== null && schedulesWords.whenIn(cron, schedule?.zone ?? '')}</dd>
          {sealed && (
            <>
              <dt>{schedulesWords.passphraseFile}</dt>
              <dd className={styles.path}>{printable(chosen.passphraseFile)}</dd>
            </>
          )}
        </Facts>
      </Card>
      <ErrorCard error={error} />
      <div className={styles.foot}>
        <Button look="primary" busy={working} onPress={() => again()}>
          {words.scheduleAgain}
        </Button>
        <Button busy={working} onPress={() => goOn(false)}>
          {run ? words.backUpWithoutSchedule : words.withoutSchedule}
        </Button>
      </div>
    </>
  );
};

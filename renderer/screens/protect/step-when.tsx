import { Pair } from '../../components/dialog-form.tsx';
import { Choices, Field } from '../../components/field.tsx';
import { Card, Columns, Stack } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { useQuery } from '../../stores/calls.ts';
import { draft, RUNS, runsOf } from '../../stores/protect-draft.ts';
import { href } from '../../stores/route.ts';
import { protectWords as words } from '../../words/protect.ts';
import { schedulesWords } from '../../words/schedules.ts';
import { clockOf } from '../../words/zone.ts';
import { ComingRuns } from '../schedules/coming-runs.tsx';
import { useNotStarting } from '../schedules/not-starting.tsx';
import { cronOf } from '../schedules/schedule-form.ts';
import { ZoneField } from '../schedules/zone-field.tsx';
import { scheduleOf } from './planned-schedule.ts';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

const WEEK = ['1', '2', '3', '4', '5', '6', '0'] as const;

/** What runs by itself needs a console that is there then. */
const ConsoleThen = () => {
  if (!useNotStarting()) return null;
  return (
    <Notice title={words.notStarting}>
      {words.notStartingAbout} <a href={href('settings')}>{words.toSettings}</a>
    </Notice>
  );
};

/** Whether it is backed up by itself, and when. */
export const WhenStep = ({ now, tried, problems, sealed, fileProblem }: StepProps) => {
  const runs = runsOf(now, sealed);
  const schedule = scheduleOf(now, sealed);
  const cron = schedule && cronOf(schedule);
  const preview = useQuery(
    'schedule.preview',
    cron === null ? null : { cron, ...(now.zone === '' ? {} : { zone: now.zone }) },
  );
  return (
    <Columns>
      <Stack>
        <Card>
          <div className={styles.form}>
            {sealed && <p className="quiet">{words.sealedRuns}</p>}
            <Choices
              label={schedulesWords.howOften}
              value={runs}
              onChange={(next) => draft({ runs: next })}
              choices={RUNS.map((value) => ({ value, ...words.runs[value] }))}
            />
            {runs !== 'hand' && (
              <Pair>
                {runs === 'weekly' && (
                  <Select
                    label={schedulesWords.day}
                    value={now.day}
                    onChange={(day) => draft({ day })}
                    options={WEEK.map((day) => ({ value: day, title: schedulesWords.weekdays[Number(day)] ?? day }))}
                  />
                )}
                <Field
                  label={schedulesWords.time}
                  value={now.time}
                  onChange={(time) => draft({ time })}
                  error={problems.includes('time') ? words.problems.time : null}
                  help={runs === 'hourly' ? schedulesWords.hourlyHelp : undefined}
                  mono
                />
              </Pair>
            )}
            {runs !== 'hand' && <ZoneField value={now.zone} onChange={(zone) => draft({ zone })} />}
            {runs !== 'hand' && sealed && (
              <Field
                label={schedulesWords.passphraseFile}
                value={now.passphraseFile}
                onChange={(passphraseFile) => draft({ passphraseFile })}
                error={tried && problems.includes('passphraseFile') ? words.problems.passphraseFile : fileProblem}
                help={schedulesWords.passphraseHelp}
                mono
              />
            )}
          </div>
        </Card>
        {runs !== 'hand' && <ConsoleThen />}
      </Stack>
      <Card title={schedulesWords.nextRuns} padded>
        {runs === 'hand' ? (
          <p className="quiet">{sealed ? words.byHandSealed : words.byHand}</p>
        ) : (
          preview.data && (
            <>
              <span className="second">{schedulesWords.inZone(clockOf(preview.data.zone).zone)}</span>
              <ComingRuns runs={preview.data.coming} zone={preview.data.zone} backup={false} />
            </>
          )
        )}
      </Card>
    </Columns>
  );
};

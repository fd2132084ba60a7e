import { useState } from 'react';
import { REQUESTED_LEVELS } from '../../../shared/contract/choices.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { Choice, DialogForm, Pair } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import type { ListedVault } from '../../stores/vaults.ts';
import { format } from '../../words/format.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { words as common } from '../../words/words.ts';
import {
  cronOf,
  NEW_SCHEDULE,
  RHYTHMS,
  type ScheduleField,
  type ScheduleForm,
  scheduleProblems,
  scheduleRequest,
} from './schedule-form.ts';
import styles from './schedules.module.css';

const WEEK = ['1', '2', '3', '4', '5', '6', '0'] as const;

interface NewScheduleDialogProps {
  readonly objects: readonly ObjectView[];
  readonly vaults: readonly ListedVault[];
  readonly close: () => void;
}

/** When an object is to be backed up by itself. */
export const NewScheduleDialog = ({ objects, vaults, close }: NewScheduleDialogProps) => {
  const only = objects.length === 1 ? objects[0]?.name : undefined;
  const [wish, setWish] = useState<ScheduleForm>({ ...NEW_SCHEDULE, object: only ?? '' });
  const form = useSubmission();
  const vault = objects.find(({ name }) => name === wish.object)?.vault;
  const sealed = vaults.some(({ id, sealed: isSealed }) => id === vault?.id && isSealed);
  const cron = cronOf(wish);
  const preview = useQuery('schedule.preview', cron === null ? null : { cron });
  const problems = scheduleProblems(wish, sealed);
  const say = (field: ScheduleField) => {
    if (field === 'cron' && cron !== null && preview.error) return preview.error.message;
    return form.tried && problems.includes(field) ? words.problems[field] : null;
  };
  const edit = (part: Partial<ScheduleForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const add = () =>
    form.submit(problems.length === 0, async () => {
      await change('schedule.add', scheduleRequest(wish, sealed));
      announce(words.added(wish.object), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.newTitle}
      close={close}
      submit={add}
      action={words.create}
      working={form.working && common.loading}
      error={form.error}
      wide
    >
      <Choice error={say('object')}>
        <Select
          label={words.what}
          value={wish.object === '' ? null : wish.object}
          onChange={(name) => edit({ object: name })}
          options={objects.map(({ name }) => ({ value: name, title: name }))}
        />
      </Choice>
      <Segments
        label={words.howOften}
        value={wish.rhythm}
        onChange={(rhythm) => edit({ rhythm, ...(rhythm === 'own' && cron !== null ? { cron } : {}) })}
        choices={RHYTHMS.map((rhythm) => ({ value: rhythm, title: words.rhythms[rhythm] }))}
      />
      {wish.rhythm === 'own' ? (
        <Field
          label={words.cron}
          value={wish.cron}
          onChange={(text) => edit({ cron: text })}
          error={say('cron')}
          help={words.cronHelp}
          mono
        />
      ) : (
        <Pair>
          {wish.rhythm === 'weekly' && (
            <Select
              label={words.day}
              value={wish.day}
              onChange={(day) => edit({ day })}
              options={WEEK.map((day) => ({ value: day, title: words.weekdays[Number(day)] ?? day }))}
            />
          )}
          <Field
            label={words.time}
            value={wish.time}
            onChange={(time) => edit({ time })}
            error={say('time')}
            help={wish.rhythm === 'hourly' ? words.hourlyHelp : undefined}
            mono
          />
        </Pair>
      )}
      <Select
        label={words.level}
        value={wish.level}
        onChange={(level) => edit({ level })}
        options={REQUESTED_LEVELS.map((level) => ({ value: level, title: words.levels[level] }))}
      />
      {sealed && (
        <Field
          label={words.passphraseFile}
          value={wish.passphraseFile}
          onChange={(passphraseFile) => edit({ passphraseFile })}
          error={say('passphraseFile')}
          help={words.passphraseHelp}
          mono
        />
      )}
      <Tick checked={wish.catchUp} onChange={(catchUp) => edit({ catchUp })}>
        {words.catchUp}
      </Tick>
      {preview.data && (
        <div className={styles.preview}>
          <b>{words.nextRuns}</b> <span className="faint">{words.inZone(preview.data.zone)}</span>
          <ol>
            {preview.data.next.map((moment) => (
              <li key={moment} className="num">
                {format.date(moment)}
              </li>
            ))}
          </ol>
        </div>
      )}
    </DialogForm>
  );
};

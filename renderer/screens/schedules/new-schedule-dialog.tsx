import { useState } from 'react';
import { REQUESTED_LEVELS } from '../../../shared/contract/choices.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
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
  const [form, setForm] = useState<ScheduleForm>({ ...NEW_SCHEDULE, object: only ?? '' });
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const vault = objects.find(({ name }) => name === form.object)?.vault;
  const sealed = vaults.some(({ id, sealed: isSealed }) => id === vault?.id && isSealed);
  const cron = cronOf(form);
  const preview = useQuery('schedule.preview', cron === null ? null : { cron });
  const problems = scheduleProblems(form, sealed);
  const say = (field: ScheduleField) => {
    if (field === 'cron' && cron !== null && preview.error) return preview.error.message;
    return tried && problems.includes(field) ? words.problems[field] : null;
  };
  const edit = (part: Partial<ScheduleForm>) => {
    setForm({ ...form, ...part });
    setError(null);
  };
  const add = async () => {
    setTried(true);
    if (problems.length > 0) return;
    setWorking(true);
    setError(null);
    try {
      await change('schedule.add', scheduleRequest(form, sealed));
      announce(words.added(form.object), 'good');
      close();
    } catch (thrown) {
      setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog title={words.newTitle} close={close} wide>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <div className={styles.chosen}>
          <Select
            label={words.what}
            value={form.object === '' ? null : form.object}
            onChange={(name) => edit({ object: name })}
            options={objects.map(({ name }) => ({ value: name, title: name }))}
          />
          {say('object') && <p className={styles.problem}>{say('object')}</p>}
        </div>
        <Segments
          label={words.howOften}
          value={form.rhythm}
          onChange={(rhythm) => edit({ rhythm, ...(rhythm === 'own' && cron !== null ? { cron } : {}) })}
          choices={RHYTHMS.map((rhythm) => ({ value: rhythm, title: words.rhythms[rhythm] }))}
        />
        {form.rhythm === 'own' ? (
          <Field
            label={words.cron}
            value={form.cron}
            onChange={(text) => edit({ cron: text })}
            error={say('cron')}
            help={words.cronHelp}
            mono
          />
        ) : (
          <div className={styles.pair}>
            {form.rhythm === 'weekly' && (
              <Select
                label={words.day}
                value={form.day}
                onChange={(day) => edit({ day })}
                options={WEEK.map((day) => ({ value: day, title: words.weekdays[Number(day)] ?? day }))}
              />
            )}
            <Field
              label={words.time}
              value={form.time}
              onChange={(time) => edit({ time })}
              error={say('time')}
              help={form.rhythm === 'hourly' ? words.hourlyHelp : undefined}
              mono
            />
          </div>
        )}
        <Select
          label={words.level}
          value={form.level}
          onChange={(level) => edit({ level })}
          options={REQUESTED_LEVELS.map((level) => ({ value: level, title: words.levels[level] }))}
        />
        {sealed && (
          <Field
            label={words.passphraseFile}
            value={form.passphraseFile}
            onChange={(passphraseFile) => edit({ passphraseFile })}
            error={say('passphraseFile')}
            help={words.passphraseHelp}
            mono
          />
        )}
        <Tick checked={form.catchUp} onChange={(catchUp) => edit({ catchUp })}>
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
        {error && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button onPress={close}>{common.cancel}</Button>
          <Button look="primary" type="submit" isDisabled={working}>
            {working ? common.loading : words.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

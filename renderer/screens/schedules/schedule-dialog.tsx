import { useState } from 'react';
import { REQUESTED_LEVELS, SCHEDULE_TASKS, type ScheduleTask } from '../../../shared/contract/choices.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { Choice, DialogForm, Pair } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import type { ListedVault } from '../../stores/vaults.ts';
import { format } from '../../words/format.ts';
import { RUN_LEVEL_WORDS, schedulesWords as words } from '../../words/schedules.ts';
import { words as common } from '../../words/words.ts';
import {
  cronOf,
  formOf,
  isOfVaults,
  NEW_SCHEDULE,
  RHYTHMS,
  rulesOf,
  type ScheduleField,
  type ScheduleForm,
  scheduleProblems,
  scheduleRequest,
  scheduleSubject,
  windowOf,
} from './schedule-form.ts';
import styles from './schedules.module.css';
import { TermFields } from './term-fields.tsx';

const WEEK = ['1', '2', '3', '4', '5', '6', '0'] as const;

const dayOptions = () => WEEK.map((day) => ({ value: day, title: words.weekdays[Number(day)] ?? day }));

/** What a backup builds on, and when another level is made. */
const Levels = ({ wish, edit }: { wish: ScheduleForm; edit: (part: Partial<ScheduleForm>) => void }) => (
  <>
    <Pair>
      <Select
        label={words.level}
        value={wish.level}
        onChange={(level) => edit({ level })}
        options={REQUESTED_LEVELS.map((level) => ({ value: level, title: words.levels[level] }))}
      />
      <Select
        label={words.fullOn}
        value={wish.fullOn === '' ? 'none' : wish.fullOn}
        onChange={(day) => edit({ fullOn: day === 'none' ? '' : day })}
        options={[{ value: 'none', title: words.noDay }, ...dayOptions()]}
      />
    </Pair>
    <Tick checked={wish.monthly} onChange={(monthly) => edit({ monthly })}>
      {words.monthly}
    </Tick>
  </>
);

interface ScheduleDialogProps {
  readonly objects: readonly ObjectView[];
  readonly vaults: readonly ListedVault[];
  /** The one that is changed; a new one is made when it is left out. */
  readonly schedule?: ScheduleView;
  /** What a new one does, and to which object, unless that is chosen otherwise. */
  readonly task?: ScheduleTask;
  readonly object?: string;
  readonly close: () => void;
}

/** When an object is to be backed up by itself, and on what terms. */
export const ScheduleDialog = ({ objects, vaults, schedule, task = 'backup', object, close }: ScheduleDialogProps) => {
  const only = object ?? (objects.length === 1 ? objects[0]?.name : undefined);
  const [wish, setWish] = useState<ScheduleForm>(
    schedule
      ? formOf(schedule)
      : {
          ...NEW_SCHEDULE,
          task,
          object: only ?? '',
          ...(task === 'backup' ? {} : { rhythm: 'weekly', time: '06:00' }),
        },
  );
  const form = useSubmission();
  const vault = objects.find(({ name }) => name === wish.object)?.vault;
  const sealed = vaults.some(
    ({ id, dir, sealed: isSealed }) => (wish.vault === '' ? id === vault?.id : dir === wish.vault) && isSealed,
  );
  const name = wish.vault === '' ? wish.object : (vaults.find(({ dir }) => dir === wish.vault)?.name ?? wish.vault);
  const backup = wish.task === 'backup';
  const cron = cronOf(wish);
  const zone = schedule ? { zone: schedule.zone } : {};
  const preview = useQuery(
    'schedule.preview',
    cron === null
      ? null
      : { cron, ...zone, window: windowOf(wish), ...(backup ? { level: wish.level, rules: rulesOf(wish) } : {}) },
  );
  const problems = scheduleProblems(wish, sealed);
  const say = (field: ScheduleField) => {
    if (field === 'cron' && cron !== null && preview.error) return preview.error.message;
    return form.tried && problems.includes(field) ? words.problems[field] : null;
  };
  const edit = (part: Partial<ScheduleForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const submit = () =>
    form.submit(problems.length === 0, async () => {
      const asked = scheduleRequest(wish, sealed);
      if (schedule) await change('schedule.update', { schedule: schedule.id, ...asked });
      else await change('schedule.add', { ...scheduleSubject(wish), ...asked });
      announce(schedule ? words.changed(name) : words.added(name), 'good');
      close();
    });
  return (
    <DialogForm
      title={schedule ? words.editTitle(name) : words.newTitle}
      close={close}
      submit={submit}
      action={schedule ? words.save : words.create}
      working={form.working && common.loading}
      error={form.error}
      wide
    >
      {!schedule && (
        <>
          <Segments
            label={words.does}
            value={wish.task}
            onChange={(chosen) => edit({ task: chosen, ...(isOfVaults(chosen) ? {} : { vault: '' }) })}
            choices={SCHEDULE_TASKS.map((value) => ({ value, title: words.tasks[value] }))}
          />
          <Choice error={say('object')}>
            <Select
              label={words.what}
              value={wish.vault === '' ? (wish.object === '' ? null : `object ${wish.object}`) : `vault ${wish.vault}`}
              onChange={(chosen) => {
                const at = chosen.indexOf(' ');
                const chosenName = chosen.slice(at + 1);
                edit(
                  chosen.startsWith('vault ') ? { vault: chosenName, object: '' } : { object: chosenName, vault: '' },
                );
              }}
              options={[
                ...objects.map((each) => ({ value: `object ${each.name}`, title: each.name })),
                ...(isOfVaults(wish.task)
                  ? vaults.map((each) => ({
                      value: `vault ${each.dir}`,
                      title: wish.task === 'verify' ? words.wholeVault(each.name) : words.allWithRules(each.name),
                    }))
                  : []),
              ]}
            />
          </Choice>
          {wish.task === 'retention' && <p className="faint">{words.retentionAbout}</p>}
        </>
      )}
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
            <Select label={words.day} value={wish.day} onChange={(day) => edit({ day })} options={dayOptions()} />
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
      {backup && <Levels wish={wish} edit={edit} />}
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
        {backup ? words.catchUp : words.catchUpCheck}
      </Tick>
      <TermFields wish={wish} edit={edit} say={say} />
      {preview.data && (
        <div className={styles.preview}>
          <b>{words.nextRuns}</b> <span className="faint">{words.inZone(preview.data.zone)}</span>
          <ol>
            {preview.data.coming.map(({ at, level }) => (
              <li key={at}>
                <span className="num">{format.date(at)}</span> {backup && RUN_LEVEL_WORDS[level]}
              </li>
            ))}
          </ol>
        </div>
      )}
    </DialogForm>
  );
};

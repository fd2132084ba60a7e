import { useState } from 'react';
import { SCHEDULE_TASKS, type ScheduleTask } from '../../../shared/contract/choices.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { Choice, DialogForm } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import type { ListedVault } from '../../stores/vaults.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { words as common } from '../../words/words.ts';
import { clockOf } from '../../words/zone.ts';
import { ComingRuns } from './coming-runs.tsx';
import { LevelFields } from './level-fields.tsx';
import { RhythmFields } from './rhythm-fields.tsx';
import {
  changedSchedule,
  cronOf,
  formOf,
  isOfVaults,
  NEW_SCHEDULE,
  RHYTHMS,
  type ScheduleField,
  type ScheduleForm,
  scheduleProblems,
  scheduleRequest,
  scheduleSubject,
  windowOf,
} from './schedule-form.ts';
import styles from './schedules.module.css';
import { TermFields } from './term-fields.tsx';
import { ZoneField } from './zone-field.tsx';

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
  const [opened] = useState<ScheduleForm>(
    schedule
      ? formOf(schedule)
      : {
          ...NEW_SCHEDULE,
          task,
          object: only ?? '',
          ...(task === 'backup' ? {} : { rhythm: 'weekly', time: '06:00' }),
        },
  );
  const [wish, setWish] = useState(opened);
  const form = useSubmission();
  const vault = objects.find(({ name }) => name === wish.object)?.vault;
  const sealed = vaults.some(
    ({ id, dir, sealed: isSealed }) => (wish.vault === '' ? id === vault?.id : dir === wish.vault) && isSealed,
  );
  const name = wish.vault === '' ? wish.object : (vaults.find(({ dir }) => dir === wish.vault)?.name ?? wish.vault);
  const backup = wish.task === 'backup';
  const cron = cronOf(wish);
  const zone = wish.zone === '' ? {} : { zone: wish.zone };
  const preview = useQuery(
    'schedule.preview',
    cron === null
      ? null
      : { cron, ...zone, window: windowOf(wish), ...(backup ? { level: wish.level, rules: [...wish.rules] } : {}) },
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
      if (schedule)
        await change('schedule.update', { schedule: schedule.id, ...changedSchedule(wish, opened, sealed) });
      else await change('schedule.add', { ...scheduleSubject(wish), ...scheduleRequest(wish, sealed) });
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
      aside={
        preview.data ? (
          <section className={styles.preview}>
            <h3>{words.nextRuns}</h3>
            <p className="faint">{words.inZone(clockOf(preview.data.zone).zone)}</p>
            <ComingRuns runs={preview.data.coming} zone={preview.data.zone} backup={backup} />
          </section>
        ) : null
      }
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
      <RhythmFields wish={wish} edit={edit} say={say} />
      <ZoneField value={wish.zone} onChange={(zone) => edit({ zone })} />
      {backup && <LevelFields wish={wish} edit={edit} />}
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
    </DialogForm>
  );
};

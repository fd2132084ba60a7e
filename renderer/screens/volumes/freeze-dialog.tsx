import { useRef, useState } from 'react';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Countdown } from '../../components/countdown.tsx';
import { DialogForm, Group, Pair } from '../../components/dialog-form.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { words as common } from '../../words/words.ts';
import { FIRST_FREEZE, type FreezeField, type FreezeForm, freezeProblems, freezeRequest } from './freeze-form.ts';
import styles from './volumes.module.css';

interface FreezeDialogProps {
  readonly volumes: readonly VolumeView[];
  /** Ticked at first. */
  readonly ticked: readonly string[];
  readonly close: () => void;
}

/** Which volumes are frozen together, and how they come to a consistent state first. */
export const FreezeDialog = ({ volumes, ticked, close }: FreezeDialogProps) => {
  const [wish, setWish] = useState<FreezeForm>({ ...FIRST_FREEZE, volumes: ticked });
  const form = useSubmission();
  const aborter = useRef(new AbortController());
  const [announcedFor, setAnnouncedFor] = useState<string | null>(null);
  const problems = freezeProblems(wish);
  const say = (field: FreezeField) => {
    const problem = problems[field];
    return problem && form.tried ? words.freezeProblems[problem] : null;
  };
  const edit = (part: Partial<FreezeForm>) => setWish({ ...wish, ...part });
  const leave = () => {
    aborter.current.abort();
    close();
  };
  const freeze = () =>
    form.submit(Object.keys(problems).length === 0, async () => {
      const { signal } = aborter.current;
      const onEvent = (event: ConsoleEvent) => {
        if (event.event === 'notice') setAnnouncedFor(event.state === 'announced' ? event.at : null);
      };
      const { tookMs } = await change('snapshot.create', freezeRequest(wish), { signal, onEvent });
      announce(words.frozen(tookMs), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.freezeTitle}
      close={leave}
      submit={freeze}
      action={words.freezeNow}
      working={form.working && words.freezing}
      error={form.error}
      cancel={form.working ? (announcedFor === null ? words.stopWaiting : common.notice.callOff) : undefined}
    >
      <p className="quiet">{words.freezeAbout}</p>
      <Group title={words.freezeVolumes} error={say('volumes')}>
        <div className={styles.ticks}>
          {volumes.map(({ id, name, size, state }) => (
            <Tick
              key={id}
              checked={wish.volumes.includes(name)}
              disabled={state === 'missing'}
              onChange={(on) =>
                edit({ volumes: on ? [...wish.volumes, name] : wish.volumes.filter((one) => one !== name) })
              }
            >
              <span>
                {name} <span className="faint num">{format.bytes(size)}</span>
              </span>
            </Tick>
          ))}
        </div>
      </Group>
      <Tick checked={wish.quiet} onChange={(quiet) => edit({ quiet })}>
        <span>
          {words.quiet} <span className="faint">{words.quietAbout}</span>
        </span>
      </Tick>
      {wish.quiet && (
        <Pair>
          <Field
            label={words.quietMs}
            value={wish.quietMs}
            onChange={(quietMs) => edit({ quietMs })}
            error={say('quietMs')}
            mono
          />
          <Field
            label={words.deadlineMs}
            value={wish.deadlineMs}
            onChange={(deadlineMs) => edit({ deadlineMs })}
            error={say('deadlineMs')}
            mono
          />
        </Pair>
      )}
      <Tick checked={wish.notice} onChange={(notice) => edit({ notice })}>
        <span>
          {words.notice} <span className="faint">{words.noticeAbout}</span>
        </span>
      </Tick>
      {wish.notice && (
        <Field
          label={words.noticeS}
          value={wish.noticeS}
          onChange={(noticeS) => edit({ noticeS })}
          error={say('noticeS')}
          mono
        />
      )}
      <Fold title={words.hooks}>
        <p className="quiet">{words.hooksAbout}</p>
        <Field
          label={words.pre}
          value={wish.pre}
          onChange={(pre) => edit({ pre })}
          placeholder="fsfreeze -f /mnt/disk1"
          mono
        />
        <Field
          label={words.post}
          value={wish.post}
          onChange={(post) => edit({ post })}
          placeholder="fsfreeze -u /mnt/disk1"
          mono
        />
      </Fold>
      {announcedFor !== null && (
        <p role="status">
          {words.announcedFor(format.clock(announcedFor))} <Countdown at={announcedFor} />
        </p>
      )}
    </DialogForm>
  );
};

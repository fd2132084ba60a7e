import { useRef, useState } from 'react';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
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
  const [form, setForm] = useState<FreezeForm>({ ...FIRST_FREEZE, volumes: ticked });
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [working, setWorking] = useState(false);
  const aborter = useRef<AbortController | null>(null);
  const problems = freezeProblems(form);
  const say = (field: FreezeField) => {
    const problem = problems[field];
    return problem && tried ? words.freezeProblems[problem] : null;
  };
  const edit = (part: Partial<FreezeForm>) => setForm({ ...form, ...part });
  const leave = () => {
    aborter.current?.abort();
    close();
  };
  const freeze = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const own = new AbortController();
    aborter.current = own;
    setWorking(true);
    setError(null);
    try {
      const { tookMs } = await change('snapshot.create', freezeRequest(form), { signal: own.signal });
      announce(words.frozen(tookMs), 'good');
      close();
    } catch (thrown) {
      if (!own.signal.aborted) setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog title={words.freezeTitle} close={leave}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void freeze();
        }}
      >
        <p className="quiet">{words.freezeAbout}</p>
        <fieldset className={styles.group}>
          <legend>{words.freezeVolumes}</legend>
          <div className={styles.ticks}>
            {volumes.map(({ id, name, size, state }) => (
              <Tick
                key={id}
                checked={form.volumes.includes(name)}
                disabled={state === 'missing'}
                onChange={(on) =>
                  edit({ volumes: on ? [...form.volumes, name] : form.volumes.filter((one) => one !== name) })
                }
              >
                <span>
                  {name} <span className="faint num">{format.bytes(size)}</span>
                </span>
              </Tick>
            ))}
          </div>
          {say('volumes') && (
            <p className={styles.wrong} role="alert">
              {say('volumes')}
            </p>
          )}
        </fieldset>
        <Tick checked={form.quiet} onChange={(quiet) => edit({ quiet })}>
          <span>
            {words.quiet} <span className="faint">{words.quietAbout}</span>
          </span>
        </Tick>
        {form.quiet && (
          <div className={styles.pair}>
            <Field
              label={words.quietMs}
              value={form.quietMs}
              onChange={(quietMs) => edit({ quietMs })}
              error={say('quietMs')}
              mono
            />
            <Field
              label={words.deadlineMs}
              value={form.deadlineMs}
              onChange={(deadlineMs) => edit({ deadlineMs })}
              error={say('deadlineMs')}
              mono
            />
          </div>
        )}
        <Fold title={words.hooks}>
          <p className="quiet">{words.hooksAbout}</p>
          <Field
            label={words.pre}
            value={form.pre}
            onChange={(pre) => edit({ pre })}
            placeholder="fsfreeze -f /mnt/disk1"
            mono
          />
          <Field
            label={words.post}
            value={form.post}
            onChange={(post) => edit({ post })}
            placeholder="fsfreeze -u /mnt/disk1"
            mono
          />
        </Fold>
        {error && <ErrorCard error={error} />}
        {working && <Loading>{words.freezing}</Loading>}
        <div className={styles.foot}>
          <Button onPress={leave}>{working ? words.stopWaiting : common.cancel}</Button>
          <Button look="primary" type="submit" isDisabled={working}>
            {words.freezeNow}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

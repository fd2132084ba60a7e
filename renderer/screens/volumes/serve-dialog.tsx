import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choices, Field } from '../../components/field.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { words as common } from '../../words/words.ts';
import { NBD_PORT, type ServeForm, serveProblem, serveRequest } from './serve-form.ts';
import styles from './volumes.module.css';

/** Where a volume is to be served. */
export const ServeDialog = ({ volume, close }: { volume: string; close: () => void }) => {
  const home = useQuery('place.roots', {}).data?.home.path;
  const [form, setForm] = useState<ServeForm>({ way: 'socket', socket: '', port: String(NBD_PORT) });
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [typed, setTyped] = useState(false);
  const now = { ...form, socket: typed || !home ? form.socket : `${home}/${volume}.sock` };
  const problem = serveProblem(now);
  const shown = problem && tried ? words.serveProblems[problem] : null;
  const edit = (part: Partial<ServeForm>) => {
    setForm({ ...now, ...part });
    setError(null);
  };
  const serve = async () => {
    setTried(true);
    if (problem) return;
    setWorking(true);
    setError(null);
    try {
      await change('volume.serve', serveRequest(volume, now));
      announce(words.servingNow(volume), 'good');
      close();
    } catch (thrown) {
      setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog title={words.serveTitle(volume)} close={close}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void serve();
        }}
      >
        <Choices
          label={words.serveWay}
          hideLabel
          value={now.way}
          onChange={(way) => edit({ way })}
          choices={[
            { value: 'socket', title: words.serveSocket, about: words.serveSocketAbout },
            { value: 'port', title: words.servePort, about: words.servePortAbout },
          ]}
        />
        {now.way === 'socket' ? (
          <Field
            label={words.socketPath}
            value={now.socket}
            onChange={(socket) => {
              setTyped(true);
              edit({ socket });
            }}
            error={shown}
            mono
          />
        ) : (
          <Field
            label={words.port}
            help={words.portHelp}
            value={now.port}
            onChange={(port) => edit({ port })}
            error={shown}
            mono
          />
        )}
        {error && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button onPress={close}>{common.cancel}</Button>
          <Button look="primary" type="submit" isDisabled={working}>
            {working ? words.working : words.serveNow}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

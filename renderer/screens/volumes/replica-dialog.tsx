import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choices, Field } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { replicasWords as words } from '../../words/replicas.ts';
import { words as common } from '../../words/words.ts';
import { type ReplicaField, type ReplicaForm, replicaFile, replicaProblems, replicaRequest } from './replica-form.ts';
import styles from './volumes.module.css';

interface ReplicaDialogProps {
  /** Names of volumes that can be followed, at least one. */
  readonly volumes: readonly string[];
  /** Names of replicas. */
  readonly taken: readonly string[];
  readonly close: () => void;
}

/** A volume gets a copy that follows it. */
export const ReplicaDialog = ({ volumes, taken, close }: ReplicaDialogProps) => {
  const [form, setForm] = useState<ReplicaForm>({ volume: volumes[0] ?? '', name: '', folder: '' });
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const problems = replicaProblems(form, taken);
  const edit = (part: Partial<ReplicaForm>) => {
    setForm({ ...form, ...part });
    setError(null);
  };
  const say = (field: ReplicaField) => {
    const problem = problems[field];
    return problem && (tried || problem === 'taken') ? words.problems[problem] : null;
  };
  const make = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    setWorking(true);
    setError(null);
    try {
      await change('replica.create', replicaRequest(form));
      announce(words.made(form.name), 'good');
      close();
    } catch (thrown) {
      setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog title={words.newTitle} close={close}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <p className="quiet">{words.newAbout}</p>
        {volumes.length > 1 && (
          <Choices
            label={words.of}
            value={form.volume}
            onChange={(volume) => edit({ volume })}
            choices={volumes.map((name) => ({ value: name, title: name }))}
          />
        )}
        <Field label={words.name} value={form.name} onChange={(name) => edit({ name })} error={say('name')} autoFocus />
        <FolderField
          label={words.folder}
          value={form.folder}
          onChange={(folder) => edit({ folder })}
          error={say('folder')}
          {...(form.folder && form.name ? { help: words.fileAt(replicaFile(form)) } : {})}
        />
        {error && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button onPress={close}>{common.cancel}</Button>
          <Button look="primary" type="submit" isDisabled={working}>
            {working ? words.making : words.make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

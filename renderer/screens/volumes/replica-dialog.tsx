import { useState } from 'react';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Choices, Field } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { replicasWords as words } from '../../words/replicas.ts';
import { type ReplicaField, type ReplicaForm, replicaFile, replicaProblems, replicaRequest } from './replica-form.ts';

interface ReplicaDialogProps {
  /** Names of volumes that can be followed, at least one. */
  readonly volumes: readonly string[];
  /** Names of replicas. */
  readonly taken: readonly string[];
  readonly close: () => void;
}

/** A volume gets a copy that follows it. */
export const ReplicaDialog = ({ volumes, taken, close }: ReplicaDialogProps) => {
  const [wish, setWish] = useState<ReplicaForm>({ volume: volumes[0] ?? '', name: '', folder: '' });
  const form = useSubmission();
  const problems = replicaProblems(wish, taken);
  const edit = (part: Partial<ReplicaForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const say = (field: ReplicaField) => {
    const problem = problems[field];
    return problem && (form.tried || problem === 'taken') ? words.problems[problem] : null;
  };
  const make = () =>
    form.submit(Object.keys(problems).length === 0, async () => {
      await change('replica.create', replicaRequest(wish));
      announce(words.made(wish.name), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.newTitle}
      close={close}
      submit={make}
      action={words.make}
      working={form.working && words.making}
      error={form.error}
    >
      <p className="quiet">{words.newAbout}</p>
      {volumes.length > 1 && (
        <Choices
          label={words.of}
          value={wish.volume}
          onChange={(volume) => edit({ volume })}
          choices={volumes.map((name) => ({ value: name, title: name }))}
        />
      )}
      <Field label={words.name} value={wish.name} onChange={(name) => edit({ name })} error={say('name')} autoFocus />
      <FolderField
        label={words.folder}
        value={wish.folder}
        onChange={(folder) => edit({ folder })}
        error={say('folder')}
        {...(wish.folder && wish.name ? { help: words.fileAt(replicaFile(wish)) } : {})}
      />
    </DialogForm>
  );
};

import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choices, Field, Segments } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { ErrorCard, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { go, href } from '../../stores/route.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { words as common } from '../../words/words.ts';
import {
  adoptRequest,
  createRequest,
  fieldOfError,
  imageOf,
  NEW_VOLUME,
  type VolumeField,
  type VolumeForm,
  volumeProblems,
} from './volume-form.ts';
import { VolumeOptions } from './volume-options.tsx';
import styles from './volumes.module.css';

/** A new image, or a disk that is there, becomes a volume. */
export const NewVolumeDialog = ({ taken, close }: { taken: readonly string[]; close: () => void }) => {
  const [form, setForm] = useState<VolumeForm>(NEW_VOLUME);
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const problems = volumeProblems(form, taken);
  const edit = (part: Partial<VolumeForm>) => {
    setForm({ ...form, ...part });
    setError(null);
  };
  const errorField = error && fieldOfError(error, form);
  const say = (field: VolumeField) => {
    if (error && errorField === field) return error.message;
    const problem = problems[field];
    return problem && (tried || problem === 'taken') ? words.volumeProblems[problem] : null;
  };
  const make = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    setWorking(true);
    setError(null);
    try {
      if (form.kind === 'new') await change('volume.create', createRequest(form));
      else await change('volume.adopt', adoptRequest(form));
      announce(words.made(form.name), 'good');
      close();
      go(href('volumes', form.name));
    } catch (thrown) {
      setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  const image = imageOf(form);
  return (
    <Dialog title={words.newTitle} close={close} wide>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Choices
          label={words.kind}
          hideLabel
          value={form.kind}
          onChange={(kind) => edit({ kind })}
          choices={[
            { value: 'new', title: words.kindNew, about: words.kindNewAbout },
            { value: 'adopt', title: words.kindAdopt, about: words.kindAdoptAbout },
          ]}
        />
        <div className={styles.pair}>
          <Field
            label={words.name}
            value={form.name}
            onChange={(name) => edit({ name })}
            error={say('name')}
            autoFocus
          />
          {form.kind === 'new' && (
            <Field
              label={words.sizeField}
              help={words.sizeHelp}
              value={form.size}
              onChange={(size) => edit({ size })}
              error={say('size')}
            />
          )}
        </div>
        {form.kind === 'new' ? (
          <>
            <Segments
              label={words.where}
              value={form.place}
              onChange={(place) => edit({ place })}
              choices={[
                { value: 'home', title: words.whereHome },
                { value: 'folder', title: words.whereFolder },
              ]}
            />
            {form.place === 'folder' && (
              <FolderField
                label={words.folder}
                value={form.folder}
                onChange={(folder) => edit({ folder })}
                error={say('folder')}
                {...(image && form.folder && form.name ? { help: words.imageAt(image) } : {})}
              />
            )}
          </>
        ) : (
          <>
            <FolderField
              label={words.file}
              value={form.file}
              onChange={(file) => edit({ file })}
              error={say('file')}
              files
            />
            <Notice title={words.adoptWarning}>{words.adoptWarningAbout}</Notice>
          </>
        )}
        <VolumeOptions form={form} edit={edit} say={say} />
        {error && !errorField && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button onPress={close}>{common.cancel}</Button>
          <Button look="primary" type="submit" isDisabled={working}>
            {working ? words.working : form.kind === 'new' ? words.make : words.adopt}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

import { useState } from 'react';
import { DialogForm, Pair } from '../../components/dialog-form.tsx';
import { Choices, Field, Segments } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { go, href } from '../../stores/route.ts';
import { useSubmission } from '../../stores/submission.ts';
import { volumesWords as words } from '../../words/volumes.ts';
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

/** A new image, or a disk that is there, becomes a volume. */
export const NewVolumeDialog = ({ taken, close }: { taken: readonly string[]; close: () => void }) => {
  const [wish, setWish] = useState<VolumeForm>(NEW_VOLUME);
  const form = useSubmission();
  const problems = volumeProblems(wish, taken);
  const edit = (part: Partial<VolumeForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const errorField = form.error && fieldOfError(form.error, wish);
  const say = (field: VolumeField) => {
    if (form.error && errorField === field) return form.error.message;
    const problem = problems[field];
    return problem && (form.tried || problem === 'taken') ? words.volumeProblems[problem] : null;
  };
  const make = () =>
    form.submit(Object.keys(problems).length === 0, async () => {
      if (wish.kind === 'new') await change('volume.create', createRequest(wish));
      else await change('volume.adopt', adoptRequest(wish));
      announce(words.made(wish.name), 'good');
      close();
      go(href('volumes', wish.name));
    });
  const image = imageOf(wish);
  return (
    <DialogForm
      title={words.newTitle}
      close={close}
      submit={make}
      action={wish.kind === 'new' ? words.make : words.adopt}
      working={form.working && words.working}
      error={errorField ? null : form.error}
      wide
    >
      <Choices
        label={words.kind}
        hideLabel
        value={wish.kind}
        onChange={(kind) => edit({ kind })}
        choices={[
          { value: 'new', title: words.kindNew, about: words.kindNewAbout },
          { value: 'adopt', title: words.kindAdopt, about: words.kindAdoptAbout },
        ]}
      />
      <Pair>
        <Field label={words.name} value={wish.name} onChange={(name) => edit({ name })} error={say('name')} autoFocus />
        {wish.kind === 'new' && (
          <Field
            label={words.sizeField}
            help={words.sizeHelp}
            value={wish.size}
            onChange={(size) => edit({ size })}
            error={say('size')}
          />
        )}
      </Pair>
      {wish.kind === 'new' ? (
        <>
          <Segments
            label={words.where}
            value={wish.place}
            onChange={(place) => edit({ place })}
            choices={[
              { value: 'home', title: words.whereHome },
              { value: 'folder', title: words.whereFolder },
            ]}
          />
          {wish.place === 'folder' && (
            <FolderField
              label={words.folder}
              value={wish.folder}
              onChange={(folder) => edit({ folder })}
              error={say('folder')}
              {...(image && wish.folder && wish.name ? { help: words.imageAt(image) } : {})}
            />
          )}
        </>
      ) : (
        <>
          <FolderField
            label={words.file}
            value={wish.file}
            onChange={(file) => edit({ file })}
            error={say('file')}
            files
          />
          <Notice title={words.adoptWarning}>{words.adoptWarningAbout}</Notice>
        </>
      )}
      <VolumeOptions form={wish} edit={edit} say={say} />
    </DialogForm>
  );
};

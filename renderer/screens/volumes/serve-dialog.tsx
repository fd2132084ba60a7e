import { useState } from 'react';
import { Choice, DialogForm, Group, Pair } from '../../components/dialog-form.tsx';
import { Choices, Field, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { servingWords as words } from '../../words/serving.ts';
import {
  FIRST_PLACE,
  isLoopback,
  type ServeField,
  type ServeForm,
  type ServeSubject,
  serveProblems,
  serveRequest,
  socketName,
} from './serve-form.ts';

const titleOf = (subject: ServeSubject): string =>
  subject.kind === 'set' ? words.setTitle(subject.volume, subject.object) : words.title(subject.name);

interface PartProps {
  readonly wish: ServeForm;
  readonly edit: (part: Partial<ServeForm>) => void;
  readonly say: (field: ServeField) => string | null;
}

/** Whether a block set may be written to, and where that goes. */
const Writes = ({ wish, edit, say }: PartProps) => (
  <>
    <Choices
      label={words.writes}
      value={wish.writes}
      onChange={(writes) => edit({ writes })}
      choices={(['none', 'private', 'kept'] as const).map((value) => ({ value, ...words.writesWays[value] }))}
    />
    {wish.writes === 'kept' && (
      <FolderField
        label={words.overlay}
        value={wish.overlay}
        onChange={(overlay) => edit({ overlay })}
        error={say('overlay')}
        help={words.overlayHelp}
        files
      />
    )}
  </>
);

const Port = ({ wish, edit, say }: PartProps) => (
  <>
    <Pair>
      <Field
        label={words.host}
        help={isLoopback(wish.host) ? words.hostHelp : words.hostOpen}
        value={wish.host}
        onChange={(host) => edit({ host })}
        error={say('host')}
        mono
      />
      <Field
        label={words.port}
        help={words.portHelp}
        value={wish.port}
        onChange={(port) => edit({ port })}
        error={say('port')}
        mono
      />
    </Pair>
    <Choice>
      <FolderField
        label={words.keys}
        value={wish.pskFile}
        onChange={(pskFile) => edit({ pskFile })}
        error={say('pskFile')}
        help={words.keysHelp}
        files
      />
    </Choice>
  </>
);

/** Other volumes that clients reach at the same place, each by its name. */
const Also = ({ name, wish, edit }: Pick<PartProps, 'wish' | 'edit'> & { name: string }) => {
  const { data } = useQuery('volume.list', {});
  const others = (data?.volumes ?? []).filter((volume) => volume.name !== name && volume.state !== 'missing');
  if (others.length === 0) return null;
  return (
    <Group title={words.also}>
      {others.map((volume) => (
        <Tick
          key={volume.name}
          checked={wish.also.includes(volume.name)}
          onChange={(on) =>
            edit({ also: on ? [...wish.also, volume.name] : wish.also.filter((each) => each !== volume.name) })
          }
        >
          {volume.name}
        </Tick>
      ))}
      <span className="second">{words.alsoHelp}</span>
    </Group>
  );
};

/** Where something is to be served, and of a block set whether it may be written to. */
export const ServeDialog = ({ subject, close }: { subject: ServeSubject; close: () => void }) => {
  const places = useQuery('place.roots', {});
  const home = places.data?.home.path;
  const [given, setGiven] = useState<ServeForm>(FIRST_PLACE);
  const [typed, setTyped] = useState(false);
  const form = useSubmission();
  const wish = { ...given, socket: typed || !home ? given.socket : `${home}/${socketName(subject)}` };
  const problems = serveProblems(wish);
  const say = (field: ServeField) => {
    const problem = problems[field];
    return problem && form.tried ? words.problems[problem] : null;
  };
  const edit = (part: Partial<ServeForm>) => {
    setGiven({ ...wish, ...part });
    form.forget();
  };
  const serve = () =>
    form.submit(Object.keys(problems).length === 0, async () => {
      const { procedure, input } = serveRequest(subject, wish);
      const { exports } = await change(procedure, input);
      announce(words.servedNow(exports.map((one) => one.export).join(', ')), 'good');
      close();
    });
  const parts = { wish, edit, say };
  return (
    <DialogForm
      title={titleOf(subject)}
      close={close}
      submit={serve}
      action={words.serve}
      working={form.working && words.working}
      error={form.error}
      wide={subject.kind === 'set'}
    >
      {subject.kind !== 'volume' && <p className="quiet">{words.about[subject.kind]}</p>}
      {subject.kind === 'set' && <Writes {...parts} />}
      <Choices
        label={words.way}
        hideLabel={subject.kind !== 'set'}
        value={wish.way}
        onChange={(way) => edit({ way })}
        choices={(['socket', 'port'] as const).map((value) => ({ value, ...words.ways[value] }))}
      />
      {wish.way === 'socket' && places.loading && <Loading />}
      {wish.way === 'socket' && !places.loading && (
        <Field
          label={words.socket}
          value={wish.socket}
          onChange={(socket) => {
            setTyped(true);
            edit({ socket });
          }}
          error={say('socket')}
          mono
        />
      )}
      {wish.way === 'port' && <Port {...parts} />}
      {subject.kind === 'volume' && <Also name={subject.name} wish={wish} edit={edit} />}
    </DialogForm>
  );
};

import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { printable } from '../../../shared/model/printable.ts';
import { UNPROTECTED_TYPES } from '../../../shared/model/selection.ts';
import { Button } from '../../components/button.tsx';
import { Consent, Dialog } from '../../components/dialog.tsx';
import { DialogForm, Group } from '../../components/dialog-form.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Facts } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { SharedDisk } from '../../components/shared-disk.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { withRoot } from '../../stores/protect-draft.ts';
import { useReturnedFocus } from '../../stores/returned-focus.ts';
import { href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import type { SharedPlaces } from '../../stores/shared-disk.ts';
import { useSubmission } from '../../stores/submission.ts';
import { objectWords as words } from '../../words/object.ts';
import { protectWords, TYPE_WORDS } from '../../words/protect.ts';
import { RuleField } from '../protect/rule-field.tsx';
import { changedObject, noticeTyped, type ObjectForm, objectForm, typedNotice } from './object-form.ts';
import styles from './overview.module.css';

interface PartProps {
  readonly object: ObjectView;
  readonly shared: SharedPlaces;
  readonly remove: () => void;
  readonly close: () => void;
}

const Remove = ({ remove }: { remove: () => void }) => (
  <div>
    <Button look="danger" onPress={remove}>
      {words.remove}
    </Button>{' '}
    <span className="faint">{words.removeHint}</span>
  </div>
);

/** What an object of folders takes and leaves out. */
const Folders = ({ object, shared, remove, close }: PartProps) => {
  const [wish, setWish] = useState<ObjectForm>(() => objectForm(object));
  const form = useSubmission();
  const { roots, unprotect, exclude, more } = wish;
  const edit = (part: Partial<ObjectForm>) => {
    setWish({ ...wish, ...part });
    form.forget();
  };
  const isPath = more.startsWith('/');
  const add = () => isPath && edit({ roots: withRoot(roots, { path: more }, true), more: '' });
  const save = () =>
    form.submit(roots.length > 0 && more === '', async () => {
      await change('object.update', { object: object.name, ...changedObject(object, wish) });
      announce(words.changed(object.name), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.title(object.name)}
      close={close}
      submit={save}
      action={words.save}
      working={form.working && words.working}
      error={form.error}
      wide
    >
      <p className="quiet">{words.about}</p>
      <SharedDisk shared={shared} stands />
      <Group title={words.folders} error={form.tried && roots.length === 0 ? protectWords.problems.roots : null}>
        <ul className={styles.roots}>
          {roots.map((root) => (
            <li key={root.pathBase64 ?? root.path}>
              <span className="num">{printable(root.path)}</span>
              <Button
                look="icon"
                aria-label={protectWords.remove(printable(root.path))}
                onPress={() => edit({ roots: withRoot(roots, root, false) })}
              >
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      </Group>
      <FolderField
        label={words.another}
        value={more}
        onChange={(path) => edit({ more: path })}
        error={more !== '' && form.tried ? words.notAdded : null}
      />
      <div>
        <Button isDisabled={!isPath} onPress={add}>
          <Plus aria-hidden /> {words.add}
        </Button>
      </div>
      <Group title={protectWords.types}>
        {UNPROTECTED_TYPES.filter((type) => type !== 'free').map((type) => (
          <div key={type}>
            <Tick
              checked={unprotect.includes(type)}
              onChange={(on) =>
                edit({ unprotect: UNPROTECTED_TYPES.filter((each) => (each === type ? on : unprotect.includes(each))) })
              }
            >
              <span>
                {TYPE_WORDS[type].title} <span className="faint">{TYPE_WORDS[type].about}</span>
              </span>
            </Tick>
          </div>
        ))}
      </Group>
      <Group title={protectWords.own}>
        {exclude.map((pattern, place) => (
          <RuleField
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place while it is typed.
            key={place}
            pattern={pattern}
            roots={roots}
            put={(to) => edit({ exclude: exclude.map((each, index) => (index === place ? to : each)) })}
            remove={() => edit({ exclude: exclude.filter((_, index) => index !== place) })}
          />
        ))}
        <Button look="ghost" onPress={() => edit({ exclude: [...exclude, ''] })}>
          <Plus aria-hidden /> {protectWords.addRule}
        </Button>
      </Group>
      <Remove remove={remove} />
    </DialogForm>
  );
};

const Made = ({ volumes, sources }: Pick<ObjectView, 'volumes' | 'sources'>) => (
  <>
    <p className="quiet">{words.aboutVolumes}</p>
    <Facts>
      <dt>{words.volumes}</dt>
      <dd>
        {volumes.map((name) => {
          const uri = sources.find(({ volume }) => volume === name)?.uri;
          return (
            <div key={name} className={styles.volume}>
              {uri === undefined ? <a href={href('volumes', name)}>{name}</a> : printable(`${name} (${uri})`)}
            </div>
          );
        })}
      </dd>
    </Facts>
  </>
);

/** An object of volumes of other servers, which nothing freezes. */
const Exports = ({ object, remove, close }: PartProps) => (
  <Dialog title={words.title(object.name)} close={close} actions={<Button onPress={close}>{words.close}</Button>}>
    <Made {...object} />
    <Remove remove={remove} />
  </Dialog>
);

/** What an object of volumes is made of, which stays, and the notice before they are frozen. */
const Volumes = ({ object, remove, close }: PartProps) => {
  const [notice, setNotice] = useState(noticeTyped(object));
  const form = useSubmission();
  const noticeMs = typedNotice(notice);
  const save = () =>
    form.submit(noticeMs !== undefined, async () => {
      await change('object.update', { object: object.name, noticeMs });
      announce(words.changed(object.name), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.title(object.name)}
      close={close}
      submit={save}
      action={words.save}
      working={form.working && words.working}
      error={form.error}
    >
      <Made {...object} />
      <Field
        label={words.notice}
        value={notice}
        onChange={setNotice}
        error={form.tried && noticeMs === undefined ? words.noticeProblem : null}
        help={words.noticeHelp}
        mono
      />
      <Remove remove={remove} />
    </DialogForm>
  );
};

const partOf = ({ kind, volumes, sources }: ObjectView) => {
  if (kind === 'files') return Folders;
  return sources.length === volumes.length ? Exports : Volumes;
};

/** One object: what it takes, and the way to end its protection. */
export const ObjectDialog = ({ name, close }: { name: string; close: () => void }) => {
  useReturnedFocus();
  const { data, error, reload } = useQuery('object.show', { object: name });
  const schedules = useQuery('schedule.list', { object: name }).data?.schedules.length ?? 0;
  const [first, setFirst] = useState<ObjectView | null>(null);
  const [removing, setRemoving] = useState(false);
  // What is there when it opens is what is changed.
  if (first === null && data) setFirst(data.object);
  const remove = () =>
    change('object.remove', { object: name }).then(() => {
      announce(words.removed(name), 'good');
      close();
    }, said);
  if (first === null || data === null) {
    return (
      <Dialog title={words.title(name)} close={close}>
        {error ? <ErrorCard error={error} retry={reload} /> : <Loading />}
      </Dialog>
    );
  }
  if (removing) {
    return (
      <Consent
        title={words.removeTitle(name)}
        consent={words.removeConsent}
        keep={words.removeKeep(name)}
        close={() => setRemoving(false)}
        onConsent={() => void remove()}
      >
        <p>{words.removeAbout(name, schedules)}</p>
        <p>{printable(words.removeKeeps(data.sets, first.vault.dir, name))}</p>
      </Consent>
    );
  }
  const Part = partOf(first);
  return <Part object={first} shared={data.sharedDisk} remove={() => setRemoving(true)} close={close} />;
};

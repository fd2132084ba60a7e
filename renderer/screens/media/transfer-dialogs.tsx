import { useState } from 'react';
import type { LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Field, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { prefer } from '../../stores/preferences.ts';
import { go, href } from '../../stores/route.ts';
import { startJob } from '../../stores/start-job.ts';
import { useSubmission } from '../../stores/submission.ts';
import { mediaWords as words } from '../../words/media.ts';
import { welcomeWords } from '../../words/welcome.ts';

interface DialogProps {
  readonly vault: string;
  readonly close: () => void;
}

const follow = (id: string): void => go(href('jobs', id));

/** Makes one file of a tape. */
export const ExportDialog = ({ tape, vault, close }: DialogProps & { tape: TapeView }) => {
  const [folder, setFolder] = useState('');
  const [name, setName] = useState(`${tape.barcode}.tap`);
  const form = useSubmission();
  const wrong = folder.startsWith('/') ? null : words.folderWanted;
  const badName = name !== '' && !name.includes('/') ? null : words.nameWanted;
  return (
    <DialogForm
      title={words.exportTitle(tape.barcode)}
      close={close}
      action={words.exportIt}
      working={form.working && words.starting}
      error={form.error}
      submit={() =>
        form.submit(wrong === null && badName === null, async () => {
          const file = `${folder.replace(/\/+$/, '')}/${name}`;
          follow(await startJob('tape.export', { tape: tape.id, vault, file }));
        })
      }
    >
      <p className="quiet">{words.exportAbout}</p>
      <FolderField label={words.folder} value={folder} onChange={setFolder} error={form.tried ? wrong : null} />
      <Field label={words.fileName} value={name} onChange={setName} mono error={form.tried ? badName : null} />
    </DialogForm>
  );
};

/** Puts the file of a tape into the library, or makes a vault of its own of one that is of another vault. */
export const ImportDialog = ({ vault, close }: DialogProps) => {
  const [file, setFile] = useState('');
  const [partial, setPartial] = useState(false);
  const [foreign, setForeign] = useState(false);
  const [folder, setFolder] = useState('');
  const form = useSubmission();
  const wrong = file.startsWith('/') ? null : words.fileWanted;
  const badFolder = !foreign || folder.startsWith('/') ? null : words.folderWanted;
  const submit = async (): Promise<void> => {
    if (foreign) await openAsVault(folder, file);
    else follow(await startJob('tape.import', { vault, file, partial }));
    close();
  };
  return (
    <DialogForm
      title={words.importTitle}
      close={close}
      action={foreign ? words.openAsVault : words.importIt}
      working={form.working && (foreign ? words.opening : words.starting)}
      error={form.error}
      submit={() => form.submit(wrong === null && badFolder === null, submit)}
    >
      <p className="quiet">{foreign ? words.foreignAbout : words.importAbout}</p>
      <FolderField files label={words.file} value={file} onChange={setFile} error={form.tried ? wrong : null} />
      <Tick checked={foreign} onChange={setForeign}>
        {words.ofAnotherVault}
      </Tick>
      {foreign ? (
        <FolderField
          label={words.folderOfVault}
          value={folder}
          onChange={setFolder}
          error={form.tried ? badFolder : null}
        />
      ) : (
        <Tick checked={partial} onChange={setPartial}>
          {words.partial}
        </Tick>
      )}
    </DialogForm>
  );
};

const openAsVault = async (dir: string, file: string): Promise<void> => {
  const { vault, sets, incompleteSets, warnings } = await change('vault.open', { dir, tapes: [file] });
  announce(welcomeWords.opened(vault.name, sets), 'good');
  if (incompleteSets > 0 || warnings.length > 0) announce(welcomeWords.openedInPart(incompleteSets, warnings), 'bad');
  prefer({ vault: vault.dir });
};

/** Copies what lies on a tape onto an empty one. */
export const CopyDialog = ({
  tape,
  library: { tapes, drives, changer },
  vault,
  close,
}: DialogProps & { tape: TapeView; library: LibraryView }) => {
  const free = tapes.filter(
    ({ id, state, writeProtected }) => id !== tape.id && !writeProtected && (state === 'blank' || state === 'labelled'),
  );
  const drivesLack = changer && drives.length < 2;
  const [to, setTo] = useState<string | null>(drivesLack ? null : (free[0]?.id ?? null));
  const form = useSubmission();
  return (
    <DialogForm
      title={words.copyTitle(tape.barcode)}
      close={close}
      action={words.copyIt}
      working={(form.working && words.starting) || (to === null && words.copyIt)}
      error={form.error}
      submit={() =>
        form.submit(to !== null, async () =>
          follow(await startJob('tape.copy', { tape: tape.id, vault, to: to as string })),
        )
      }
    >
      <p className="quiet">{changer ? `${words.copyAbout} ${words.copyInDrives}` : words.copyAbout}</p>
      {drivesLack || free.length === 0 ? (
        <p role="alert">{words.cannotCopy(drivesLack ? 'one drive' : changer ? 'changer' : 'files')}</p>
      ) : (
        <Select
          label={words.copyTo}
          value={to}
          onChange={setTo}
          options={free.map(({ id, barcode, slot }) => ({ value: id, title: words.tapeOption(barcode, slot) }))}
        />
      )}
    </DialogForm>
  );
};

import { useState } from 'react';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { mediaWords as words } from '../../words/media.ts';

interface ShelfDialogProps {
  readonly tape: TapeView;
  readonly vault: string;
  readonly close: () => void;
}

/** Notes where a person keeps a tape that is out of the library. */
export const ShelfDialog = ({ tape, vault, close }: ShelfDialogProps) => {
  const [place, setPlace] = useState(tape.shelf ?? '');
  const form = useSubmission();
  const note = () =>
    form.submit(true, async () => {
      const shelf = place.trim() === '' ? null : place.trim();
      await change('tape.shelve', { tape: tape.id, vault, shelf });
      announce(words.shelved(tape.barcode, shelf), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.shelfTitle(tape.barcode)}
      close={close}
      submit={note}
      action={words.shelfIt}
      working={form.working && words.starting}
      error={form.error}
    >
      <p className="quiet">{words.shelfAbout}</p>
      <Field label={words.shelfPlace} value={place} onChange={setPlace} help={words.shelfHint} />
    </DialogForm>
  );
};

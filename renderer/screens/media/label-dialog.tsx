import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { Button } from '../../components/button.tsx';
import { DialogForm } from '../../components/dialog-form.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { cleaningWords } from '../../words/cleaning.ts';
import { mediaWords as words } from '../../words/media.ts';
import { addCleaningTape } from './cleaning-acts.ts';

/** A tape is labelled for good, so it is said first what that does. */
export const LabelDialog = ({ library, close }: { library: LibraryView; close: () => void }) => {
  const form = useSubmission();
  const { vault, slots, tapes, cleaning } = library;
  const forCleaning = new Set(cleaning.tapes.map(({ slot }) => slot));
  const free = slots.filter(({ tape, number }) => tape === null && !forCleaning.has(number)).length;
  const empty = tapes.filter(({ state, away }) => (state === 'blank' || state === 'labelled') && !away).length;
  const label = () =>
    form.submit(true, async () => {
      const { tapes: labelled } = await change('tape.label', { vault });
      announce(words.labelled(labelled.map(({ barcode }) => barcode).join(', ')), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.labelTitle}
      close={close}
      submit={label}
      action={words.labelIt}
      working={form.working && words.starting}
      error={form.error}
    >
      <p className="quiet">{words.labelAbout}</p>
      <p>{words.labelRoom(empty, free)}</p>
      <p className="quiet">{cleaningWords.addAbout}</p>
      <Button onPress={() => addCleaningTape(vault).then(close)}>{cleaningWords.add}</Button>
    </DialogForm>
  );
};

import { useState } from 'react';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { today } from '../../stores/today.ts';
import { format } from '../../words/format.ts';
import { retentionWords as words } from '../../words/retention.ts';
import { words as common } from '../../words/words.ts';
import { endOfDay } from './kept-until.ts';

/** Asks until what day a set is kept, whatever the rules say. */
export const KeepDialog = ({ set, close }: { set: string; close: () => void }) => {
  const [day, setDay] = useState('');
  const form = useSubmission();
  const until = endOfDay(day);
  const wrong = until === null || day < today();
  const submit = () =>
    form.submit(!wrong, async () => {
      await change('retention.keep', { set, until: until ?? '' });
      announce(words.keeping(set, format.day(`${day}T12:00:00`)), 'good');
      close();
    });
  return (
    <DialogForm
      title={words.keepTitle(set)}
      close={close}
      submit={submit}
      action={words.keepAct}
      working={form.working && common.loading}
      error={form.error}
    >
      <Field
        label={words.keepDay}
        type="date"
        value={day}
        onChange={(typed) => {
          setDay(typed);
          form.forget();
        }}
        error={form.tried && wrong ? words.keepWrong : null}
        help={words.keepAbout}
        autoFocus
      />
    </DialogForm>
  );
};

import { useState } from 'react';
import { usePassphraseQuestion } from '../stores/passphrases.ts';
import { words } from '../words/words.ts';
import { DialogForm } from './dialog-form.tsx';
import { Field } from './field.tsx';

/** Asks for the passphrase of a sealed vault whenever a call needs it. */
export const PassphrasePrompt = () => {
  const { question } = usePassphraseQuestion();
  const [typed, setTyped] = useState('');
  if (!question) return null;
  const answer = (passphrase: string | null) => {
    setTyped('');
    question.answer(passphrase);
  };
  return (
    <DialogForm
      title={words.passphrase.title}
      close={() => answer(null)}
      submit={() => {
        if (typed === '') return;
        setTyped('');
        question.answer(typed);
      }}
      action={words.passphrase.open}
      working={question.trying && words.passphrase.trying}
    >
      <p className="quiet">{words.passphrase.about(question.vault)}</p>
      <Field
        label={words.passphrase.label}
        type="password"
        value={typed}
        onChange={setTyped}
        error={question.wrong && typed === '' ? words.passphrase.wrong : null}
        help={words.passphrase.codeToo}
        autoFocus
      />
    </DialogForm>
  );
};

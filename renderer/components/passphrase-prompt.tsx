import { useState } from 'react';
import { usePassphraseQuestion } from '../stores/passphrases.ts';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
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
    <Dialog title={words.passphrase.title} close={() => answer(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed) answer(typed);
        }}
      >
        <p className="quiet">{words.passphrase.about(question.vault)}</p>
        <Field
          label={words.passphrase.label}
          type="password"
          value={typed}
          onChange={setTyped}
          error={question.wrong && typed === '' ? words.passphrase.wrong : null}
          autoFocus
        />
        <p>
          <Button onPress={() => answer(null)}>{words.cancel}</Button>{' '}
          <Button look="primary" type="submit" isDisabled={typed === ''}>
            {words.passphrase.open}
          </Button>
        </p>
      </form>
    </Dialog>
  );
};

import { useState } from 'react';
import { announce } from '../stores/announcements.ts';
import { protectWords } from '../words/protect.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Tick } from './field.tsx';
import styles from './recovery-code.module.css';

const words = protectWords.recovery;

/** Shows the recovery code of a new vault, once, and goes on when it was written down. */
export const RecoveryCode = ({ code, done }: { code: string; done: () => void }) => {
  const [noted, setNoted] = useState(false);
  return (
    <Dialog
      title={words.title}
      close={() => undefined}
      demanding
      actions={
        <>
          <Button onPress={() => void navigator.clipboard?.writeText(code).then(() => announce(words.copied))}>
            {words.copy}
          </Button>
          <Button look="primary" isDisabled={!noted} onPress={done}>
            {words.goOn}
          </Button>
        </>
      }
    >
      <p className="quiet">{words.about}</p>
      <code className={styles.code}>{code}</code>
      <Tick checked={noted} onChange={setNoted}>
        {words.noted}
      </Tick>
    </Dialog>
  );
};

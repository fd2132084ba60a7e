import { useState } from 'react';
import { announce } from '../stores/announcements.ts';
import { useShownCode } from '../stores/recovery-code.ts';
import { recoveryWords as words } from '../words/recovery.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Tick } from './field.tsx';
import styles from './recovery-code.module.css';

const copy = (code: string) =>
  navigator.clipboard.writeText(code).then(
    () => announce(words.copied, 'good'),
    () => announce(words.copyFailed, 'bad'),
  );

/** Shows a recovery code above whatever screen there is, and goes on when it was written down, or given up. */
export const RecoveryCode = () => {
  const { shown } = useShownCode();
  return shown && <OneCode key={shown.code} {...shown} />;
};

const OneCode = ({ code, vault, skipped, done }: NonNullable<ReturnType<typeof useShownCode.getState>['shown']>) => {
  const [noted, setNoted] = useState(false);
  const [leaving, setLeaving] = useState(false);
  if (leaving)
    return (
      <Dialog
        title={words.leaveTitle}
        close={() => setLeaving(false)}
        demanding
        actions={
          <>
            <Button look="danger" onPress={done}>
              {words.without}
            </Button>
            <Button look="primary" onPress={() => setLeaving(false)} autoFocus>
              {words.show}
            </Button>
          </>
        }
      >
        <p className="quiet">{words.leaveAbout}</p>
      </Dialog>
    );
  return (
    <Dialog
      title={words.title}
      close={() => setLeaving(true)}
      demanding
      actions={
        <>
          <Button look="ghost" onPress={() => setLeaving(true)}>
            {words.without}
          </Button>
          <Button look="primary" isDisabled={!noted} onPress={done}>
            {words.goOn}
          </Button>
        </>
      }
    >
      <div className={styles.paper}>
        <p className={styles.only}>{words.paper}</p>
        <code className={styles.code}>{code}</code>
        <p className={styles.only}>{words.about(vault)}</p>
      </div>
      <div className={styles.ways}>
        <Button onPress={() => copy(code)}>{words.copy}</Button>
        <Button onPress={() => window.print()}>{words.print}</Button>
      </div>
      <p className="quiet">{words.about(vault)}</p>
      {skipped.length > 0 && (
        <div className="quiet">
          <p>{words.skipped}</p>
          <ul className={styles.tapes}>
            {skipped.map(({ tape, reason }) => (
              <li key={tape}>{words.tape(tape, reason)}</li>
            ))}
          </ul>
        </div>
      )}
      <Tick checked={noted} onChange={setNoted}>
        {words.noted}
      </Tick>
      <p className="faint">{words.again}</p>
    </Dialog>
  );
};

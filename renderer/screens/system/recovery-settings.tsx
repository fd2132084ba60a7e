import { useState } from 'react';
import type { VaultView } from '../../../shared/contract/vaults.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { Card, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { makeRecoveryCode } from '../../stores/recovery-code.ts';
import { said } from '../../stores/said.ts';
import { useShown } from '../../stores/submission.ts';
import { recoveryWords as words } from '../../words/recovery.ts';
import styles from './system.module.css';

const MakeDialog = ({ vault, close }: { vault: VaultView; close: () => void }) => {
  const [passphrase, setPassphrase] = useState('');
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const shown = useShown();
  const [error, setError] = useState<ColdframeError | null>(null);
  const submit = async () => {
    setTried(true);
    if (passphrase === '' || working) return;
    setWorking(true);
    setError(null);
    try {
      await makeRecoveryCode(vault.dir, passphrase);
      close();
    } catch (thrown) {
      if (!shown()) return said(thrown);
      setWorking(false);
      setError(asColdframeError(thrown));
    }
  };
  const wrong = error?.code === 'PASSPHRASE_WRONG';
  return (
    <DialogForm
      title={words.makeOf(vault.name)}
      close={close}
      submit={() => void submit()}
      action={words.makeIt}
      working={working && words.making}
      error={wrong ? null : error}
    >
      <p className="quiet">{words.makeAbout(printable(vault.dir))}</p>
      <Field
        label={words.passphrase}
        type="password"
        value={passphrase}
        onChange={(typed) => {
          setPassphrase(typed);
          setError(null);
        }}
        error={wrong ? words.wrong : tried && passphrase === '' ? words.passphraseWanted : null}
        autoFocus
      />
    </DialogForm>
  );
};

/** What a person can do who lost a recovery code. */
export const RecoverySettings = () => {
  const { data, error, reload } = useQuery('vault.list', {});
  const [making, setMaking] = useState<VaultView | null>(null);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const sealed = data.vaults.filter((vault) => vault.sealed);
  return (
    <Card title={words.card} padded>
      <Stack>
        <p className="quiet">{sealed.length === 0 ? words.noSealed : words.cardAbout}</p>
        {sealed.map((vault) => (
          <div key={vault.id} className={styles.line}>
            <div>
              {vault.name}
              <span className="second">{printable(vault.dir)}</span>
            </div>
            <Button
              isDisabled={!vault.reachable}
              aria-label={words.makeOf(vault.name)}
              onPress={() => setMaking(vault)}
            >
              {words.make}
            </Button>
          </div>
        ))}
      </Stack>
      {making && <MakeDialog vault={making} close={() => setMaking(null)} />}
    </Card>
  );
};

import { useState } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Tick } from '../../components/field.tsx';
import { Card, Stack } from '../../components/layout.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { said } from '../../stores/said.ts';
import { saveFile } from '../../stores/save-file.ts';
import { useShown } from '../../stores/submission.ts';
import { configWords as words } from '../../words/config.ts';
import { changesFor, makeChanges, ownConfig, readConfig, stepsOf, type TriedChange } from './config-file.ts';
import { lineOf } from './config-line.ts';
import styles from './system.module.css';

const exportConfig = async (): Promise<void> => {
  const { document } = await ownConfig();
  const day = document.writtenAt.slice(0, 10);
  saveFile(`coldframe-config-${day}.json`, 'application/json', [`${JSON.stringify(document, null, 2)}\n`]);
};

interface ImportProps {
  readonly changes: readonly TriedChange[];
  readonly close: () => void;
}

/** What importing a file changes, before it does. Where some of it is refused none is made, unless somebody wants the rest without. */
const ImportDialog = ({ changes, close }: ImportProps) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [partly, setPartly] = useState(false);
  const shown = useShown();
  const left = changes.filter(({ refused }) => refused !== null).length;
  const steps = stepsOf(changes.filter(({ refused }) => refused === null));
  const apply = async () => {
    setBusy(true);
    try {
      announce(words.imported(await makeChanges(changes)), 'good');
      close();
    } catch (thrown) {
      if (!shown()) return said(thrown);
      setError(asColdframeError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={words.importTitle}
      close={close}
      wide
      actions={
        <>
          <Button onPress={close}>{steps.length === 0 ? words.close : words.cancel}</Button>
          {steps.length > 0 && (
            <Button
              look="primary"
              busy={busy}
              isDisabled={error !== null || (left > 0 && !partly)}
              onPress={() => apply()}
            >
              {words.apply(steps.length)}
            </Button>
          )}
        </>
      }
    >
      <p>{changes.length === 0 ? words.nothing : words.importAbout}</p>
      {changes.length > 0 && (
        <div className={styles.scrolled}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.of}</th>
                <th scope="col">{words.change}</th>
              </tr>
            </thead>
            <tbody>
              {changes
                .map((change, at) => ({ ...change, ...lineOf(change), at }))
                .map(({ what, of, text, step, refused, at }) => (
                  <tr key={at}>
                    <td className={styles.nowrap}>{words.kinds[what]}</td>
                    <td>{printable(of)}</td>
                    <td>
                      {printable(text)}
                      {step === null && <span className="second">{words.byHand}</span>}
                      {refused !== null && <span className="second">{words.refused(printable(refused))}</span>}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      {left > 0 && steps.length > 0 && (
        <Tick checked={partly} onChange={setPartly} disabled={busy || error !== null}>
          <span>
            {words.partly(left)} <span className="faint">{words.partlyAbout}</span>
          </span>
        </Tick>
      )}
      {error && (
        <>
          <p>{words.stopped}</p>
          <ErrorCard error={error} />
        </>
      )}
    </Dialog>
  );
};

/** What somebody chose for this home, as a file, and such a file for this home. */
export const ConfigCard = () => {
  const [changes, setChanges] = useState<readonly TriedChange[] | null>(null);
  const open = async (file: File): Promise<void> => {
    const found = readConfig(await file.text());
    if (found === null) announce(words.notJson(file.name), 'bad');
    else if ('newer' in found) announce(words.newer(file.name, found.newer), 'bad');
    else if ('field' in found) announce(words.notConfig(file.name, found.field), 'bad');
    else setChanges(await changesFor(found.document));
  };
  return (
    <Card title={words.title} padded>
      <Stack>
        <p className="quiet">{words.about}</p>
        <div className={styles.inline}>
          <Button onPress={() => exportConfig()}>{words.export}</Button>
          <FileTrigger
            acceptedFileTypes={['application/json', '.json']}
            onSelect={(files) => {
              const file = files?.[0];
              if (file) void open(file).catch(said);
            }}
          >
            <Button>{words.import}</Button>
          </FileTrigger>
        </div>
      </Stack>
      {changes !== null && <ImportDialog changes={changes} close={() => setChanges(null)} />}
    </Card>
  );
};

import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Choices, Field } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Card, PageHead } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { SharedDisk } from '../../components/shared-disk.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useFirstWrong } from '../../stores/first-wrong.ts';
import { passphraseProblem } from '../../stores/protect-draft.ts';
import { showRecoveryCode } from '../../stores/recovery-code.ts';
import { go, href } from '../../stores/route.ts';
import { useSharedDisk } from '../../stores/shared-disk.ts';
import { protectWords } from '../../words/protect.ts';
import { welcomeWords as words } from '../../words/welcome.ts';
import { type Answers, createVaultFor, firstBackup } from './first-backup.ts';
import { LeftOut } from './left-out.tsx';
import styles from './welcome.module.css';

const START: Answers = { vault: '', what: 'own', folder: '', seal: 'sealed', passphrase: '', again: '' };

const isPath = (typed: string): boolean => typed.startsWith('/');

/** Takes in a vault that exists. */
const ExistingVault = () => {
  const [dir, setDir] = useState('');
  const [error, setError] = useState<ColdframeError | null>(null);
  const open = async () => {
    setError(null);
    try {
      const { vault, sets, incompleteSets, warnings } = await change('vault.open', { dir });
      announce(words.opened(vault.name, sets), 'good');
      if (incompleteSets > 0 || warnings.length > 0) announce(words.openedInPart(incompleteSets, warnings), 'bad');
      go(href('overview'));
    } catch (thrown) {
      setError(asColdframeError(thrown));
    }
  };
  return (
    <Card title={words.existing} padded>
      <div className={styles.part}>
        <p className="quiet">{words.existingAbout}</p>
        <FolderField label={words.folder} value={dir} onChange={setDir} />
        {error && <ErrorCard error={error} />}
        <div>
          <Button isDisabled={!isPath(dir)} onPress={() => void open()}>
            {words.openVault}
          </Button>
        </div>
      </div>
    </Card>
  );
};

/** From nothing to the first backup. */
export const WelcomeScreen = () => {
  const roots = useQuery('place.roots', {});
  const [answers, setAnswers] = useState(START);
  const [attempts, setAttempts] = useState(0);
  const tried = attempts > 0;
  const form = useFirstWrong<HTMLDivElement>(attempts);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const home = roots.data?.home.path;
  const vault = answers.vault || (home ? `${home}/coldframe-vault` : '');
  const now = { ...answers, vault };
  const answer = (part: Partial<Answers>) => setAnswers({ ...answers, ...part });
  const passphrase = passphraseProblem({ ...now, sealed: now.seal === 'sealed' });
  const complete = isPath(vault) && (now.what === 'sample' || isPath(now.folder)) && passphrase === null;

  const shared = useSharedDisk(vault, now.what === 'own' ? [{ path: now.folder }] : []);

  const fail = (thrown: unknown) => {
    setWorking(false);
    setError(asColdframeError(thrown));
  };
  const backUp = (dir: string) => firstBackup(now, dir).then((job) => go(href('jobs', job)), fail);
  const begin = async () => {
    setAttempts(attempts + 1);
    if (!complete) return;
    setWorking(true);
    setError(null);
    try {
      const { dir, recoveryCode } = await createVaultFor(now);
      if (recoveryCode !== null) await showRecoveryCode(recoveryCode, dir);
      await backUp(dir);
    } catch (thrown) {
      fail(thrown);
    }
  };
  // What it proposes is not to come in the middle of what somebody types.
  if (roots.loading)
    return (
      <>
        <PageHead title={words.title} about={words.about} />
        <Loading />
      </>
    );
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      <div className={styles.form} ref={form}>
        <Card title={words.where} padded>
          <div className={styles.part}>
            <p className="quiet">{words.whereAbout}</p>
            <FolderField
              creates
              label={words.folder}
              value={vault}
              onChange={(value) => answer({ vault: value })}
              error={tried && !isPath(vault) ? words.folderNeeded : null}
            />
            <SharedDisk shared={shared} />
          </div>
        </Card>
        <Card title={words.what} padded>
          <div className={styles.part}>
            <Choices
              label={words.what}
              hideLabel
              value={now.what}
              onChange={(what) => answer({ what })}
              choices={[
                { value: 'own', title: words.own, about: words.ownAbout },
                { value: 'sample', title: words.sample, about: words.sampleAbout },
              ]}
            />
            {now.what === 'own' && (
              <>
                <FolderField
                  label={words.toProtect}
                  value={now.folder}
                  onChange={(folder) => answer({ folder })}
                  error={tried && !isPath(now.folder) ? words.folderNeeded : null}
                />
                <LeftOut folder={now.folder} />
              </>
            )}
          </div>
        </Card>
        <Card title={words.seal} padded>
          <div className={styles.part}>
            <Choices
              label={words.seal}
              hideLabel
              value={now.seal}
              onChange={(seal) => answer({ seal })}
              choices={[
                { value: 'sealed', title: words.sealed, about: words.sealedAbout },
                { value: 'open', title: words.open, about: words.openAbout },
              ]}
            />
            {now.seal === 'sealed' && (
              <div className={styles.pair}>
                <Field
                  label={protectWords.passphrase}
                  type="password"
                  value={now.passphrase}
                  onChange={(value) => answer({ passphrase: value })}
                  error={passphrase === 'short' && (tried || now.passphrase) ? protectWords.problems.short : null}
                />
                <Field
                  label={protectWords.again}
                  type="password"
                  value={now.again}
                  onChange={(value) => answer({ again: value })}
                  error={passphrase === 'differs' && (tried || now.again) ? protectWords.problems.differs : null}
                />
              </div>
            )}
          </div>
        </Card>
        {error && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button look="primary" busy={working} onPress={() => void begin()}>
            {working ? words.working : words.go}
          </Button>
        </div>
        <ExistingVault />
      </div>
    </>
  );
};

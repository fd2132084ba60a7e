import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
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
import { type Answers, createVaultFor, firstBackup, folderProblem, type MadeVault } from './first-backup.ts';
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
          <Button isDisabled={!isPath(dir)} onPress={() => open()}>
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
  const [made, setMade] = useState<MadeVault | null>(null);
  const [refused, setRefused] = useState<{ readonly folder: string; readonly problem: string | null } | null>(null);
  const home = roots.data?.home.path;
  const vault = made?.dir ?? (answers.vault || (home ? `${home}/coldframe-vault` : ''));
  const now = { ...answers, vault };
  const answer = (part: Partial<Answers>) => setAnswers({ ...answers, ...part });
  const passphrase = passphraseProblem({ ...now, sealed: made === null && now.seal === 'sealed' });
  const complete = isPath(vault) && (now.what === 'sample' || isPath(now.folder)) && passphrase === null;

  const shared = useSharedDisk(vault, now.what === 'own' ? [{ path: now.folder }] : []);

  const fail = (thrown: unknown) => {
    setWorking(false);
    setError(asColdframeError(thrown));
  };
  const backUp = (dir: string) => firstBackup(now, dir).then((job) => go(href('jobs', job)), fail);
  const checkFolder = async (): Promise<boolean> => {
    const { folder } = now;
    const problem = await folderProblem(folder, vault);
    setRefused({ folder, problem });
    return problem === null;
  };
  const folderHolds = async (): Promise<boolean> => {
    if (now.what === 'sample' || (await checkFolder())) return true;
    setWorking(false);
    setAttempts((before) => before + 1);
    return false;
  };
  const vaultMade = async (): Promise<string> => {
    if (made) return made.dir;
    const { recoveryCode, ...settled } = await createVaultFor(now);
    setMade(settled);
    if (recoveryCode !== null) await showRecoveryCode(recoveryCode, settled.dir);
    return settled.dir;
  };
  const begin = async () => {
    setAttempts((before) => before + 1);
    if (!complete) return;
    setWorking(true);
    setError(null);
    try {
      // Before anything is made: whoever has to type again is to find everything as it was.
      if (!(await folderHolds())) return;
      const dir = await vaultMade();
      // It took as long as it takes to put a recovery code away.
      if (await folderHolds()) await backUp(dir);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const folderError =
    tried && !isPath(now.folder) ? words.folderNeeded : refused?.folder === now.folder ? refused.problem : null;
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
            {made ? (
              <p role="status">{printable(words.made(made.dir, made.sealed))}</p>
            ) : (
              <FolderField
                creates
                label={words.folder}
                value={vault}
                onChange={(value) => answer({ vault: value })}
                error={tried && !isPath(vault) ? words.folderNeeded : null}
              />
            )}
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
                  onLeave={() => isPath(now.folder) && void checkFolder().catch(fail)}
                  error={folderError}
                />
                <LeftOut folder={now.folder} />
              </>
            )}
          </div>
        </Card>
        <Card title={words.seal} padded>
          <div className={styles.part}>
            {made ? (
              <p>{printable(words.made(made.dir, made.sealed))}</p>
            ) : (
              <>
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
              </>
            )}
          </div>
        </Card>
        {error && <ErrorCard error={error} />}
        <div className={styles.foot}>
          <Button look="primary" busy={working} onPress={() => begin()}>
            {made ? (working ? words.goingOn : words.goOn) : working ? words.working : words.go}
          </Button>
        </div>
        <ExistingVault />
      </div>
    </>
  );
};

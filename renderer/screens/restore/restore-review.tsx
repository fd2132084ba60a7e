import { ArchiveRestore } from 'lucide-react';
import { useState } from 'react';
import { CONFLICT_POLICIES } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Consent, Dialog } from '../../components/dialog.tsx';
import { Choices, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { type BasketItem, emptyBasket } from '../../stores/basket.ts';
import { call } from '../../stores/calls.ts';
import { commonFolder } from '../../stores/paths.ts';
import { go, href } from '../../stores/route.ts';
import { startJob } from '../../stores/start-job.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './restore.module.css';
import { lossesOf, RestorePlan } from './restore-plan.tsx';
import { FIRST_CHOICE, isComplete, type RestoreChoice, requestsFor } from './restore-request.ts';

type Plan = OutputOf<'restore'>;

/** Where to, what to do with what is there, the plan in numbers, and then the restore itself. */
export const RestoreReview = ({ items, close }: { items: readonly BasketItem[]; close: () => void }) => {
  const [choice, setChoice] = useState<RestoreChoice>(FIRST_CHOICE);
  const [plans, setPlans] = useState<readonly Plan[] | 'making' | null>(null);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [asking, setAsking] = useState(false);
  const [lacking, setLacking] = useState<'wait' | 'end' | null>(null);
  const choose = (part: Partial<RestoreChoice>) => {
    setChoice({ ...choice, ...part });
    setPlans(null);
    setError(null);
  };
  const above = commonFolder(items.map(({ path }) => path));
  const requests = requestsFor(items, choice);

  const plan = async () => {
    setPlans('making');
    setError(null);
    try {
      setPlans(await Promise.all(requests.map((request) => call('restore', { ...request, dryRun: true }))));
    } catch (thrown) {
      setPlans(null);
      setError(asColdframeError(thrown));
    }
  };
  const run = async () => {
    try {
      const wait = lacking === 'wait' ? ({ waitForTapes: true } as const) : {};
      const jobs = await Promise.all(requests.map((request) => startJob('restore', { ...request, ...wait })));
      emptyBasket();
      close();
      go(jobs.length === 1 ? href('jobs', jobs[0]) : href('jobs'));
    } catch (thrown) {
      setError(asColdframeError(thrown));
    }
  };
  const made = Array.isArray(plans) ? (plans as readonly Plan[]) : null;
  const missing = new Set(
    made?.flatMap(({ tapes }) => tapes.filter(({ present }) => !present)).map(({ tape }) => tape),
  );
  const undecided = missing.size > 0 && lacking === null;
  const losses = lossesOf(made ?? []);
  const inTheWay = made?.reduce((sum, { conflictCount }) => sum + conflictCount, 0) ?? 0;
  return (
    <Dialog
      title={words.reviewTitle}
      close={close}
      wide
      actions={
        <>
          <Button onPress={close}>{words.cancel}</Button>
          {made ? (
            <Button
              look="primary"
              isDisabled={undecided || (choice.onConflict === 'fail' && inTheWay > 0)}
              onPress={() =>
                choice.onConflict === 'overwrite' && (inTheWay > 0 || losses.length > 0) ? setAsking(true) : void run()
              }
            >
              <ArchiveRestore aria-hidden /> {words.run}
            </Button>
          ) : (
            <Button look="primary" isDisabled={!isComplete(choice) || plans === 'making'} onPress={() => void plan()}>
              {words.plan}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.plan}>
        <Choices
          label={words.where}
          value={choice.where}
          onChange={(where) => choose({ where })}
          choices={[
            { value: 'folder', title: words.toFolder, about: words.toFolderAbout },
            { value: 'original', title: words.toOriginal, about: words.toOriginalAbout },
          ]}
        />
        {choice.where === 'folder' && (
          <>
            <FolderField
              label={words.folderField}
              value={choice.folder}
              onChange={(folder) => choose({ folder })}
              error={choice.folder !== '' && !isComplete(choice) ? words.folderNeeded : null}
            />
            {above !== '/' && (
              <Tick checked={choice.flat} onChange={(flat) => choose({ flat })}>
                <span>
                  {words.flatten} <span className="faint">{words.flattenAbout(above)}</span>
                </span>
              </Tick>
            )}
          </>
        )}
        <Choices
          label={words.conflicts}
          value={choice.onConflict}
          onChange={(onConflict) => choose({ onConflict })}
          choices={CONFLICT_POLICIES.map((value) => ({ value, ...words.policies[value] }))}
        />
        {plans === 'making' && <Loading>{words.planning}</Loading>}
        {made && <RestorePlan plans={made} />}
        {missing.size > 0 && (
          <Choices
            label={words.lacking([...missing])}
            value={lacking ?? ''}
            onChange={(value) => setLacking(value === 'wait' ? 'wait' : 'end')}
            choices={[
              { value: 'wait', title: words.lackingWait, about: words.lackingWaitAbout },
              { value: 'end', title: words.lackingEnd, about: words.lackingEndAbout },
            ]}
          />
        )}
        {error && <ErrorCard error={error} />}
      </div>
      {asking && (
        <Consent
          title={losses.length > 0 ? words.overwriteDeviceTitle(losses.length) : words.overwriteTitle}
          consent={losses.length > 0 ? words.overwriteDevice : words.overwriteConsent}
          close={() => setAsking(false)}
          onConsent={() => void run()}
        >
          {losses.map((loss) => (
            <p key={loss}>{loss}</p>
          ))}
          {losses.length > 0 ? words.deviceGone : words.overwriteAbout(inTheWay)}
        </Consent>
      )}
    </Dialog>
  );
};

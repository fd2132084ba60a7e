import { ArchiveRestore } from 'lucide-react';
import { useState } from 'react';
import { CONFLICT_POLICIES } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Consent, Dialog } from '../../components/dialog.tsx';
import { Choices } from '../../components/field.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { type BasketItem, bySet, emptyBasket } from '../../stores/basket.ts';
import { call, useQuery } from '../../stores/calls.ts';
import { commonFolder, nameOf } from '../../stores/paths.ts';
import { go, href } from '../../stores/route.ts';
import { startJob } from '../../stores/start-job.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { restoreVolumesWords as volumeWords } from '../../words/restore-volumes.ts';
import { FileDestination } from './file-destination.tsx';
import styles from './restore.module.css';
import { lossesOf, RestorePlan } from './restore-plan.tsx';
import { asAgreed, type MadePlans, PlanMaker } from './restore-plans.ts';
import {
  FIRST_CHOICE,
  isComplete,
  overwritesDisk,
  type RestoreChoice,
  requestsFor,
  takesAllTapes,
  volumePlaces,
} from './restore-request.ts';
import { VolumeDestination } from './volume-destination.tsx';

type Plan = OutputOf<'restore'>;

interface ReviewProps {
  readonly items: readonly BasketItem[];
  readonly close: () => void;
}

/** Where to, what to do with what is there, the plan in numbers, and then the restore itself. */
export const RestoreReview = ({ items, close }: ReviewProps) => {
  const { data, error, reload } = useQuery('object.list', {});
  if (data) {
    const kinds = new Map(data.objects.map(({ name, kind }) => [name, kind]));
    return (
      <Review items={items} close={close} volumes={items.every(({ object }) => kinds.get(object) === 'volumes')} />
    );
  }
  return (
    <Dialog title={words.reviewTitle} close={close} wide actions={<Button onPress={close}>{words.cancel}</Button>}>
      {error ? <ErrorCard error={error} retry={reload} /> : <Loading />}
    </Dialog>
  );
};

/** What is restored, and from when. */
const Subject = ({ items }: Pick<ReviewProps, 'items'>) => {
  const moments = [...new Set(items.flatMap(({ at }) => at ?? []))];
  const objects = [...new Set(items.map(({ object }) => object))];
  return (
    <p className={styles.subject}>
      <b>{printable(words.names(items.map(({ path }) => nameOf(path))))}</b>{' '}
      <span className="quiet">
        {words.fromMoment(
          objects.join(', '),
          moments.length === 1 ? format.date(moments[0] ?? '') : null,
          bySet(items).length,
        )}
      </span>
    </p>
  );
};

/** `volumes`: all of it is volumes, which go to images, devices or back in place. */
const Review = ({ items, close, volumes }: ReviewProps & { volumes: boolean }) => {
  const [choice, setChoice] = useState<RestoreChoice>(() =>
    volumes ? { ...FIRST_CHOICE, where: volumePlaces(items.length)[0] ?? 'folder' } : FIRST_CHOICE,
  );
  const [maker] = useState(() => new PlanMaker());
  const [planned, setPlanned] = useState<MadePlans | 'making' | null>(null);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [asking, setAsking] = useState(false);
  const [lacking, setLacking] = useState<'wait' | 'end'>('wait');
  const choose = (part: Partial<RestoreChoice>) => {
    setChoice({ ...choice, ...part });
    maker.forget();
    setPlanned(null);
    setAsking(false);
    setError(null);
    setLacking('wait');
  };
  const above = commonFolder(items.map(({ path }) => path));
  const onDisk = overwritesDisk(choice, volumes);

  const plan = async () => {
    setPlanned('making');
    setError(null);
    try {
      const made = await maker.make(requestsFor(items, choice, volumes), (request) =>
        call('restore', { ...request, dryRun: true }),
      );
      if (made !== null) setPlanned(made);
    } catch (thrown) {
      setPlanned(null);
      setError(asColdframeError(thrown));
    }
  };
  /** Exactly what the plans are of that are shown. */
  const run = async (made: MadePlans) => {
    try {
      const wait = lacking === 'wait' && missing.size > 0 ? ({ waitForTapes: true } as const) : {};
      const jobs = await Promise.all(asAgreed(made).map((request) => startJob('restore', { ...request, ...wait })));
      emptyBasket();
      close();
      go(jobs.length === 1 ? href('jobs', jobs[0]) : href('jobs'));
    } catch (thrown) {
      setError(asColdframeError(thrown));
    }
  };
  const shown = planned === 'making' ? null : planned;
  const made = shown?.plans ?? null;
  const missing = new Set(
    made?.flatMap(({ tapes }) => tapes.filter(({ present }) => !present)).map(({ tape }) => tape),
  );
  const whole = missing.size > 0 && takesAllTapes(choice, volumes);
  const losses = lossesOf(made ?? []);
  const inTheWay = made?.reduce((sum, { conflictCount }) => sum + conflictCount, 0) ?? 0;
  const stops = !onDisk && choice.onConflict === 'fail' && inTheWay > 0;
  return (
    <Dialog
      title={words.reviewTitle}
      close={close}
      wide
      actions={
        <>
          {whole && (
            <>
              <span className="quiet" role="status" style={{ flex: '1 1 240px' }}>
                {volumeWords.takesAllTapes([...missing])}
              </span>
              <Button onPress={() => void plan()}>{volumeWords.planAnew}</Button>
            </>
          )}
          {stops && !whole && (
            <span className="quiet" style={{ flex: '1 1 240px' }}>
              {words.decideFirst}
            </span>
          )}
          <Button onPress={close}>{words.cancel}</Button>
          {shown ? (
            <Button
              look="primary"
              isDisabled={whole || stops}
              onPress={() =>
                onDisk || (choice.onConflict === 'overwrite' && (inTheWay > 0 || losses.length > 0))
                  ? setAsking(true)
                  : void run(shown)
              }
            >
              <ArchiveRestore aria-hidden /> {words.run}
            </Button>
          ) : (
            <Button
              look="primary"
              isDisabled={!isComplete(choice)}
              busy={planned === 'making'}
              onPress={() => void plan()}
            >
              {words.plan}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.plan}>
        <Subject items={items} />
        {volumes ? (
          <VolumeDestination
            choice={choice}
            choose={choose}
            count={items.length}
            bytes={Math.max(...items.map(({ bytes }) => bytes))}
          />
        ) : (
          <FileDestination choice={choice} choose={choose} above={above} />
        )}
        {!onDisk && (
          <Choices
            label={words.conflicts}
            value={choice.onConflict}
            onChange={(onConflict) => choose({ onConflict })}
            choices={CONFLICT_POLICIES.map((value) => ({ value, ...words.policies[value] }))}
          />
        )}
        {planned === 'making' && <Loading>{words.planning}</Loading>}
        {made && <RestorePlan plans={made} goes={onDisk ? disksOf(made).join(', ') : goesTo(choice)} />}
        {made && stops && <p className={styles.stops}>{words.stopped(inTheWay)}</p>}
        {missing.size > 0 && !whole && (
          <Choices
            label={words.lacking([...missing])}
            value={lacking}
            onChange={(value) => setLacking(value === 'wait' ? 'wait' : 'end')}
            choices={[
              { value: 'wait', title: words.lackingWait, about: words.lackingWaitAbout },
              { value: 'end', title: words.lackingEnd, about: words.lackingEndAbout },
            ]}
          />
        )}
        {error && <ErrorCard error={error} />}
      </div>
      {asking &&
        shown &&
        (volumes && choice.where === 'original' ? (
          <Consent
            title={volumeWords.overwriteTitle(items.map(({ path }) => nameOf(path)))}
            consent={volumeWords.overwrite}
            close={() => setAsking(false)}
            onConsent={() => void run(shown)}
          >
            {losses.map((loss) => (
              <p key={loss}>{printable(loss)}</p>
            ))}
            {volumeWords.overwriteAbout(
              made?.flatMap(({ conflicts, place }) => printable(conflicts[0]?.path ?? place.path)) ?? [],
            )}
          </Consent>
        ) : (
          <Consent
            title={losses.length > 0 ? words.overwriteDeviceTitle(losses.length) : words.overwriteTitle}
            consent={losses.length > 0 ? words.overwriteDevice : words.overwriteConsent}
            close={() => setAsking(false)}
            onConsent={() => void run(shown)}
          >
            {losses.map((loss) => (
              <p key={loss}>{printable(loss)}</p>
            ))}
            {losses.length > 0 ? words.deviceGone : words.overwriteAbout(inTheWay)}
          </Consent>
        ))}
    </Dialog>
  );
};

/** What is overwritten as a whole. */
const disksOf = (plans: readonly Plan[]): string[] => [
  ...new Set(plans.map(({ conflicts: [met], place }) => met?.path ?? place.path)),
];

/** Of one file its own path: the plan knows the folder above it. */
const goesTo = ({ where, image }: RestoreChoice): string | null => (where === 'image' ? image.trim() : null);

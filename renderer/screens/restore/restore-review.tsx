import { ArchiveRestore, ArrowRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Consent, Dialog } from '../../components/dialog.tsx';
import { Choices } from '../../components/field.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { StepLine } from '../../components/step-line.tsx';
import { type BasketItem, bySet, emptyBasket } from '../../stores/basket.ts';
import { call, useQuery } from '../../stores/calls.ts';
import { nameOf, pathIn } from '../../stores/paths.ts';
import { useReturnedFocus } from '../../stores/returned-focus.ts';
import { go, href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { useShown } from '../../stores/submission.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { restoreVolumesWords as volumeWords } from '../../words/restore-volumes.ts';
import styles from './restore.module.css';
import { isThere, type Meeting, meetingsOf } from './restore-meetings.ts';
import { lossesOf, RestorePlan } from './restore-plan.tsx';
import { asAgreed, type MadePlans, PlanMaker, startMissing } from './restore-plans.ts';
import {
  FIRST_CHOICE,
  isComplete,
  overwritesDisk,
  type RestoreChoice,
  requestsFor,
  takesAllTapes,
  volumePlaces,
} from './restore-request.ts';
import { standingsOf } from './standings-of.ts';
import { WhereStep } from './where-step.tsx';

type Plan = OutputOf<'restore'>;

interface ReviewProps {
  readonly items: readonly BasketItem[];
  readonly close: () => void;
}

/** Where to, what to do with what is there, the plan in numbers, and then the restore itself. */
export const RestoreReview = ({ items, close }: ReviewProps) => {
  useReturnedFocus();
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

/** What would be restored over each other. */
const Meetings = ({ meetings, besides }: { meetings: readonly Meeting[]; besides: boolean }) => (
  <Notice title={words.meetingsTitle(meetings.length)} tone={besides ? 'warn' : 'bad'}>
    {besides ? words.meetingsBeside : words.meetingsAbout}
    <ul className={styles.paths}>
      {meetings.slice(0, SHOWN).map(({ path, pathBase64, moments }) => (
        <li key={pathBase64 ?? path}>
          {printable(path)}{' '}
          <span className="faint">{moments.map((moment) => words.asOf(format.date(moment))).join(', ')}</span>
        </li>
      ))}
      {meetings.length > SHOWN && <li>{words.moreConflicts(meetings.length - SHOWN)}</li>}
    </ul>
  </Notice>
);

const SHOWN = 50;

/** Where the focus is brought when a step begins: the button that led there is gone. */
const focus = (step: HTMLElement | null): void => step?.focus();

/** `volumes`: all of it is volumes, which go to images, devices or back in place. */
const Review = ({ items, close, volumes }: ReviewProps & { volumes: boolean }) => {
  const [choice, setChoice] = useState<RestoreChoice>(() =>
    volumes ? { ...FIRST_CHOICE, where: volumePlaces(items.length)[0] ?? 'folder' } : FIRST_CHOICE,
  );
  const [maker] = useState(() => new PlanMaker());
  const [step, setStep] = useState<'where' | 'review'>('where');
  /** What is to have the focus in the step that begins; null in the first one, where the dialog has it. */
  const [aim, setAim] = useState<'step' | 'conflicts' | null>(null);
  const [attempts, setAttempts] = useState(0);
  const [made, setMade] = useState<MadePlans | null>(null);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [asking, setAsking] = useState(false);
  const [lacking, setLacking] = useState<'wait' | 'end'>('wait');
  /** What began of the plans that are shown, by place. */
  const [started] = useState(() => new Map<number, string>());
  const [starting, setStarting] = useState(false);
  const [reviews, setReviews] = useState(0);
  const form = useId();
  const shown = useShown();
  const onDisk = overwritesDisk(choice, volumes);

  const back = (to: 'step' | 'conflicts' = 'step') => {
    maker.forget();
    setMade(null);
    setError(null);
    setAsking(false);
    setAim(to);
    setStep('where');
  };
  const plan = async () => {
    setAttempts((before) => before + 1);
    if (!isComplete(choice)) return;
    started.clear();
    setReviews((before) => before + 1);
    setMade(null);
    setError(null);
    setLacking('wait');
    setAim('step');
    setStep('review');
    try {
      const plans = await maker.make(
        requestsFor(items, choice, volumes),
        (request) => call('restore', { ...request, dryRun: true }),
        () => meetingsOf(items, (set, path) => isThere(call('du', { set, path: pathIn(path) }))),
      );
      if (plans !== null) setMade(plans);
    } catch (thrown) {
      setError(asColdframeError(thrown));
    }
  };
  const plans = made?.plans ?? [];
  const missing = new Set(
    plans.flatMap(({ tapes }) => tapes.filter(({ present }) => !present)).map(({ tape, barcode }) => barcode || tape),
  );
  /** Exactly what the plans are of that are shown. */
  const run = async (agreed: MadePlans) => {
    setStarting(true);
    setError(null);
    try {
      const wait = lacking === 'wait' && missing.size > 0 ? ({ waitForTapes: true } as const) : {};
      const jobs = await startMissing(asAgreed(agreed), started, (request) =>
        startJob('restore', { ...request, ...wait }),
      );
      emptyBasket();
      close();
      go(jobs.length === 1 ? href('jobs', jobs[0]) : href('jobs'));
    } catch (thrown) {
      // Whoever closed it meanwhile is to know all the same.
      if (!shown()) return said(thrown);
      setStarting(false);
      setError(asColdframeError(thrown));
    }
  };
  const whole = missing.size > 0 && takesAllTapes(choice, volumes);
  const losses = lossesOf(plans);
  const inTheWay = plans.reduce((sum, { conflictCount }) => sum + conflictCount, 0);
  const meetings = made?.meetings ?? [];
  const besides = !onDisk && choice.onConflict === 'rename';
  const meets = meetings.length > 0 && !besides;
  const stops = !onDisk && choice.onConflict === 'fail' && inTheWay > 0;
  const asks = onDisk || (choice.onConflict === 'overwrite' && (inTheWay > 0 || losses.length > 0));
  const inReview = step === 'review';
  const subject = <Subject items={items} />;
  return (
    <Dialog
      title={words.reviewTitle}
      close={close}
      wide
      actions={
        <>
          {whole && (
            <span className="quiet" role="status" style={{ flex: '1 1 240px' }}>
              {volumeWords.takesAllTapes([...missing])}
            </span>
          )}
          <Button busy={starting} onPress={inReview ? () => back() : close}>
            {words.back}
          </Button>
          {!inReview && (
            <Button look="primary" type="submit" form={form}>
              {words.next('review')} <ArrowRight aria-hidden />
            </Button>
          )}
          {made && whole && (
            <Button look="primary" onPress={() => plan()}>
              {volumeWords.reviewAgain}
            </Button>
          )}
          {made && (stops || (meets && !onDisk)) && !whole && (
            <Button look="primary" onPress={() => back('conflicts')}>
              {words.decide}
            </Button>
          )}
          {made && !whole && !stops && !meets && (
            <Button look="primary" busy={starting} onPress={() => (asks ? setAsking(true) : run(made))}>
              <ArchiveRestore aria-hidden /> {words.run}
            </Button>
          )}
        </>
      }
    >
      <StepLine
        now={inReview ? 2 : 1}
        steps={[
          { name: words.steps.what, go: starting ? undefined : close },
          { name: words.steps.where, go: inReview && !starting ? () => back() : undefined },
          { name: words.steps.review },
        ]}
      />
      <div
        key={`${step} ${reviews}`}
        className={styles.step}
        role="group"
        aria-label={words.steps[step]}
        tabIndex={-1}
        ref={aim === 'step' ? focus : undefined}
      >
        {!inReview && (
          <WhereStep
            id={form}
            items={items}
            volumes={volumes}
            choice={choice}
            choose={(part) => {
              setAim(null);
              setChoice({ ...choice, ...part });
            }}
            attempts={attempts}
            submit={() => void plan()}
            forConflicts={aim === 'conflicts'}
          >
            {subject}
          </WhereStep>
        )}
        {inReview && (
          <div className={styles.plan}>
            {subject}
            {!made && !error && <Loading>{words.planning}</Loading>}
            {meetings.length > 0 && <Meetings meetings={meetings} besides={besides} />}
            {made && (
              <RestorePlan
                plans={plans}
                goes={onDisk ? disksOf(plans).join(', ') : goesTo(choice)}
                whole={onDisk}
                stops={stops}
              />
            )}
            {stops && <p className={styles.stops}>{words.stopped(inTheWay)}</p>}
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
            {error && (
              <ErrorCard error={error} retry={made ? undefined : () => void plan()}>
                {started.size > 0 && <span>{words.someStarted(started.size, plans.length)}</span>}
              </ErrorCard>
            )}
          </div>
        )}
      </div>
      {asking &&
        made &&
        (volumes && choice.where === 'original' ? (
          <Consent
            title={volumeWords.overwriteTitle(items.map(({ path }) => nameOf(path)))}
            consent={volumeWords.overwrite}
            keep={volumeWords.overwriteKeep(items.length)}
            close={() => setAsking(false)}
            onConsent={() => void run(made)}
          >
            {losses.map((loss) => (
              <p key={loss}>{printable(loss)}</p>
            ))}
            {volumeWords.overwriteAbout(
              plans.flatMap(({ conflicts, place }) => printable(conflicts[0]?.path ?? place.path)),
            )}
          </Consent>
        ) : (
          <Consent
            title={losses.length > 0 ? words.overwriteDeviceTitle(losses.length) : words.overwriteTitle(inTheWay)}
            consent={losses.length > 0 ? words.overwriteDevice : words.overwriteConsent(inTheWay)}
            keep={losses.length > 0 ? words.overwriteDeviceKeep(losses.length) : words.overwriteKeep(inTheWay)}
            close={() => setAsking(false)}
            onConsent={() => void run(made)}
          >
            {losses.map((loss) => (
              <p key={loss}>{printable(loss)}</p>
            ))}
            {losses.length > 0 ? words.deviceGone : words.overwriteAbout(inTheWay, standingsOf(plans))}
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

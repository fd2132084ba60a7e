import { ArrowRight, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Segments } from '../../components/field.tsx';
import { PageHead } from '../../components/layout.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { StepLine } from '../../components/step-line.tsx';
import { announce } from '../../stores/announcements.ts';
import { useQuery } from '../../stores/calls.ts';
import { useFirstWrong } from '../../stores/first-wrong.ts';
import { beginAnew, isBegun, useTakenUp } from '../../stores/kept-draft.ts';
import { useMeasure } from '../../stores/measure.ts';
import { pathIn } from '../../stores/paths.ts';
import { type Draft, draft, problemsOf, runsOf, STEPS, type Step, useDraft } from '../../stores/protect-draft.ts';
import { showRecoveryCode } from '../../stores/recovery-code.ts';
import { go, href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { useSharedDisk } from '../../stores/shared-disk.ts';
import { startJob } from '../../stores/start-job.ts';
import { useShown } from '../../stores/submission.ts';
import { useVault, useVaults } from '../../stores/vaults.ts';
import { useVolumesMeasure } from '../../stores/volumes-measure.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';
import { addObject, addSchedule, fileProblem, makeVault, ruleProblems } from './save-draft.ts';
import { NotStep } from './step-not.tsx';
import type { StepProps } from './step-props.ts';
import { RangesStep } from './step-ranges.tsx';
import { ReviewStep, VolumesReviewStep } from './step-review.tsx';
import { VolumesStep } from './step-volumes.tsx';
import { WhatStep } from './step-what.tsx';
import { WhenStep } from './step-when.tsx';
import { WhereStep } from './step-where.tsx';
import { Unscheduled, type UnscheduledObject } from './unscheduled.tsx';

const VIEWS: Readonly<Record<Draft['kind'], Readonly<Record<Step, (props: StepProps) => React.ReactNode>>>> = {
  files: { what: WhatStep, not: NotStep, where: WhereStep, when: WhenStep, review: ReviewStep },
  volumes: { what: VolumesStep, not: RangesStep, where: WhereStep, when: WhenStep, review: VolumesReviewStep },
};

const Kinds = ({ kind }: { kind: Draft['kind'] }) => (
  <div className={styles.kinds}>
    <Segments
      label={words.kindLabel}
      hideLabel
      value={kind}
      onChange={(next) => draft({ kind: next })}
      choices={(['files', 'volumes'] as const).map((value) => ({ value, title: words.kinds[value] }))}
    />
  </div>
);

/** Forgets what was chosen, once that is agreed to. */
const Anew = ({ forget }: { forget: () => void }) => {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="ghost" onPress={() => setAsking(true)}>
        <RotateCcw aria-hidden /> {words.anew}
      </Button>
      {asking && (
        <Consent
          title={words.anewTitle}
          consent={words.anew}
          keep={words.anewKeep}
          close={() => setAsking(false)}
          onConsent={forget}
        >
          {words.anewAbout}
        </Consent>
      )}
    </>
  );
};

/** The first backup of what is protected now, whether that begins or not; answers where it is seen. */
const backUp = async (object: string, level: Draft['level']): Promise<string> => {
  try {
    return href('jobs', await startJob('backup', { object, level }));
  } catch (thrown) {
    announce(words.notBackedUp(object, asColdframeError(thrown)), 'warn');
    return href('overview');
  }
};

/** What becomes of an object that is protected now; answers where that is seen. */
const ended = async (name: string, { level }: Draft, run: boolean, scheduled: boolean): Promise<string> => {
  if (run) return await backUp(name, level);
  announce(words.saved(name, scheduled), 'good');
  return href('overview');
};

/** The heading of the step that is shown, which has the focus once another one is: what it says is read out, and the next tab goes into it. */
const useStepHeading = (step: Step) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);
  return heading;
};

/** From folders or volumes to a plan, and from the plan to the first backup. */
export const ProtectScreen = () => {
  const now = useDraft();
  const objects = useQuery('object.list', {});
  const taken = objects.data?.objects.map(({ name }) => name) ?? [];
  const [failed, setFailed] = useState({ step: now.step, attempts: 0 });
  const tried = failed.step === now.step && failed.attempts > 0;
  const view = useFirstWrong<HTMLDivElement>(failed.attempts);
  const heading = useStepHeading(now.step);
  const [working, setWorking] = useState(false);
  const shown = useShown();
  const [error, setError] = useState<ColdframeError | null>(null);
  const [file, setFile] = useState<{ readonly path: string; readonly problem: string | null } | null>(null);
  const [rules, setRules] = useState<ReadonlyMap<string, string>>(new Map());
  const [unscheduled, setUnscheduled] = useState<UnscheduledObject | null>(null);
  const measure = useMeasure(
    now.kind === 'volumes' || now.roots.length === 0
      ? null
      : { roots: now.roots.map(pathIn), unprotect: [...now.unprotect], exclude: now.exclude.filter(Boolean) },
  );
  const volumes = useVolumesMeasure(now.kind === 'volumes' ? now.volumes : []);
  const inUse = useVault()?.dir;
  useEffect(() => {
    const { step, vault, newVault } = useDraft.getState();
    if (inUse && step === 'what' && vault === null && newVault === '') draft({ vault: inUse });
  }, [inUse]);
  const takenUp = useTakenUp((state) => state.takenUp);
  const anew = () => {
    setError(null);
    beginAnew(inUse ?? null);
  };
  const place = STEPS.indexOf(now.step);
  const vaults = useVaults();
  const sealed =
    now.vault === null
      ? now.sealed
      : (vaults.data?.vaults.some(({ dir, sealed: is }) => dir === now.vault && is) ?? false);
  const listed = useQuery('volume.list', now.kind === 'volumes' ? {} : null);
  const chosen =
    now.kind === 'files' ? now.roots : (listed.data?.volumes.filter(({ name }) => now.volumes.includes(name)) ?? []);
  // Asked here, so that what is said of it does not come late, and move a button while it is pressed.
  const shared = useSharedDisk(now.vault ?? now.newVault, chosen, now.vault !== null);
  const problems = problemsOf(now, taken, sealed);
  const View = VIEWS[now.kind][now.step];

  const failedAt = (step: Step) => setFailed((before) => ({ step, attempts: before.attempts + 1 }));
  /** Whether a schedule could read the passphrase; says at the field why not. */
  const fileHolds = async (): Promise<boolean> => {
    const problem = await fileProblem(now, sealed);
    setFile({ path: now.passphraseFile, problem });
    return problem === null;
  };
  /** Whether every rule is usable; says at the field why one is not. */
  const rulesHold = async (): Promise<boolean> => {
    const problems = await ruleProblems(now);
    setRules(problems);
    return problems.size === 0;
  };
  const holds = { not: rulesHold, when: fileHolds };
  const goTo = (step: Step) => {
    setError(null);
    draft({ step });
  };
  const move = async (by: number) => {
    if (by > 0 && problems.length > 0) return failedAt(now.step);
    const step = STEPS[place + by];
    if (!step) return;
    setError(null);
    if (by > 0 && (now.step === 'not' || now.step === 'when')) {
      setWorking(true);
      try {
        if (!(await holds[now.step]())) return failedAt(now.step);
      } catch (thrown) {
        return setError(asColdframeError(thrown));
      } finally {
        setWorking(false);
      }
    }
    draft({ step });
  };
  const finish = async (run: boolean) => {
    setWorking(true);
    setError(null);
    try {
      // Before anything is made: the file may have gone since its step.
      if (!(await fileHolds())) {
        setWorking(false);
        draft({ step: 'when' });
        return failedAt('when');
      }
      const { vault, recoveryCode } = await makeVault(now);
      if (recoveryCode !== null) await showRecoveryCode(recoveryCode, vault);
      const name = await addObject(now, vault);
      beginAnew(null);
      const noSchedule = await addSchedule(now, name, sealed).then(() => null, asColdframeError);
      if (!noSchedule) return leave(await ended(name, now, run, runsOf(now, sealed) !== 'hand'));
      if (shown()) return setUnscheduled({ name, chosen: now, sealed, run, error: noSchedule });
      // Nobody is asked whether to go on without: what was wanted of it is done, and what was not is said.
      announce(words.unscheduled(name), 'warn');
      said(noSchedule);
      if (run) await backUp(name, now.level);
    } catch (thrown) {
      if (!shown()) return said(thrown);
      setWorking(false);
      setError(asColdframeError(thrown));
    }
  };
  /** Whoever went elsewhere meanwhile stays there. */
  const leave = (to: string) => {
    if (shown()) go(to);
  };
  if (unscheduled) {
    const { name, chosen, run } = unscheduled;
    return (
      <Unscheduled object={unscheduled} goOn={async (scheduled) => leave(await ended(name, chosen, run, scheduled))} />
    );
  }
  const text = words.steps[now.step];
  const about = now.kind === 'volumes' ? words.stepsOfVolumes[now.step] : text.about;
  return (
    <>
      <PageHead
        above={words.above}
        title={text.title}
        about={about}
        heading={heading}
        actions={isBegun(now) && !working && <Anew forget={anew} />}
      />
      <div className={styles.steps}>
        <StepLine
          now={place}
          steps={STEPS.map((step, index) => ({
            name: words.steps[step].short,
            go: index < place ? () => goTo(step) : undefined,
          }))}
        />
      </div>
      {now.step === 'what' && <Kinds kind={now.kind} />}
      <div ref={view}>
        <View
          now={now}
          measure={measure}
          volumes={volumes}
          tried={tried}
          problems={problems}
          taken={taken}
          sealed={sealed}
          ruleProblems={rules}
          fileProblem={file?.path === now.passphraseFile ? file.problem : null}
          shared={shared}
        />
      </div>
      {error && (
        <div className={styles.error}>
          <ErrorCard error={error} />
        </div>
      )}
      <div className={styles.foot}>
        {place > 0 && <Button onPress={() => move(-1)}>{words.back}</Button>}
        {now.step === 'review' ? (
          <>
            <Button look="primary" busy={working} onPress={() => finish(true)}>
              {working ? words.working : text.next}
            </Button>
            <Button busy={working} onPress={() => finish(false)}>
              {words.saveOnly}
            </Button>
          </>
        ) : (
          <Button look="primary" busy={working} onPress={() => move(1)}>
            {text.next} <ArrowRight aria-hidden />
          </Button>
        )}
        {tried && now.step === 'what' && problems[0] ? (
          // Elsewhere its field says it.
          <span role="alert" className={styles.missing}>
            {words.problems[problems[0]]}
          </span>
        ) : (
          <span className="faint">{takenUp ? words.takenUp : words.kept}</span>
        )}
      </div>
    </>
  );
};

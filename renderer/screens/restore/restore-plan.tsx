import type { OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { placedName } from '../../../shared/model/tape-place.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Stat, Stats } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import { tapesOnMedia } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { jobsWords } from '../../words/jobs.ts';
import { overviewWords } from '../../words/overview.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { MountLanes } from './mount-lanes.tsx';
import styles from './restore.module.css';
import { RestoreConflicts } from './restore-conflicts.tsx';
import { toldBefore } from './told-before.ts';

const SHOWN = 50;

/** What is on devices that are overwritten. */
export const lossesOf = (plans: readonly OutputOf<'restore'>[]): string[] => plans.flatMap(({ loses }) => loses ?? []);

/** What a restore will do, in numbers, before it does it. */
export const RestorePlan = (props: {
  plans: readonly OutputOf<'restore'>[];
  goes: string | null;
  /** A disk is overwritten as a whole. */
  whole: boolean;
  /** Something is in the way, so that nothing would be restored. */
  stops: boolean;
}) => {
  const { plans, goes, whole, stops } = props;
  const sum = (of: (plan: OutputOf<'restore'>) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  const tapes = [
    ...Map.groupBy(
      plans.flatMap((plan) => plan.tapes),
      ({ tape }) => tape,
    ).values(),
  ].flatMap((same) =>
    same.slice(0, 1).map((tape) => ({ ...tape, bytes: same.reduce((total, { bytes }) => total + bytes, 0) })),
  );
  const wanted = sum((plan) => plan.wanted);
  const losses = lossesOf(plans);
  const warnings = toldBefore(plans, stops);
  const harmed = [
    ...new Set(plans.flatMap(({ knownDamage }) => knownDamage.flatMap(({ elements }) => elements))),
  ].sort();
  const others = new Map(
    plans.flatMap((plan) => plan.others.map(({ path, backedUpAt }) => [path, backedUpAt] as const)),
  );
  const away = tapes.filter(({ present }) => !present);
  const vault = plans.find((plan) => plan.tapes.some(({ present }) => !present))?.vault ?? null;
  return (
    <section className={styles.plan} aria-live="polite">
      {away.length > 0 && (
        <Notice
          title={jobsWords.awayTitle(away.map(placedName))}
          actions={
            <ButtonLink
              to={tapesOnMedia(
                away.map(({ tape }) => tape),
                vault,
              )}
            >
              {overviewWords.showTapes(away.length)}
            </ButtonLink>
          }
        >
          {jobsWords.awayAbout.planned}
        </Notice>
      )}
      {harmed.length > 0 && (
        <Notice title={words.harmedTitle(harmed.length)} tone="bad">
          {words.harmedAbout}
          <ul className={styles.paths}>
            {harmed.slice(0, SHOWN).map((path) => (
              <li key={path}>
                {printable(path)} <span className="faint">{words.otherMomentOf(others.get(path) ?? null)}</span>
              </li>
            ))}
            {harmed.length > SHOWN && <li>{words.moreConflicts(harmed.length - SHOWN)}</li>}
          </ul>
        </Notice>
      )}
      {warnings.length > 0 && (
        <Notice title={words.toldBeforeTitle(warnings.length)}>
          {warnings.slice(0, SHOWN).map(({ code, path, message }) => (
            <div key={`${code} ${path} ${message}`}>
              {path && <b className="num">{printable(path)}</b>} {printable(message)}{' '}
              <span className="faint num">{code}</span>
            </div>
          ))}
          {warnings.length > SHOWN && <div>{words.moreConflicts(warnings.length - SHOWN)}</div>}
        </Notice>
      )}
      {losses.length > 0 && (
        <Notice title={words.overwriteDeviceTitle(losses.length)}>
          {losses.map((loss) => (
            <div key={loss}>{printable(loss)}</div>
          ))}
        </Notice>
      )}
      {!stops && (
        <Stats>
          <Stat value={format.count(wanted)}>{words.planElements(wanted)}</Stat>
          <Stat value={format.bytes(sum(({ bytes }) => bytes))}>{words.planBytes}</Stat>
        </Stats>
      )}
      <div>
        <span className="quiet">{words.goes}</span>{' '}
        <b className="num">
          {printable(
            goes ??
              [
                ...new Set(
                  plans.map(({ place, conflicts: [met], loses }) =>
                    loses === undefined ? place.path : (met?.path ?? place.path),
                  ),
                ),
              ].join(', '),
          )}
        </b>
      </div>
      {!stops && <MountLanes plans={plans} />}
      <RestoreConflicts plans={plans} whole={whole} />
    </section>
  );
};

import { useState } from 'react';
import type { Attention } from '../../../shared/contract/attention.ts';
import { type InputOf, PROCEDURES, type ProcedureName } from '../../../shared/contract/contract.ts';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useJobs } from '../../stores/jobs.ts';
import { href, tapesOnMedia } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { overviewWords as words } from '../../words/overview.ts';
import { reclaimWords } from '../../words/reclaim.ts';
import styles from './overview.module.css';
import { noteStarted, runningOf } from './run-backup.ts';

type Action = NonNullable<Attention['action']>;

const STARTED = ['backup', 'job.resume', 'verify', 'restore.test', 'vault.rebuild'] as const;

/**
 * Does what the console proposes, and says so once it began: a passphrase that is asked for first may not be given. An input that the contract does not
 * know is refused by the console. Answers the job that began, else null.
 */
const act = async ({ procedure, input }: Action): Promise<string | null> => {
  const name = procedure as ProcedureName;
  const starts = STARTED.find((each) => each === name);
  try {
    if (starts) {
      const job = await startJob(starts, input as InputOf<typeof starts>);
      announce(words.acted);
      return job;
    }
    await change(name, input as InputOf<typeof name>);
    announce(words.done, 'good');
  } catch (thrown) {
    said(thrown);
  }
  return null;
};

interface MatterProps {
  readonly matter: Attention;
  /** What becomes of the focus once a backup began, and the matter is none any more. */
  readonly follow: (job: string, from: Element | null) => void;
}

const Matter = ({ matter, follow }: MatterProps) => {
  const { title, about } = words.attention(matter);
  const { action, context } = matter;
  const [started, setStarted] = useState<string | null | undefined>();
  const backsUp = action?.procedure === 'backup' || action?.procedure === 'job.resume';
  const note = (job: string | null | undefined) => {
    setStarted(job);
    if (backsUp && matter.object !== null) noteStarted(matter.object, job);
  };
  const runs = useJobs(({ jobs }) => runningOf(null, started, jobs) !== null);
  const see = async (proposed: Action) => {
    const from = document.activeElement;
    note(null);
    const job = await act(proposed);
    note(job ?? undefined);
    if (backsUp && job !== null) follow(job, from);
  };
  const known = action !== null && Object.hasOwn(PROCEDURES, action.procedure);
  return (
    <Notice
      title={title}
      tone={matter.severity === 'lost' ? 'bad' : 'warn'}
      actions={
        <>
          {known && (
            // It stands until the console has looked again: a second press would start another one.
            <Button busy={started === null || runs} onPress={() => see(action)}>
              {words.actOf(action)}
            </Button>
          )}
          {typeof context.job === 'string' && (
            <ButtonLink look="ghost" to={href('jobs', context.job)}>
              {words.seeJob}
            </ButtonLink>
          )}
          {typeof context.pick === 'string' && (
            <ButtonLink to={tapesOnMedia(context.pick.split(','), matter.vault)}>
              {words.showTapes(Number(context.count))}
            </ButtonLink>
          )}
          {matter.code === 'RETENTION_HELD' && (
            <ButtonLink to={href('retention', matter.object)}>{words.look}</ButtonLink>
          )}
          {(matter.code === 'VAULT_NEARLY_FULL' || matter.code === 'VAULT_FULL') && !known && (
            <ButtonLink to={href('media', null, { vault: matter.vault ?? undefined })}>{words.seeTapes}</ButtonLink>
          )}
          {matter.code === 'TAPES_TO_RECLAIM' && (
            <ButtonLink to={href('media', null, { vault: matter.vault ?? undefined, reclaim: 'yes' })}>
              {reclaimWords.suggestedAct}
            </ButtonLink>
          )}
          {typeof context.notice === 'string' && <ButtonLink to={href('notices')}>{words.seeNotices}</ButtonLink>}
          {typeof context.schedule === 'string' && (
            <ButtonLink look="ghost" to={href('schedules', context.schedule)}>
              {words.seeSchedule}
            </ButtonLink>
          )}
        </>
      }
    >
      {printable(about)}
    </Notice>
  );
};

/** That nobody hears of it when something needs a person, unless they look here. */
const NobodyTold = () => {
  const { data } = useQuery('notice.list', {});
  if (!data || data.notices.length > 0) return null;
  return (
    <span className="quiet">
      {words.nobodyTold} <a href={href('notices')}>{words.haveTold}</a>
    </span>
  );
};

/** What needs a person, the most urgent first. */
export const Matters = (props: {
  matters: readonly Attention[];
  objects: readonly ObjectOverview[];
  follow: MatterProps['follow'];
}) => (
  <Card title={words.needsYou} aside={props.matters.length || null}>
    <div className={styles.matters}>
      {props.matters.length === 0 && (
        <span className="quiet">
          {props.objects.length === 0 ? words.nothingYet : words.nothingNeeded(props.objects)}
        </span>
      )}
      {props.objects.length > 0 && <NobodyTold />}
      {props.matters.map((matter) => (
        <Matter
          key={JSON.stringify([matter.code, matter.object, matter.vault, matter.context])}
          matter={matter}
          follow={props.follow}
        />
      ))}
    </div>
  </Card>
);

import type { ReactNode } from 'react';
import { printable } from '../../../shared/model/printable.ts';
import { Card, Columns, Facts, Stack, Stat, Stats } from '../../components/layout.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { SharedDisk } from '../../components/shared-disk.tsx';
import { useQuery } from '../../stores/calls.ts';
import { isWithin } from '../../stores/paths.ts';
import { type Draft, suggestedName } from '../../stores/protect-draft.ts';
import type { SharedPlaces } from '../../stores/shared-disk.ts';
import { useVaults } from '../../stores/vaults.ts';
import { sumOf } from '../../stores/volumes-measure.ts';
import { format } from '../../words/format.ts';
import { TYPE_WORDS, protectWords as words } from '../../words/protect.ts';
import { schedulesWords } from '../../words/schedules.ts';
import { cronOf } from '../schedules/schedule-form.ts';
import { scheduleOf } from './planned-schedule.ts';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

interface ReviewProps {
  readonly now: Draft;
  readonly sealed: boolean;
  readonly shared: SharedPlaces;
  readonly summary: ReactNode;
  /** What will be read; null while it is counted. */
  readonly bytes: number | null;
  readonly chosen: readonly string[];
  readonly more?: ReactNode;
  readonly notices?: ReactNode;
}

/** What is the same whatever is protected. */
const Review = ({ now, sealed, shared, summary, bytes, chosen, more, notices }: ReviewProps) => {
  const { data } = useVaults();
  const dir = now.vault ?? now.newVault;
  const known = data?.vaults.find((vault) => vault.dir === now.vault);
  const disk = useQuery('place.list', { path: { path: dir }, nearest: true, foldersOnly: true, limit: 1 });
  const free = disk.data?.bytesFree ?? null;
  const schedule = scheduleOf(now, sealed);
  const cron = schedule && cronOf(schedule);
  const sealing = known
    ? known.sealed
      ? words.sealedYes
      : words.sealedNo
    : now.vault
      ? words.sealedAsVault
      : now.sealed
        ? words.sealedYes
        : words.sealedNo;
  return (
    <Columns>
      <Stack>
        <Card title={words.summary} padded>
          {summary}
        </Card>
        {notices}
        <SharedDisk shared={shared} />
        {bytes !== null && free !== null && free < bytes && <Notice title={words.roomShort(format.bytes(free))} />}
      </Stack>
      <Card padded>
        <Facts>
          <dt>{words.objectName}</dt>
          <dd>{printable(now.name || suggestedName(now))}</dd>
          <dt>{words.chosen}</dt>
          <dd className={styles.path}>
            {chosen.map((each) => (
              <div key={each}>{printable(each)}</div>
            ))}
          </dd>
          {more}
          <dt>{words.goesTo}</dt>
          <dd className={styles.path}>{printable(dir)}</dd>
          <dt>{words.sealing}</dt>
          <dd>{sealing}</dd>
          <dt>{words.level}</dt>
          <dd>{now.vault === null ? words.levels.full : words.levels[now.level]}</dd>
          <dt>{words.runsAt}</dt>
          <dd>{cron === null ? words.runs.hand.title : schedulesWords.whenIn(cron, schedule?.zone ?? '')}</dd>
          {cron !== null && sealed && (
            <>
              <dt>{schedulesWords.passphraseFile}</dt>
              <dd className={styles.path}>{printable(now.passphraseFile)}</dd>
            </>
          )}
        </Facts>
      </Card>
    </Columns>
  );
};

/** The plan, in numbers, before anything is written. */
export const ReviewStep = ({ now, measure, sealed, shared }: StepProps) => {
  const { sample, current, error } = measure;
  const left = sample?.leftOut.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  const dir = now.vault ?? now.newVault;
  return (
    <Review
      now={now}
      sealed={sealed}
      shared={shared}
      bytes={sample?.bytes ?? null}
      chosen={now.roots.map(({ path }) => path)}
      more={
        <>
          <dt>{words.leftOut}</dt>
          <dd className={styles.path}>
            {[...now.unprotect.map((type) => TYPE_WORDS[type].title), ...now.exclude.filter(Boolean)].map((each) => (
              <div key={each}>{each}</div>
            ))}
            {now.unprotect.length === 0 && !now.exclude.some(Boolean) && words.leftOutNothing}
          </dd>
        </>
      }
      summary={
        sample ? (
          <Stats>
            <Stat value={format.bytes(sample.bytes)}>{words.toRead}</Stat>
            <Stat value={format.count(sample.elements)}>{words.elements(sample.elements)}</Stat>
            <Stat value={format.bytes(left)}>{words.leaves}</Stat>
          </Stats>
        ) : error ? (
          <ErrorCard error={error} />
        ) : (
          <Loading>{words.counting}</Loading>
        )
      }
      notices={
        <>
          {sample && !(current && sample.finished) && <Notice title={words.stillCounting} />}
          {now.roots.some(({ path }) => isWithin(dir, path)) && <Notice title={words.vaultWithin} />}
        </>
      }
    />
  );
};

/** The same of volumes. */
export const VolumesReviewStep = ({ now, volumes, sealed, shared }: StepProps) => {
  const { measured, error, reload } = volumes;
  const { size, bytes, holeBytes, leftOutBytes } = sumOf(measured);
  const counted = measured.length === now.volumes.length;
  return (
    <Review
      now={now}
      sealed={sealed}
      shared={shared}
      bytes={counted ? bytes : null}
      chosen={now.volumes}
      more={
        now.volumes.length > 1 && (
          <>
            <dt>{words.atOneMoment}</dt>
            <dd>{words.oneMoment}</dd>
          </>
        )
      }
      summary={
        counted ? (
          <Stats>
            <Stat value={format.bytes(bytes)}>
              {words.toRead}, {words.ofTheirSize(format.bytes(size))}
            </Stat>
            <Stat value={format.bytes(leftOutBytes)}>{words.unprotectedBlocks}</Stat>
            <Stat value={format.bytes(holeBytes)}>{words.holes}</Stat>
          </Stats>
        ) : error ? (
          <ErrorCard error={error} retry={reload} />
        ) : (
          <Loading>{words.counting}</Loading>
        )
      }
    />
  );
};

import { memo, type ReactNode } from 'react';
import { type OutputOf, PROCEDURES } from '../../../shared/contract/contract.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { printable } from '../../../shared/model/printable.ts';
import { type PlacedTape, placedName } from '../../../shared/model/tape-place.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, Row, Stack, Stat, Stats } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { pathIn } from '../../stores/paths.ts';
import { go, href, tapesOnMedia } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import type { TapeName } from '../../stores/tape-names.ts';
import { checksWords } from '../../words/checks.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { overviewWords } from '../../words/overview.ts';
import { LEVEL_WORDS } from '../../words/restore.ts';
import { type Away, apart, isWhole } from './job-findings.ts';
import styles from './jobs.module.css';
import { ExportReport, ImportReport } from './transfer-report.tsx';

/** A job's own record does not name its object again. */
const TEST_RESULT = PROCEDURES['restore.test'].output.omit({ object: true });

interface ReportProps {
  readonly job: JobRecord;
  readonly name: TapeName;
}

/** What a finished job brought; a result that is not what its procedure answers is not shown. */
const Report = ({ job, name }: ReportProps) => {
  if (job.kind === 'backup' || job.kind === 'merge') return <BackupReport job={job} name={name} />;
  if (job.kind === 'restore') return <RestoreReport job={job} name={name} />;
  if (job.kind === 'verify') return <VerifyReport job={job} name={name} />;
  if (job.kind === 'export') return <ExportReport result={job.result} name={name} />;
  if (job.kind === 'import') return <ImportReport result={job.result} />;
  if (job.kind === 'restore-test') return <TestReport job={job} />;
  return null;
};

/** Samples of a job that runs bring nothing new here. */
export const JobReport = memo(
  Report,
  (before, { job, name }) =>
    before.name === name &&
    before.job.id === job.id &&
    before.job.state === job.state &&
    before.job.result === job.result,
);

const BackupReport = ({ job, name }: ReportProps) => {
  const parsed = PROCEDURES.backup.output.safeParse(job.result);
  if (!parsed.success) return null;
  const { set } = parsed.data;
  const content = job.kind === 'backup' && words.contentOf(set.level, job.progress?.elementsDone ?? 0, set.elements);
  return (
    <Card title={words.report} aside={<span className="num">{set.tapes.map(name).join(' ')}</span>} padded>
      <Row>
        <span>
          <b>{words.setWords(LEVEL_WORDS[set.level], set.elements, format.bytes(set.logicalBytes))}</b>
          {content && <span className="second">{content}</span>}
        </span>
        <ButtonLink to={href('restore', set.object, { set: set.id })}>{words.restoreFrom}</ButtonLink>
        <Button look="ghost" onPress={() => startJob('verify', { sets: [set.id] }).then((id) => go(href('jobs', id)))}>
          {words.verify}
        </Button>
      </Row>
    </Card>
  );
};

interface DamagedProps {
  readonly damaged: readonly { tape: string; set: string; chunk: number; elements: readonly string[] }[];
  readonly name: TapeName;
  /** Null where several, or none that is known, are concerned. */
  readonly object: string | null;
}

/** Chunks that are listed. */
const MOST_CHUNKS = 20;

const MoreChunks = ({ of }: { of: readonly unknown[] }) =>
  of.length > MOST_CHUNKS && <li>{words.moreChunks(of.length - MOST_CHUNKS)}</li>;

/** What can be done about what is damaged of an object. */
const Remedies = ({ object }: { object: string }) => (
  <>
    <ButtonLink to={href('restore', object)}>{words.otherSets}</ButtonLink>
    <Button onPress={() => void startJob('backup', { object, level: 'full' }).then((id) => go(href('jobs', id)), said)}>
      {words.backUpFull}
    </Button>
  </>
);

const Damaged = ({ damaged, name, object }: DamagedProps) =>
  damaged.length === 0 ? null : (
    <Notice
      title={words.damagedTitle}
      tone="bad"
      actions={
        <>
          {object !== null && <Remedies object={object} />}
          <span className="faint num">UNIT_DAMAGED</span>
        </>
      }
    >
      {words.damagedAbout}
      <ul>
        {damaged.slice(0, MOST_CHUNKS).map(({ tape, set, chunk, elements }) => (
          <li key={`${tape}-${set}-${chunk}`} className={styles.path}>
            {words.damagedLine(tape === '' ? '' : name(tape), chunk, elements)}
          </li>
        ))}
        <MoreChunks of={damaged} />
      </ul>
    </Notice>
  );

/** What another tape has whole is a matter of that tape, and no loss. */
const Copied = ({
  damaged,
  noted,
  name,
}: {
  damaged: OutputOf<'verify'>['damaged'];
  noted: boolean;
  name: TapeName;
}) =>
  damaged.length === 0 ? null : (
    <Notice title={words.copiedTitle(damaged.length)}>
      {words.copiedAbout([...new Set(damaged.flatMap(({ wholeOn }) => wholeOn.map(name)))], noted)}
      <ul>
        {damaged.slice(0, MOST_CHUNKS).map(({ tape, chunk, set, elements, wholeOn }) => (
          <li key={`${tape}-${set}-${chunk}`} className={styles.path}>
            {words.copiedLine(name(tape), wholeOn.map(name), chunk, elements)}
          </li>
        ))}
        <MoreChunks of={damaged} />
      </ul>
    </Notice>
  );

interface AwayTapesProps {
  readonly away: readonly Away[];
  /** What stands on them, and where they were; one that is not among them goes by its volume id. */
  readonly placed: readonly PlacedTape[];
  readonly about: string;
  readonly title?: (names: readonly string[]) => string;
  readonly vault: string;
  /** What does the same again, once they are back. */
  readonly again?: ReactNode;
}

const AwayTapes = ({ away, placed, about, title = words.awayTitle, vault, again }: AwayTapesProps) => {
  if (away.length === 0) return null;
  const known = new Map(placed.map((each) => [each.tape, each]));
  const nameOf = (tape: string): string => {
    const found = known.get(tape);
    return found ? placedName(found) : tape;
  };
  const tapes = away.map(({ tape }) => tape);
  const named = tapes.filter((tape) => tape !== '');
  return (
    <Notice
      title={title(tapes.map(nameOf))}
      actions={
        <>
          {named.length > 0 && (
            <ButtonLink to={tapesOnMedia(named, vault)}>{overviewWords.showTapes(named.length)}</ButtonLink>
          )}
          {again}
        </>
      }
    >
      {about}
      {tapes.includes('') && ` ${words.awayAbout.unknown}`}
      <ul>
        {away
          .filter(({ elements }) => elements.length > 0)
          .map(({ tape, elements }) => (
            <li key={tape} className={styles.path}>
              {words.awayLine(known.get(tape)?.barcode ?? tape, elements)}
            </li>
          ))}
      </ul>
    </Notice>
  );
};

const RestoreReport = ({ job: { result, vault, object }, name }: ReportProps) => {
  const parsed = PROCEDURES.restore.output.safeParse(result);
  const about = useQuery('about', parsed.success ? {} : null);
  if (!parsed.success) return null;
  const { restored, skipped, bytes, conflictCount, place, dryRun } = parsed.data;
  const unreadTapes = parsed.data.tapes.filter(({ unread }) => unread).map(({ tape }) => tape);
  const { damaged: found, away: unread } = apart(parsed.data.damaged, unreadTapes);
  const { damaged, away } = apart(found, [
    ...parsed.data.tapes.filter(({ present }) => !present).map(({ tape }) => tape),
    // Chunks of which no tape is known: one that nobody has told of may hold them.
    ...(parsed.data.damaged.some(({ tape }) => tape === '') ? [''] : []),
  ]);
  const notRestored = dryRun ? 0 : Math.max(0, parsed.data.wanted - restored);
  const came = isWhole(parsed.data) ? 'whole' : restored > 0 ? 'part' : 'nothing';
  return (
    <Stack>
      <AwayTapes
        away={away}
        placed={parsed.data.tapes}
        about={dryRun ? words.awayAbout.planned : words.awayAbout.restore}
        vault={vault}
      />
      <AwayTapes
        away={unread.filter(({ elements }) => elements.length > 0)}
        placed={parsed.data.tapes}
        about={words.awayAbout.unread}
        title={words.unreadTitle}
        vault={vault}
      />
      <Damaged damaged={damaged} name={name} object={object} />
      <Card title={words.report} aside={dryRun ? words.dry : null} padded>
        <Stack>
          <Stats>
            <Stat value={format.count(restored)}>{words.restored}</Stat>
            {notRestored > 0 && <Stat value={format.count(notRestored)}>{words.notRestored}</Stat>}
            <Stat value={format.bytes(bytes)}>{words.readLabel}</Stat>
            <Stat value={format.count(skipped)}>{words.skipped}</Stat>
            <Stat value={format.count(conflictCount)}>{words.conflicts(conflictCount)}</Stat>
          </Stats>
          {!dryRun && (
            <Row>
              <span className="quiet">{words.restoredTo[came]}</span>{' '}
              <b className={styles.path}>{printable(place.path)}</b>
              {about.data?.can.reveal && (
                <Button onPress={() => change('place.reveal', { path: pathIn(place) })}>{words.openFolder}</Button>
              )}
              <Button
                look="ghost"
                onPress={() =>
                  navigator.clipboard.writeText(place.path).then(
                    () => announce(words.copied, 'good'),
                    () => announce(words.copyFailed, 'bad'),
                  )
                }
              >
                {words.copyPath}
              </Button>
            </Row>
          )}
        </Stack>
      </Card>
    </Stack>
  );
};

/** Failures that are listed. */
const MOST_FAILURES = 20;

const TestReport = ({ job: { result, object, vault } }: { job: JobRecord }) => {
  const parsed = TEST_RESULT.safeParse(result);
  if (!parsed.success) return null;
  const { elements, population, bytes, sourceSame, sourceChanged, tooLong, failures, tapesAway } = parsed.data;
  const lacking = failures.filter(({ code }) => code === 'TAPE_AWAY');
  const wrong = failures.filter(({ code }) => code !== 'TAPE_AWAY');
  return (
    <Stack>
      {tapesAway.length > 0 && (
        <AwayTapes
          away={tapesAway.map(({ tape }) => ({ tape, elements: [] }))}
          placed={tapesAway}
          about={words.awayAbout.test(lacking.length)}
          vault={vault}
          again={
            object !== null && (
              <Button onPress={() => startJob('restore.test', { object }).then((id) => go(href('jobs', id)), said)}>
                {words.testAgain}
              </Button>
            )
          }
        />
      )}
      {wrong.length > 0 && (
        <Notice title={words.testFailed(wrong.length)} tone="bad">
          <ul>
            {wrong.slice(0, MOST_FAILURES).map(({ path, message }) => (
              <li key={path} className={styles.path}>
                {printable(path)}: {printable(message)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Card title={words.report} padded>
        <Stack>
          <Stats>
            <Stat value={format.count(elements)}>{words.testedOf(elements, population)}</Stat>
            <Stat value={format.bytes(bytes)}>{words.testedBytes}</Stat>
            <Stat value={format.count(sourceSame)}>{words.testedSource}</Stat>
          </Stats>
          <span className="quiet">{checksWords.source(sourceSame, sourceChanged)}</span>
          {tooLong > 0 && <span className="quiet">{checksWords.tooLong(tooLong)}</span>}
        </Stack>
      </Card>
    </Stack>
  );
};

const VerifyReport = ({ job: { result, object, objects, vault }, name }: ReportProps) => {
  const parsed = PROCEDURES.verify.output.safeParse(result);
  if (!parsed.success) return null;
  const { sets, chunks, damagedTapes, incomplete, missingTapes, warnings, wrongIn } = parsed.data;
  const { damaged, away } = apart(
    parsed.data.damaged,
    missingTapes.filter((missing) => missing.away).map(({ tape }) => tape),
  );
  const unnoted = warnings.filter(({ code }) => code !== 'TAPE_DAMAGED');
  return (
    <Stack>
      <AwayTapes
        away={away}
        placed={missingTapes}
        about={words.awayAbout.verify}
        vault={vault}
        again={
          objects === undefined && (
            <Button
              onPress={() =>
                void startJob('verify', object === null ? { vault } : { object }).then(
                  (id) => go(href('jobs', id)),
                  said,
                )
              }
            >
              {words.verifyAgain}
            </Button>
          )
        }
      />
      {incomplete.length > 0 && (
        <Notice title={words.incompleteTitle} tone="bad">
          {words.incompleteAbout(incomplete.length)}
        </Notice>
      )}
      {warnings
        .filter(({ code }) => code === 'TAPE_DAMAGED')
        .map(({ path }) => (
          <Notice key={path} title={words.besideTitle(name(path))}>
            {words.besideAbout}
          </Notice>
        ))}
      {unnoted.map(({ code, path, message }) => (
        <Notice key={`${code} ${path}`} title={words.notNotedTitle} tone="bad">
          {printable(words.notNotedAbout(name(path), message))}
        </Notice>
      ))}
      {damagedTapes.map(({ tape, barcode, reason }) => (
        <Notice key={tape} title={words.damagedFrontTitle(barcode)} tone="bad">
          {words.damagedFrontAbout(reason)}
        </Notice>
      ))}
      {wrongIn.map((each) => (
        <Notice
          key={each.object}
          title={words.wrongInTitle(each.object)}
          tone="bad"
          actions={object === null && <Remedies object={each.object} />}
        >
          {words.wrongInAbout(each.sets)}
        </Notice>
      ))}
      <Damaged damaged={damaged.filter(({ wholeOn }) => wholeOn.length === 0)} name={name} object={object} />
      <Copied damaged={damaged.filter(({ wholeOn }) => wholeOn.length > 0)} noted={unnoted.length === 0} name={name} />
      {damaged.length === 0 && (
        <Card title={words.report} padded>
          {words.verified(sets, chunks, away.length + incomplete.length === 0)}
        </Card>
      )}
    </Stack>
  );
};

import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { HistoryEntry } from '../../../shared/contract/history.ts';
import type { ObjectOverview, VaultOverview } from '../../../shared/contract/overview.ts';
import type { MetricFamily, MetricSample } from './exposition.ts';

/** What the metrics are made of. */
export interface MetricSources {
  readonly version: string;
  readonly overview: OutputOf<'overview'>;
  /** The newest backup of each object that has ended, by the name of the object. */
  readonly lastRuns: ReadonlyMap<string, HistoryEntry>;
  /** Jobs that have not ended, by their state. */
  readonly jobs: Readonly<Record<'queued' | 'running' | 'paused', number>>;
}

/** How a backup can end. */
const RESULTS = ['done', 'done-with-warnings', 'failed', 'cancelled', 'interrupted'] as const;
/** States of tapes that are told even when there is none. */
const TAPE_STATES = ['damaged', 'missing'] as const;

const seconds = (time: string): number => Date.parse(time) / 1000;

/** All metrics. Their names and labels are a contract with those who alert by them. */
export const metricFamilies = ({ version, overview, lastRuns, jobs }: MetricSources): MetricFamily[] => [
  family('coldframe_build_info', 'Version of the console.', [{ labels: { version }, value: 1 }]),
  ...objectFamilies(overview.objects, lastRuns),
  family(
    'coldframe_object_retention_held',
    '1 while nothing of it expires by itself, because nobody has looked at what is unusual about a backup.',
    overview.objects.map((object) => ({
      labels: labelsOf(object),
      value: Number(overview.attention.some((each) => each.code === 'RETENTION_HELD' && each.object === object.name)),
    })),
  ),
  ...checkFamilies(overview),
  ...vaultFamilies(overview.vaults),
  family(
    'coldframe_jobs',
    'Jobs that have not ended, by state.',
    Object.entries(jobs).map(([state, value]) => ({ labels: { state }, value })),
  ),
  family(
    'coldframe_attention',
    'Matters that need a person, as the overview lists them: lost, what is wanted is not protected or cannot be restored; look, the rest.',
    (['lost', 'look'] as const).map((severity) => ({
      labels: { severity },
      value: overview.attention.filter((each) => each.severity === severity).length,
    })),
  ),
];

const family = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
  name,
  help,
  samples,
});

const objectFamilies = (
  objects: readonly ObjectOverview[],
  lastRuns: ReadonlyMap<string, HistoryEntry>,
): MetricFamily[] => {
  const ofObject = (name: string, help: string, of: (object: ObjectOverview) => number | null): MetricFamily =>
    family(`coldframe_object_${name}`, help, objects.flatMap(sampled(labelsOf, of)));
  const ofRun = (name: string, help: string, of: (run: HistoryEntry) => number | null): MetricFamily =>
    ofObject(`last_run_${name}`, help, (object) => {
      const run = lastRuns.get(object.name);
      return run === undefined ? null : of(run);
    });
  return [
    ofObject(
      'last_good_timestamp_seconds',
      'When the newest good backup was made; absent before the first.',
      (object) => (object.lastGood === null ? null : seconds(object.lastGood.createdAt)),
    ),
    ofObject('last_good_size_bytes', 'Logical size of the newest good backup.', ({ lastGood }) =>
      lastGood === null ? null : lastGood.logicalBytes,
    ),
    ofObject('sets', 'Block sets that the catalog lists, whatever their state.', ({ sets }) => sets),
    ofObject(
      'overdue',
      '1 when there is no good backup, or a run of its schedules was due and brought none; without a schedule, when the newest is older than the setting of this home allows.',
      ({ lastGood, overdueSince }) => Number(lastGood === null || overdueSince !== null),
    ),
    ofObject('running', '1 while a backup waits, runs or is paused.', ({ running }) => Number(running !== null)),
    ofObject('next_run_timestamp_seconds', 'When a schedule backs it up next; absent when none does.', ({ nextRun }) =>
      nextRun === null ? null : seconds(nextRun),
    ),
    family(
      'coldframe_object_last_run_result',
      '1 for how the newest backup that has ended came out, 0 for all other results.',
      objects.flatMap((object) => {
        const run = lastRuns.get(object.name);
        if (run === undefined) return [];
        return RESULTS.map((result) => ({
          labels: { ...labelsOf(object), result },
          value: Number(run.outcome === result),
        }));
      }),
    ),
    ofRun('timestamp_seconds', 'When the newest backup that has ended did so.', ({ finishedAt }) =>
      finishedAt === null ? null : seconds(finishedAt),
    ),
    ofRun('duration_seconds', 'How long it took.', ({ durationMs }) =>
      durationMs === null ? null : durationMs / 1000,
    ),
    ofRun('read_bytes', 'What it read from the source.', ({ bytesRead }) => bytesRead),
    ofRun('stored_bytes', 'What it stored on tape.', ({ bytesStored }) => bytesStored),
    ofRun('warnings', 'How many warnings it had.', ({ warnings }) => warnings),
  ];
};

const labelsOf = ({ name, vault }: ObjectOverview): MetricSample['labels'] => ({ object: name, vault: vault.dir });

/** One sample a thing, none where nothing is known. */
const sampled =
  <T>(labels: (thing: T) => MetricSample['labels'], of: (thing: T) => number | null) =>
  (thing: T): MetricSample[] => {
    const value = of(thing);
    return value === null ? [] : [{ labels: labels(thing), value }];
  };

/** Checks of an object have its name; those of a whole vault an empty one, which is as good as none. */
const checkFamilies = ({ objects, vaults }: OutputOf<'overview'>): MetricFamily[] => {
  const all = [
    ...objects.flatMap((object) => [
      { labels: { ...labelsOf(object), kind: 'restore-test' }, standing: object.restoreTest },
      { labels: { ...labelsOf(object), kind: 'verify' }, standing: object.verify },
    ]),
    ...vaults.map(({ vault, verify }) => ({
      labels: { object: '', vault: vault.dir, kind: 'verify' },
      standing: verify,
    })),
  ];
  const of = (name: string, help: string, value: (standing: (typeof all)[number]['standing']) => number | null) =>
    family(
      name,
      help,
      all.flatMap(
        sampled(
          ({ labels }) => labels,
          ({ standing }) => value(standing),
        ),
      ),
    );
  return [
    of('coldframe_check_wrong', '1 when something was found wrong that did not come back right since.', ({ last }) =>
      last === null ? null : Number(last.outcome === 'wrong'),
    ),
    of('coldframe_check_away', '1 when it could not look at everything, because tapes were away.', ({ last }) =>
      last === null ? null : Number(last.outcome === 'away'),
    ),
    of('coldframe_check_last_timestamp_seconds', 'When the newest check came to a finding.', ({ last }) =>
      last === null ? null : seconds(last.at),
    ),
    of('coldframe_check_overdue', '1 when a check is missing.', ({ overdueSince }) => Number(overdueSince !== null)),
  ];
};

const vaultFamilies = (vaults: readonly VaultOverview[]): MetricFamily[] => {
  const labels = ({ vault }: VaultOverview): MetricSample['labels'] => ({ vault: vault.dir });
  const of = (name: string, help: string, value: (vault: VaultOverview) => number | null): MetricFamily =>
    family(`coldframe_vault_${name}`, help, vaults.flatMap(sampled(labels, value)));
  return [
    of('reachable', '1 when the vault is there.', ({ reachable }) => Number(reachable)),
    of('sets', 'Block sets that the catalog lists.', ({ sets }) => sets),
    of('capacity_bytes', 'What its tapes and empty slots can hold.', ({ space }) => space?.bytesCapacity ?? null),
    of('used_bytes', 'What is written on its tapes.', ({ space }) => space?.bytesUsed ?? null),
    of(
      'free_bytes',
      'What can still be written to its tapes and empty slots.',
      ({ space }) => space?.bytesFree ?? null,
    ),
    of('disk_free_bytes', 'What the disk that it lies on has left.', ({ space }) => space?.bytesFreeOnDisk ?? null),
    of(
      'growth_bytes_per_day',
      'How fast it grew lately, what expired taken off; absent while there is too little to go by.',
      ({ forecast }) => (forecast === null ? null : forecast.bytesPerDay),
    ),
    of(
      'full_timestamp_seconds',
      'When it is full if it goes on so; absent when that is not in sight.',
      ({ forecast }) => (forecast === null || forecast.fullAt === null ? null : seconds(forecast.fullAt)),
    ),
    family(
      'coldframe_vault_tapes',
      'Tapes, by state.',
      vaults.flatMap((vault) => {
        if (vault.space === null) return [];
        const counts = { ...Object.fromEntries(TAPE_STATES.map((state) => [state, 0])), ...vault.tapes };
        return Object.entries(counts).map(([state, value]) => ({ labels: { ...labels(vault), state }, value }));
      }),
    ),
  ];
};

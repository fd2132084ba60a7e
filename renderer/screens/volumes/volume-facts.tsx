import type { SetView } from '../../../shared/contract/backup.ts';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts, NameLink } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { LEVEL_WORDS } from '../../words/restore.ts';
import { volumesWords as words } from '../../words/volumes.ts';

type PinnedSet = NonNullable<VolumeView['checkpoints'][number]['set']>;

/** The backup that a checkpoint belongs to; one that the catalog does not list any more goes by its id. */
const BackupLink = ({ set, sets }: { set: PinnedSet; sets: readonly SetView[] }) => {
  const known = sets.find(({ id }) => id === set.id);
  if (!known) return <span className="num">{set.id.slice(0, 8)}</span>;
  return (
    <NameLink to={href('restore', known.object, { set: set.id })}>
      {words.backupOf(LEVEL_WORDS[known.level], known.object)}
    </NameLink>
  );
};

/** Moments since which changes can be told. */
export const Checkpoints = ({ volume, snapshots }: { volume: VolumeView; snapshots: readonly SnapshotView[] }) => {
  const now = useNow();
  const objects = useQuery('object.list', {}).data?.objects.filter((one) => one.volumes.includes(volume.name)) ?? [];
  const pinned = volume.checkpoints.some(({ set }) => set !== null);
  const [only] = objects.length === 1 ? objects : [];
  const sets = useQuery('sets', pinned ? (only ? { object: only.name } : {}) : null).data?.sets ?? [];
  return (
    <Card title={words.checkpoints} padded={volume.checkpoints.length === 0}>
      {volume.checkpoints.length === 0 ? (
        <span className="quiet">{words.noCheckpoints}</span>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.checkpoint}</th>
              <th scope="col">{words.madeAt}</th>
              <th scope="col">{words.checkpointOf}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {volume.checkpoints.toReversed().map(({ id, createdAt, set }) => (
              <tr key={id}>
                <td>
                  <span className="num">{id.slice(0, 12)}</span>
                </td>
                <td title={format.date(createdAt)}>
                  {format.when(createdAt, now)} <span className="faint">{format.age(createdAt, now)}</span>
                </td>
                <td>
                  {set === null ? (
                    <span className="faint">{words.noBackup}</span>
                  ) : (
                    <BackupLink set={set} sets={sets} />
                  )}
                </td>
                <td>
                  {snapshots.some(({ checkpoint }) => checkpoint === id) && <Pill tone="good">{words.held}</Pill>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
};

/** How a volume was set up. */
export const VolumeFacts = ({ volume, protect }: { volume: VolumeView; protect: () => void }) => (
  <Card
    title={words.facts}
    aside={
      <Button isDisabled={volume.state === 'missing'} onPress={protect}>
        {words.nameRanges}
      </Button>
    }
    padded
  >
    <Facts>
      <dt>{words.disk}</dt>
      <dd className="num">{printable(volume.path)}</dd>
      {volume.changes === 'untold' && (
        <>
          <dt>{words.untold}</dt>
          <dd>{words.untoldAbout}</dd>
        </>
      )}
      <dt>{words.segment}</dt>
      <dd>{words.segmentsOf(volume.segments, format.bytes(volume.segmentBytes))}</dd>
      <dt>{words.preserveHead}</dt>
      <dd>{words.preserveWords[volume.preserve]}</dd>
      <dt>{words.fullHead}</dt>
      <dd>{words.fullWords(volume.onFull, format.duration(volume.blockMs))}</dd>
    </Facts>
  </Card>
);

import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { useNow } from '../../stores/clock.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';

/** Moments since which changes can be told. */
export const Checkpoints = ({ volume, snapshots }: { volume: VolumeView; snapshots: readonly SnapshotView[] }) => {
  const now = useNow();
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
              <td />
            </tr>
          </thead>
          <tbody>
            {volume.checkpoints.toReversed().map(({ id, createdAt }) => (
              <tr key={id}>
                <td>
                  <span className="num">{id.slice(0, 12)}</span>
                </td>
                <td title={format.date(createdAt)}>
                  {format.when(createdAt, now)} <span className="faint">{format.age(createdAt, now)}</span>
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
      <dd className="num">{volume.path}</dd>
      <dt>{words.segment}</dt>
      <dd>{words.segmentsOf(volume.segments, format.bytes(volume.segmentBytes))}</dd>
      <dt>{words.preserveHead}</dt>
      <dd>{words.preserveWords[volume.preserve]}</dd>
      <dt>{words.fullHead}</dt>
      <dd>{words.fullWords(volume.onFull, format.duration(volume.blockMs))}</dd>
    </Facts>
  </Card>
);

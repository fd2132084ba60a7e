import { Snowflake } from 'lucide-react';
import { useState } from 'react';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { CopyName } from '../../components/copy-line.tsx';
import { Acts, Card, NameLink } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState } from '../../components/notices.tsx';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { ReleaseConsent } from './release-consent.tsx';
import { frozenExport, isRead } from './volume-matters.ts';

interface HeldProps {
  readonly held: SnapshotView['volumes'][number];
  readonly volume: VolumeView | undefined;
  readonly name: string;
}

const Whole = ({ held, read }: { held: HeldProps['held']; read: boolean }) => {
  if (held.lost !== null) {
    return (
      <>
        <Pill tone="bad">{words.lost}</Pill> <span className="quiet">{words.lostReason(held.lost)}</span>
      </>
    );
  }
  if (read) return <Pill tone="good">{words.whole}</Pill>;
  return (
    <span title={words.unreadAbout}>
      <Pill tone="none">{words.unread}</Pill>
    </span>
  );
};

const Held = ({ held, volume, name }: HeldProps) => (
  <>
    <td>
      <NameLink to={href('volumes', held.name)}>{held.name}</NameLink>
    </td>
    <td className="num">{volume && isRead(volume) ? format.bytes(held.preserved * volume.segmentBytes) : ''}</td>
    <td>
      <Whole held={held} read={volume !== undefined && isRead(volume)} />
    </td>
    <td>
      <CopyName text={name} what={name} label={words.copyExport(name)} />
      {!volume?.exports.some((one) => one.export === name) && <span className="faint"> {words.notServedNow}</span>}
    </td>
  </>
);

interface SnapshotTableProps {
  readonly snapshots: readonly SnapshotView[];
  readonly volumes: readonly VolumeView[];
}

/** Snapshots that are held, each with what it shows of every volume. */
export const SnapshotTable = ({ snapshots, volumes }: SnapshotTableProps) => {
  const now = useNow();
  const [releasing, setReleasing] = useState<SnapshotView | null>(null);
  return (
    <Card title={words.snapshots} aside={snapshots.length || null}>
      {snapshots.length === 0 ? (
        <EmptyState icon={Snowflake} title={words.noSnapshots}>
          {words.noSnapshotsAbout}
        </EmptyState>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.moment}</th>
              <th scope="col">{words.volume}</th>
              <th scope="col" className="num">
                {words.preserved}
              </th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.frozenImage}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {snapshots.toReversed().flatMap((snapshot) =>
              snapshot.volumes.map((held, index) => (
                <tr key={`${snapshot.id} ${held.name}`}>
                  {index === 0 && (
                    <td rowSpan={snapshot.volumes.length} title={format.date(snapshot.createdAt)}>
                      {format.when(snapshot.createdAt, now)}{' '}
                      <span className="faint">{format.age(snapshot.createdAt, now)}</span>
                      {snapshot.purpose === 'backup' && <span className="second">{words.forBackup}</span>}
                    </td>
                  )}
                  <Held
                    held={held}
                    volume={volumes.find(({ name }) => name === held.name)}
                    name={frozenExport(held.name, snapshot.id)}
                  />
                  {index === 0 && (
                    <td rowSpan={snapshot.volumes.length}>
                      <Acts>
                        <Button
                          aria-label={words.releaseOne(format.when(snapshot.createdAt, now))}
                          onPress={() => setReleasing(snapshot)}
                        >
                          {words.release}
                        </Button>
                      </Acts>
                    </td>
                  )}
                </tr>
              )),
            )}
          </tbody>
        </table>
      )}
      {releasing && <ReleaseConsent snapshot={releasing} volumes={volumes} close={() => setReleasing(null)} />}
    </Card>
  );
};

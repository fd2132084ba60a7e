import { HardDrive, Plus, Snowflake } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useLive } from '../../stores/live.ts';
import { type Rate, useRates } from '../../stores/rates.ts';
import { href, type Route } from '../../stores/route.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { FreezeDialog } from './freeze-dialog.tsx';
import { Matters } from './matters.tsx';
import { NewVolumeDialog } from './new-volume-dialog.tsx';
import { ReplicaCard } from './replica-card.tsx';
import { ServedSets } from './served-sets.tsx';
import { SnapshotTable } from './snapshot-table.tsx';
import { VolumePage } from './volume-page.tsx';
import { VolumeTable } from './volume-table.tsx';

interface AllVolumesProps {
  readonly volumes: readonly VolumeView[];
  readonly snapshots: readonly SnapshotView[];
  readonly rates: ReadonlyMap<string, Rate>;
}

const AllVolumes = ({ volumes, snapshots, rates }: AllVolumesProps) => {
  const [asking, setAsking] = useState<'new' | 'freeze' | null>(null);
  const served = volumes.filter(({ exports }) => exports.length > 0).length;
  const usable = volumes.filter(({ state }) => state !== 'missing').map(({ name }) => name);
  const newVolume = (
    <Button look="primary" onPress={() => setAsking('new')}>
      <Plus aria-hidden /> {words.newVolume}
    </Button>
  );
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about(volumes.length, served, snapshots.length)}
        actions={
          volumes.length > 0 && (
            <>
              <Button isDisabled={usable.length === 0} onPress={() => setAsking('freeze')}>
                <Snowflake aria-hidden /> {words.freeze}
              </Button>
              {newVolume}
            </>
          )
        }
      />
      <Stack>
        <Matters volumes={volumes} snapshots={snapshots} />
        <Card>
          {volumes.length === 0 ? (
            <EmptyState icon={HardDrive} title={words.none} action={newVolume}>
              {words.noneAbout}
            </EmptyState>
          ) : (
            <VolumeTable volumes={volumes} rates={rates} />
          )}
        </Card>
        <ServedSets />
        {volumes.length > 0 && <SnapshotTable snapshots={snapshots} volumes={volumes} />}
        {volumes.length > 0 && <ReplicaCard volumes={volumes} />}
      </Stack>
      {asking === 'new' && <NewVolumeDialog taken={volumes.map(({ name }) => name)} close={() => setAsking(null)} />}
      {asking === 'freeze' && (
        <FreezeDialog volumes={volumes} ticked={usable.length === 1 ? usable : []} close={() => setAsking(null)} />
      )}
    </>
  );
};

/** All volumes and their snapshots, or one of them. */
export const VolumesScreen = ({ route }: { route: Route }) => {
  const listed = useLive('volume.list', {});
  const held = useLive('snapshot.list', {});
  const exports = useMemo(() => listed.data?.volumes.flatMap((volume) => volume.exports) ?? null, [listed.data]);
  const rates = useRates(exports);
  const error = listed.error ?? held.error;
  if (!listed.data || !held.data) return error ? <ErrorCard error={error} retry={listed.reload} /> : <Loading />;
  const { volumes } = listed.data;
  const { snapshots } = held.data;
  if (route.id === null) return <AllVolumes volumes={volumes} snapshots={snapshots} rates={rates} />;
  const volume = volumes.find(({ name }) => name === route.id);
  if (!volume) {
    return (
      <EmptyState
        icon={HardDrive}
        title={words.missing(route.id)}
        action={<ButtonLink to={href('volumes')}>{words.allVolumes}</ButtonLink>}
      >
        {words.missingOne}
      </EmptyState>
    );
  }
  // What was open for one volume is not open for the next one.
  return <VolumePage key={volume.name} volume={volume} volumes={volumes} snapshots={snapshots} rates={rates} />;
};

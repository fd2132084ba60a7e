import { Play, Snowflake } from 'lucide-react';
import { useState } from 'react';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Card, PageHead, Stack, Stat } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { type Rate, sumOfRates } from '../../stores/rates.ts';
import { go, href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { CONDITIONS, volumesWords as words } from '../../words/volumes.ts';
import { FreezeDialog } from './freeze-dialog.tsx';
import { MapCard } from './map-card.tsx';
import { Matters } from './matters.tsx';
import { ProtectDialog } from './protect-dialog.tsx';
import { ReplicaCard } from './replica-card.tsx';
import { ServeDialog } from './serve-dialog.tsx';
import { ServingCard } from './serving-card.tsx';
import { SnapshotTable } from './snapshot-table.tsx';
import { Checkpoints, VolumeFacts } from './volume-facts.tsx';
import { clientsOf, conditionOf, isRead } from './volume-matters.ts';
import { StorageMeter } from './volume-table.tsx';
import styles from './volumes.module.css';

const Summary = ({ volume, rates }: { volume: VolumeView; rates: ReadonlyMap<string, Rate> }) => {
  const { read, written } = sumOfRates(rates, volume.exports);
  const { kind, bytes, bytesUsed } = volume.storage;
  return (
    <Card>
      <div className={styles.summary}>
        <Stat value={format.bytes(volume.size)}>{words.inSize}</Stat>
        <Stat value={format.count(clientsOf(volume))}>{words.clientsNow(clientsOf(volume))}</Stat>
        <Stat value={format.rate(read)}>{words.readNow}</Stat>
        <Stat value={format.rate(written)}>{words.writtenNow}</Stat>
        <div className={styles.gauge}>
          {isRead(volume) ? (
            <>
              <Stat value={format.bytes(bytesUsed)}>{words.storageUsed(format.bytes(bytes), kind)}</Stat>
              <StorageMeter volume={volume} />
            </>
          ) : (
            <Stat value={words.unread}>{words.storageUnread(format.bytes(bytes), kind)}</Stat>
          )}
        </div>
      </div>
    </Card>
  );
};

interface VolumePageProps {
  readonly volume: VolumeView;
  readonly volumes: readonly VolumeView[];
  readonly snapshots: readonly SnapshotView[];
  readonly rates: ReadonlyMap<string, Rate>;
}

/** One volume: where it is served, what was written to it, and what is held of it. */
export const VolumePage = ({ volume, volumes, snapshots, rates }: VolumePageProps) => {
  const [asking, setAsking] = useState<'serve' | 'freeze' | 'forget' | 'protect' | null>(null);
  const { name, path, state, exports, checkpoints } = volume;
  const { text, tone } = CONDITIONS[conditionOf(volume)];
  const own = snapshots.filter((snapshot) => snapshot.volumes.some((one) => one.name === name));
  const close = () => setAsking(null);
  const forget = () =>
    change('volume.remove', { volume: name }).then(() => {
      announce(words.forgotten(name), 'good');
      go(href('volumes'));
    }, said);
  return (
    <>
      <PageHead
        above={<a href={href('volumes')}>{words.title}</a>}
        title={name}
        about={
          <div className={styles.head}>
            <Pill tone={tone}>{text}</Pill> {printable(path)}
          </div>
        }
        actions={
          <>
            <Button
              onPress={() =>
                exports.length > 0 || own.length > 0 ? announce(words.forgetNotYet, 'warn') : setAsking('forget')
              }
            >
              {words.forget}
            </Button>
            <Button isDisabled={state === 'missing'} onPress={() => setAsking('serve')}>
              <Play aria-hidden /> {words.serve}
            </Button>
            <Button look="primary" isDisabled={state === 'missing'} onPress={() => setAsking('freeze')}>
              <Snowflake aria-hidden /> {words.freeze}
            </Button>
          </>
        }
      />
      <Stack>
        <Matters volumes={[volume]} snapshots={own} here />
        <Summary volume={volume} rates={rates} />
        <MapCard volume={volume} />
        <ServingCard volume={volume} rates={rates} serve={() => setAsking('serve')} />
        <SnapshotTable snapshots={own} volumes={volumes} />
        <ReplicaCard volumes={[volume]} />
        <div className={styles.halves}>
          <Checkpoints volume={volume} snapshots={own} />
          <VolumeFacts volume={volume} protect={() => setAsking('protect')} />
        </div>
      </Stack>
      {asking === 'serve' && <ServeDialog subject={{ kind: 'volume', name }} close={close} />}
      {asking === 'freeze' && <FreezeDialog volumes={volumes} ticked={[name]} close={close} />}
      {asking === 'protect' && <ProtectDialog volume={name} close={close} />}
      {asking === 'forget' && (
        <Consent
          title={words.forgetTitle(name)}
          consent={words.forgetConsent}
          keep={words.forgetKeep}
          close={close}
          onConsent={() => void forget()}
        >
          {words.forgetAbout(printable(path), checkpoints.length)}
        </Consent>
      )}
    </>
  );
};

import { Copy, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReplicaView } from '../../../shared/contract/replicas.ts';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Acts, Card } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { REPLICA_STATES, replicasWords as words } from '../../words/replicas.ts';
import { ReplicaDialog } from './replica-dialog.tsx';
import styles from './volumes.module.css';

const update = async (replica: string): Promise<void> => {
  const done = await change('replica.update', { replica });
  const { bytesCopied, durationMs, whole } = done.update;
  const text = words.updated(replica, format.bytes(bytesCopied), format.duration(durationMs));
  const more = [...(whole === null ? [] : [words.whole(whole)]), ...done.warnings.map(({ message }) => message)];
  announce([text, ...more].join(' '), done.warnings.length === 0 ? 'good' : 'warn');
};

const Line = ({ replica, now }: { replica: ReplicaView; now: number }) => {
  const { name, volume, path, takenAt, state, busy } = replica;
  const { text, tone, about } = REPLICA_STATES[state];
  return (
    <tr>
      <td className={`clip ${styles.disk}`}>
        {name} <span className="faint">{words.follows(volume)}</span>
        <span className="clip second" title={path}>
          {path}
        </span>
      </td>
      <td title={takenAt === null ? undefined : format.date(takenAt)}>
        {takenAt === null ? (
          <span className="faint">{words.showsNothing}</span>
        ) : (
          <>
            {format.when(takenAt, now)} <span className="faint">{format.age(takenAt, now)}</span>
          </>
        )}
      </td>
      <td>
        <span title={about}>
          <Pill tone={tone}>{text}</Pill>
        </span>
      </td>
      <td>
        <Acts>
          <Button
            aria-label={words.updateOne(name)}
            isDisabled={busy || state === 'missing'}
            onPress={() => void update(name).catch(said)}
          >
            {busy ? words.updating : words.update}
          </Button>
        </Acts>
      </td>
    </tr>
  );
};

const Replicas = ({ replicas }: { replicas: readonly ReplicaView[] }) => {
  const now = useNow();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.replica}</th>
          <th scope="col">{words.shows}</th>
          <th scope="col">{words.state}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {replicas.map((replica) => (
          <Line key={replica.id} replica={replica} now={now} />
        ))}
      </tbody>
    </table>
  );
};

/** The replicas of these volumes, each with the moment that it shows. */
export const ReplicaCard = ({ volumes }: { volumes: readonly VolumeView[] }) => {
  const [asking, setAsking] = useState(false);
  const { data, error, reload } = useLive('replica.list', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const names = new Set(volumes.map(({ name }) => name));
  const own = data.replicas.filter(({ volume }) => names.has(volume));
  const usable = volumes.filter(({ state }) => state !== 'missing').map(({ name }) => name);
  const add = (
    <Button isDisabled={usable.length === 0} onPress={() => setAsking(true)}>
      <Plus aria-hidden /> {words.add}
    </Button>
  );
  return (
    <Card title={words.title} aside={own.length === 0 ? null : add}>
      {own.length === 0 ? (
        <EmptyState icon={Copy} title={words.none} action={add}>
          {words.noneAbout}
        </EmptyState>
      ) : (
        <Replicas replicas={own} />
      )}
      {asking && (
        <ReplicaDialog volumes={usable} taken={data.replicas.map(({ name }) => name)} close={() => setAsking(false)} />
      )}
    </Card>
  );
};

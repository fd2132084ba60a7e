import { Copy, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReplicaView } from '../../../shared/contract/replicas.ts';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Acts, Card } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { useRates } from '../../stores/rates.ts';
import { format } from '../../words/format.ts';
import { REPLICA_STATES, replicasWords as words } from '../../words/replicas.ts';
import { RemoveReplica } from './remove-replica.tsx';
import { ReplicaDialog } from './replica-dialog.tsx';
import { ServeDialog } from './serve-dialog.tsx';
import { ServedTable } from './served-table.tsx';
import styles from './volumes.module.css';

const update = async (replica: string): Promise<void> => {
  const done = await change('replica.update', { replica });
  const { bytesCopied, durationMs, whole } = done.update;
  const text = words.updated(replica, format.bytes(bytesCopied), format.duration(durationMs));
  const more = [...(whole === null ? [] : [words.whole(whole)]), ...done.warnings.map(({ message }) => message)];
  announce([text, ...more].join(' '), done.warnings.length === 0 ? 'good' : 'warn');
};

interface LineProps {
  readonly replica: ReplicaView;
  readonly now: number;
  readonly serve: () => void;
  readonly remove: () => void;
}

const Line = ({ replica, now, serve, remove }: LineProps) => {
  const { name, volume, path, takenAt, state, busy, exports } = replica;
  const { text, tone, about } = REPLICA_STATES[state];
  return (
    <tr>
      <td className={`clip ${styles.disk}`}>
        {name} <span className="faint">{words.follows(volume)}</span>
        <span className="clip second" title={path}>
          {printable(path)}
        </span>
      </td>
      <td className={styles.when} title={takenAt === null ? undefined : format.date(takenAt)}>
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
            onPress={() => update(name)}
          >
            {busy ? words.updating : words.update}
          </Button>
          <Button
            aria-label={words.serveOne(name)}
            isDisabled={busy || state === 'missing' || state === 'empty' || state === 'changed'}
            onPress={serve}
          >
            {words.serve}
          </Button>
          <Button
            look="icon"
            aria-label={words.removeOne(name)}
            isDisabled={busy}
            onPress={() => (exports.length > 0 ? announce(words.removeNotYet, 'warn') : remove())}
          >
            <Trash2 aria-hidden />
          </Button>
        </Acts>
      </td>
    </tr>
  );
};

const Replicas = ({ replicas }: { replicas: readonly ReplicaView[] }) => {
  const now = useNow();
  const [asking, setAsking] = useState<{ readonly act: 'serve' | 'remove'; readonly replica: ReplicaView } | null>(
    null,
  );
  const exports = useMemo(() => replicas.flatMap((replica) => replica.exports), [replicas]);
  const rates = useRates(exports);
  const close = () => setAsking(null);
  return (
    <>
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
            <Line
              key={replica.id}
              replica={replica}
              now={now}
              serve={() => setAsking({ act: 'serve', replica })}
              remove={() => setAsking({ act: 'remove', replica })}
            />
          ))}
        </tbody>
      </table>
      {exports.length > 0 && (
        <div className={styles.more}>
          <ServedTable exports={exports} rates={rates} />
        </div>
      )}
      {asking?.act === 'serve' && (
        <ServeDialog subject={{ kind: 'replica', name: asking.replica.name }} close={close} />
      )}
      {asking?.act === 'remove' && <RemoveReplica replica={asking.replica} close={close} />}
    </>
  );
};

/** The replicas of these volumes, each with the moment that it shows. */
export const ReplicaCard = ({ volumes }: { volumes: readonly VolumeView[] }) => {
  const [asking, setAsking] = useState(false);
  const { data, error, reload } = useLive('replica.list', {});
  const own = useMemo(
    () => data?.replicas.filter(({ volume }) => volumes.some(({ name }) => name === volume)) ?? [],
    [data, volumes],
  );
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
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

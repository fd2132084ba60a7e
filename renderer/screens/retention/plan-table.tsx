import { useState } from 'react';
import type { PlannedSet } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Pill } from '../../components/marks.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { retentionWords as words } from '../../words/retention.ts';
import { KeepDialog } from './keep-dialog.tsx';
import styles from './retention.module.css';

interface PlanTableProps {
  readonly sets: readonly PlannedSet[];
  /** When sets would go, by id; not there while that is not known. */
  readonly goes: ReadonlyMap<string, string | null>;
  /** Ids of sets that are held. */
  readonly held: ReadonlySet<string>;
}

const HoldButton = ({ set, held }: { set: string; held: boolean }) =>
  held ? (
    <Button
      aria-label={words.releaseOf(set)}
      onPress={() => change('retention.release', { set }).then(() => announce(words.released(set), 'good'), said)}
    >
      {words.release}
    </Button>
  ) : (
    <Button
      aria-label={words.holdOf(set)}
      onPress={() => change('retention.hold', { set }).then(() => announce(words.holding(set), 'good'), said)}
    >
      {words.hold}
    </Button>
  );

const KeepButton = ({ set }: { set: string }) => {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button aria-label={words.keepOf(set)} onPress={() => setAsking(true)}>
        {words.keepUntil}
      </Button>
      {asking && <KeepDialog set={set} close={() => setAsking(false)} />}
    </>
  );
};

const Line = ({ set, goesAt, held, now }: { set: PlannedSet; goesAt: string | null; held: boolean; now: number }) => (
  <tr>
    <td>
      <span className="num">{set.id.slice(0, 8)}</span>
      <span className={styles.second}>{words.levelOf(set)}</span>
    </td>
    <td>
      <span className="num">{format.when(set.createdAt, now)}</span>
    </td>
    <td className={styles.right}>
      <span className="num">{format.bytes(set.bytesStored)}</span>
    </td>
    <td>
      <Pill tone={set.keep ? 'good' : 'warn'}>{set.keep ? words.stays : words.expires}</Pill>
    </td>
    <td className={styles.why}>
      {set.reasons.map((reason) => (
        <div key={`${reason.kind} ${reason.of}`}>{words.reason(reason, set.state)}</div>
      ))}
      {!set.good && (set.state === 'complete' || set.state === 'incomplete') && (
        <div className={styles.unsound}>{words.notGood}</div>
      )}
    </td>
    <td className={styles.goes}>{set.keep && goesAt !== null ? format.age(goesAt, now) : ''}</td>
    <td className={styles.right}>
      <HoldButton set={set.id} held={held} /> <KeepButton set={set.id} />
    </td>
  </tr>
);

/** Every set with what becomes of it, and why. */
export const PlanTable = ({ sets, goes, held }: PlanTableProps) => {
  const now = useNow();
  return (
    <table className={styles.list}>
      <thead>
        <tr>
          <th scope="col">{words.set}</th>
          <th scope="col">{words.created}</th>
          <th scope="col" className={styles.right}>
            {words.stored}
          </th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.why}</th>
          <th scope="col">{words.goes}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {sets.map((set) => (
          <Line key={set.id} set={set} goesAt={goes.get(set.id) ?? null} held={held.has(set.id)} now={now} />
        ))}
      </tbody>
    </table>
  );
};

import { Fragment } from 'react';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import { Card } from '../../components/layout.tsx';
import { format } from '../../words/format.ts';
import { overviewWords as words } from '../../words/overview.ts';
import styles from './overview.module.css';

const SHOWN = 8;

/** What the last backup of each object read and stored, all bars on one scale. */
export const RecentFlows = ({ objects }: { objects: readonly ObjectOverview[] }) => {
  const last = objects
    .flatMap(({ name, trend }) => trend.slice(-1).map((point) => ({ name, ...point })))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, SHOWN);
  if (last.length === 0) return null;
  const most = Math.max(1, ...last.map(({ bytesRead, bytesStored }) => Math.max(bytesRead, bytesStored)));
  // A little is seen as something, and nothing is not.
  const across = (bytes: number) => (bytes === 0 ? 0 : `max(2px, ${(100 * bytes) / most}%)`);
  return (
    <Card
      title={words.latest}
      aside={
        <>
          <span className={styles.key}>
            <i />
            {words.read}
          </span>
          <span className={styles.key}>
            <i data-tone="stored" />
            {words.stored}
          </span>
        </>
      }
    >
      <div className={styles.flows}>
        {last.map(({ name, set, bytesRead, bytesStored }) => (
          <Fragment key={set}>
            <span className="clip">{name}</span>
            <span className={styles.flow} aria-hidden>
              <div style={{ width: across(bytesRead) }} />
              <div style={{ width: across(bytesStored) }} />
            </span>
            <span className="num quiet">{words.flow(format.bytes(bytesRead), format.bytes(bytesStored))}</span>
          </Fragment>
        ))}
        <span className={styles.axis} aria-hidden>
          <span>0</span>
          <span>{format.bytes(most)}</span>
        </span>
      </div>
    </Card>
  );
};

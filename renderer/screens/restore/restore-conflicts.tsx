import type { OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Fold } from '../../components/fold.tsx';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './restore.module.css';
import { standingsOf } from './standings-of.ts';

type Plan = OutputOf<'restore'>;
type Conflict = Plan['conflicts'][number];
type Changed = Conflict & { readonly there: NonNullable<Conflict['there']> };

const SHOWN = 50;

const isChanged = (conflict: Conflict): conflict is Changed => conflict.same === false && conflict.there !== undefined;

/** What is there already: how much of it is the same, and what was changed since, with what is wanted beside it. `whole`: a disk is overwritten as a whole. */
export const RestoreConflicts = ({ plans, whole }: { plans: readonly Plan[]; whole: boolean }) => {
  const conflicts = plans.flatMap((plan) => plan.conflicts);
  const count = plans.reduce((sum, { conflictCount }) => sum + conflictCount, 0);
  const standings = whole ? null : standingsOf(plans);
  const changed = standings === null ? [] : conflicts.filter(isChanged);
  changed.sort((one, other) => other.there.modifiedAt.localeCompare(one.there.modifiedAt));
  const others = standings === null ? conflicts : conflicts.filter((each) => !isChanged(each));
  return (
    <div className={styles.conflicts}>
      <div>{words.planConflicts(count)}</div>
      {standings && count > 0 && (
        <ul className={styles.standings}>
          {standings.changed.count > 0 && (
            <li>
              <b>{words.changedCount(standings.changed.count, format.bytes(standings.changed.bytes))}</b>{' '}
              {words.newerCount(standings.changed.newer)}
            </li>
          )}
          {standings.same.count > 0 && (
            <li>{words.sameCount(standings.same.count, format.bytes(standings.same.bytes))}</li>
          )}
        </ul>
      )}
      {changed.length > 0 && (
        <div className={styles.changedList}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.changedTitle}</th>
                <th scope="col">{words.thereNow}</th>
                <th scope="col">{words.inBackup}</th>
              </tr>
            </thead>
            <tbody>
              {changed.slice(0, SHOWN).map((conflict, at) => {
                const { path, becomes } = words.conflict(conflict.path, conflict.action);
                const { there, wanted } = conflict;
                const isNewer = wanted !== undefined && there.modifiedAt > wanted.modifiedAt;
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: several plans may meet the same path, and a made plan does not change.
                  <tr key={at}>
                    <td className={styles.changePath}>
                      {printable(path)} <span className="faint">{printable(becomes)}</span>
                    </td>
                    <td data-newer={isNewer ? 'yes' : 'no'}>
                      <Side of={there} />
                    </td>
                    <td className="quiet">{wanted === undefined ? words.aFolder : <Side of={wanted} />}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {standings !== null && standings.changed.count > Math.min(SHOWN, changed.length) && (
            <p className="faint">{words.moreConflicts(standings.changed.count - Math.min(SHOWN, changed.length))}</p>
          )}
        </div>
      )}
      {others.length > 0 && changed.length === 0 && <Paths of={others} total={count} />}
      {others.length > 0 && changed.length > 0 && (
        <Fold title={words.otherConflicts(count - (standings?.changed.count ?? 0))}>
          <Paths of={others} total={count - (standings?.changed.count ?? 0)} />
        </Fold>
      )}
    </div>
  );
};

const Side = ({ of: { bytes, modifiedAt } }: { of: NonNullable<Conflict['there']> }) => (
  <>
    {format.date(modifiedAt)} <span className={`num ${styles.sideSize}`}>{format.bytes(bytes)}</span>
  </>
);

const Paths = ({ of: conflicts, total }: { of: readonly Conflict[]; total: number }) => (
  <ul className={styles.paths}>
    {conflicts.slice(0, SHOWN).map(({ path, action }, at) => {
      const line = words.conflict(path, action);
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        <li key={at}>
          {printable(line.path)} <span className="faint">{printable(line.becomes)}</span>
        </li>
      );
    })}
    {total > Math.min(SHOWN, conflicts.length) && (
      <li>{words.moreConflicts(total - Math.min(SHOWN, conflicts.length))}</li>
    )}
  </ul>
);

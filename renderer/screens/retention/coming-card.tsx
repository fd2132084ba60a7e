import { useMemo } from 'react';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { Card } from '../../components/layout.tsx';
import { Select } from '../../components/select.tsx';
import { Chart } from '../../pictures/chart.tsx';
import { type Basis, type Fulls, retentionWords as words } from '../../words/retention.ts';
import styles from './retention.module.css';

export const DAYS_AHEAD = 365;
const DAY_MS = 86_400_000;

/** What the backups to come go by; `basis` null: by the schedules where there are any. */
export interface Supposed {
  readonly basis: Basis | null;
  readonly full: Fulls;
}

/** What a simulation is asked for it. */
export const askedOf = ({ basis, full }: Supposed): Omit<InputOf<'retention.simulate'>, 'object'> => ({
  ...(basis === null || basis === 'schedules' ? {} : { everyHours: Number(basis) }),
  ...(basis === 'schedules' || full === 'lately' ? {} : { fullEvery: Number(full) }),
});

interface ComingCardProps {
  readonly timeLine: OutputOf<'retention.simulate'>;
  /** How many there are now. */
  readonly sets: number;
  readonly hasSchedules: boolean;
  readonly supposed: Supposed;
  readonly suppose: (supposed: Supposed) => void;
}

const optionsOf = <T extends string>(titles: Readonly<Record<T, string>>, without: T | null = null) =>
  (Object.keys(titles) as T[]).filter((value) => value !== without).map((value) => ({ value, title: titles[value] }));

/** How many sets will be there when, and what that goes by. */
export const ComingCard = ({ timeLine, sets, hasSchedules, supposed, suppose }: ComingCardProps) => {
  const { by, schedules, paused, everyHours, fullEvery, steps, until } = timeLine;
  const at = useMemo(() => steps.map((step) => Date.parse(step.at) / 1000), [steps]);
  const series = useMemo(
    () => [{ name: words.comingSets, values: steps.map(({ keeps }) => keeps), colour: 0, look: 'line' as const }],
    [steps],
  );
  const basis = by === 'schedules' ? 'schedules' : (supposed.basis ?? '24');
  const cut = Date.parse(until) < Date.now() + (DAYS_AHEAD - 1) * DAY_MS;
  return (
    <Card title={words.coming} padded>
      <div className={styles.form}>
        <div className={styles.basis}>
          <Select
            label={words.basis}
            value={basis}
            onChange={(chosen: Basis) => suppose({ ...supposed, basis: chosen })}
            options={optionsOf(words.bases, hasSchedules ? null : 'schedules')}
          />
          {by === 'assumption' && (
            <Select
              label={words.full}
              value={supposed.full}
              onChange={(full: Fulls) => suppose({ ...supposed, basis, full })}
              options={optionsOf(words.fulls)}
            />
          )}
        </div>
        <p className={styles.about}>
          {by === 'schedules'
            ? words.bySchedules(schedules.map(words.schedule))
            : words.supposed(everyHours ?? 0, fullEvery ?? 0)}{' '}
          {paused > 0 && `${words.silent(paused)} `}
          {words.outlook(until, cut, timeLine)}
        </p>
        {steps.length > 0 && (
          <Chart label={words.comingLabel(sets, steps.at(-1)?.keeps ?? 0)} at={at} series={series} unit="count" />
        )}
      </div>
    </Card>
  );
};

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { RetentionPolicy } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Card, NameLink } from '../../components/layout.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { useVaults } from '../../stores/vaults.ts';
import { retentionWords as words } from '../../words/retention.ts';
import { schedulesWords } from '../../words/schedules.ts';
import { clockOf } from '../../words/zone.ts';
import { ScheduleDialog } from '../schedules/schedule-dialog.tsx';
import styles from './retention.module.css';

/** When the rules of an object are applied with no backup before, and the way to give it such a time. */
export const OwnTimes = ({ object, times }: Pick<RetentionPolicy, 'object' | 'times'>) => {
  const objects = useQuery('object.list', {});
  const vaults = useVaults();
  const [adding, setAdding] = useState(false);
  const now = useNow();
  return (
    <Card title={words.times} padded>
      <p className={styles.about}>{words.timesAbout}</p>
      {times.length > 0 && (
        <ul className={styles.times}>
          {times.map(({ schedule, ofVault, cron, zone, state, next }) => (
            <li key={schedule}>
              <NameLink to={href('schedules', schedule)}>{schedulesWords.when(cron)}</NameLink>{' '}
              {schedulesWords.inZone(zone)}
              {ofVault && `, ${words.timesOfVault}`}
              <span className={styles.second}>
                {next === null ? words.timesNever(state) : words.timesNext(clockOf(zone).format.when(next, now))}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.foot}>
        <Button onPress={() => setAdding(true)} isDisabled={!objects.data || !vaults.data}>
          <Plus aria-hidden /> {words.addTimes}
        </Button>
      </div>
      {adding && objects.data && vaults.data && (
        <ScheduleDialog
          objects={objects.data.objects}
          vaults={vaults.data.vaults}
          task="retention"
          object={object}
          close={() => setAdding(false)}
        />
      )}
    </Card>
  );
};

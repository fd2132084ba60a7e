import { CalendarClock, Pause, Play, Plus } from 'lucide-react';
import { useState } from 'react';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { change, useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { href, type Route } from '../../stores/route.ts';
import { useVaults } from '../../stores/vaults.ts';
import { format } from '../../words/format.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { NotStarting } from './not-starting.tsx';
import { ScheduleCalendar } from './schedule-calendar.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { SchedulePage } from './schedule-page.tsx';
import { ScheduleTable } from './schedule-table.tsx';

const REFRESH_MS = 2000;

const HOUR_MS = 3_600_000;

const pauseAll = (input: InputOf<'schedule.pauseAll'>) => change('schedule.pauseAll', input);

const PauseActs = () => (
  <>
    <Button onPress={() => pauseAll({ forMs: HOUR_MS })}>
      <Pause aria-hidden /> {words.pauseHour}
    </Button>
    <Button onPress={() => pauseAll({ until: 'tomorrow' })}>{words.pauseTomorrow}</Button>
  </>
);

const AllPaused = ({ until }: { until: string }) => (
  <Notice
    title={words.pausedAll(format.when(until, useNow()))}
    actions={
      <Button onPress={() => pauseAll({ until: null })}>
        <Play aria-hidden /> {words.allGoOn}
      </Button>
    }
  >
    {words.pausedAllAbout}
  </Notice>
);

const AllSchedules = () => {
  const { data, error, reload } = useLive('schedule.list', {}, REFRESH_MS);
  const objects = useQuery('object.list', {});
  const vaults = useVaults();
  const [adding, setAdding] = useState(false);
  const failed = error ?? objects.error;
  if (!data || !objects.data) return failed ? <ErrorCard error={failed} retry={reload} /> : <Loading />;
  const { schedules, keeping, pausedUntil } = data;
  const nothing = objects.data.objects.length === 0;
  const add = (
    <Button look="primary" onPress={() => setAdding(true)} isDisabled={nothing}>
      <Plus aria-hidden /> {words.add}
    </Button>
  );
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about}
        actions={
          schedules.length > 0 && (
            <>
              {pausedUntil === null && <PauseActs />}
              {add}
            </>
          )
        }
      />
      <Stack>
        {pausedUntil !== null && <AllPaused until={pausedUntil} />}
        {!keeping && <Notice title={words.notKeeping}>{words.notKeepingAbout}</Notice>}
        {keeping && schedules.length > 0 && <NotStarting />}
        <Card>
          {nothing && (
            <EmptyState
              icon={CalendarClock}
              title={words.nothing}
              action={<ButtonLink to={href('protect')}>{words.protect}</ButtonLink>}
            >
              {words.nothingAbout}
            </EmptyState>
          )}
          {!nothing && schedules.length === 0 && (
            <EmptyState icon={CalendarClock} title={words.none} action={add}>
              {words.noneAbout}
            </EmptyState>
          )}
          {schedules.length > 0 && <ScheduleTable schedules={schedules} />}
        </Card>
        {schedules.some(({ state }) => state === 'active') && (
          <ScheduleCalendar zones={schedules.map(({ zone }) => zone)} />
        )}
      </Stack>
      {adding && (
        <ScheduleDialog
          objects={objects.data.objects}
          vaults={vaults.data?.vaults ?? []}
          close={() => setAdding(false)}
        />
      )}
    </>
  );
};

/** All schedules, or one of them. */
export const SchedulesScreen = ({ route }: { route: Route }) =>
  route.id === null ? <AllSchedules /> : <SchedulePage key={route.id} id={route.id} />;

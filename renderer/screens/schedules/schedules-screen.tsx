import { CalendarClock, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useLive } from '../../stores/live.ts';
import { href, type Route } from '../../stores/route.ts';
import { useVaults } from '../../stores/vaults.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { NewScheduleDialog } from './new-schedule-dialog.tsx';
import { SchedulePage } from './schedule-page.tsx';
import { ScheduleTable } from './schedule-table.tsx';

const REFRESH_MS = 2000;

const AllSchedules = () => {
  const { data, error, reload } = useLive('schedule.list', {}, REFRESH_MS);
  const objects = useQuery('object.list', {});
  const vaults = useVaults();
  const [adding, setAdding] = useState(false);
  const failed = error ?? objects.error;
  if (!data || !objects.data) return failed ? <ErrorCard error={failed} retry={reload} /> : <Loading />;
  const { schedules, keeping } = data;
  const nothing = objects.data.objects.length === 0;
  const add = (
    <Button look="primary" onPress={() => setAdding(true)} isDisabled={nothing}>
      <Plus aria-hidden /> {words.add}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={words.about} actions={schedules.length > 0 && add} />
      <Stack>
        {!keeping && <Notice title={words.notKeeping}>{words.notKeepingAbout}</Notice>}
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
      </Stack>
      {adding && (
        <NewScheduleDialog
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

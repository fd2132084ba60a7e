import { BadgeCheck, CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useLive } from '../../stores/live.ts';
import { href, type Route } from '../../stores/route.ts';
import { useVaults } from '../../stores/vaults.ts';
import { checksWords as words } from '../../words/checks.ts';
import { ScheduleDialog } from '../schedules/schedule-dialog.tsx';
import { CheckHistory } from './history.tsx';
import { Standings } from './standings.tsx';

const REFRESH_MS = 3000;

/** Whether what was backed up can be had back: of everything, or of one object. */
export const ChecksScreen = ({ route }: { route: Route }) => {
  const of = route.id;
  const overview = useLive('overview', {}, REFRESH_MS);
  const found = useLive('check.list', of === null ? {} : { object: of }, REFRESH_MS);
  const objects = useQuery('object.list', {});
  const vaults = useVaults();
  const [adding, setAdding] = useState(false);
  const failed = overview.error ?? found.error ?? objects.error;
  if (!overview.data || !found.data || !objects.data)
    return failed ? <ErrorCard error={failed} retry={overview.reload} /> : <Loading />;
  const { at } = overview.data;
  const shown = overview.data.objects.filter(({ name }) => of === null || name === of);
  const nothing = overview.data.objects.length === 0;
  return (
    <>
      <PageHead
        above={of === null ? null : <a href={href('checks')}>{words.all}</a>}
        title={of === null ? words.title : words.onlyOf(of)}
        about={words.about}
        actions={
          !nothing && (
            <Button look="primary" onPress={() => setAdding(true)}>
              <CalendarClock aria-hidden /> {words.schedule}
            </Button>
          )
        }
      />
      <Stack>
        {nothing ? (
          <Card>
            <EmptyState
              icon={BadgeCheck}
              title={words.nothing}
              action={<ButtonLink to={href('protect')}>{words.protect}</ButtonLink>}
            >
              {words.nothingAbout}
            </EmptyState>
          </Card>
        ) : (
          <>
            <Standings overview={{ objects: shown, vaults: of === null ? overview.data.vaults : [], at }} />
            <CheckHistory checks={found.data.checks} title={words.history} />
          </>
        )}
      </Stack>
      {adding && (
        <ScheduleDialog
          objects={objects.data.objects}
          vaults={vaults.data?.vaults ?? []}
          task="restore-test"
          {...(of === null ? {} : { object: of })}
          close={() => setAdding(false)}
        />
      )}
    </>
  );
};

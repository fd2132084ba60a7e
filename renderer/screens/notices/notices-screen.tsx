import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useLive } from '../../stores/live.ts';
import { noticesWords as words } from '../../words/notices.ts';
import { NoticeDialog } from './notice-dialog.tsx';
import { NoticeTable } from './notice-table.tsx';
import { RuleTable } from './rule-table.tsx';

const REFRESH_MS = 3000;

/** Who is told of what, and whether it got there. */
export const NoticesScreen = () => {
  const { data, error, reload } = useLive('notice.list', {}, REFRESH_MS);
  const objects = useQuery('object.list', {});
  const [adding, setAdding] = useState(false);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const { notices } = data;
  const add = (
    <Button look="primary" onPress={() => setAdding(true)}>
      <Plus aria-hidden /> {words.add}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={words.about} actions={notices.length > 0 && add} />
      <Stack>
        <Card>
          {notices.length === 0 ? (
            <EmptyState icon={BellRing} title={words.none} action={add}>
              {words.noneAbout}
            </EmptyState>
          ) : (
            <NoticeTable notices={notices} />
          )}
        </Card>
        {notices.length > 0 && (
          <RuleTable notices={notices} objects={(objects.data?.objects ?? []).map(({ name }) => name)} />
        )}
      </Stack>
      {adding && <NoticeDialog close={() => setAdding(false)} />}
    </>
  );
};

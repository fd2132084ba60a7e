import { Play, Shield, ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, Desk, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { useQuery } from '../../stores/calls.ts';
import { useJobs } from '../../stores/jobs.ts';
import { go, href, parseRoute } from '../../stores/route.ts';
import { overviewWords as words } from '../../words/overview.ts';
import { Matters } from './matters.tsx';
import { type Followed, ObjectTable } from './object-table.tsx';
import { RecentFlows } from './recent-flows.tsx';
import { runBackup, runningOf, useStarted } from './run-backup.ts';
import { VaultCard } from './vault-card.tsx';

/** Backs up every object that no backup runs of. */
const runAll = (objects: readonly ObjectOverview[]): void => {
  const [{ started }, { jobs }] = [useStarted.getState(), useJobs.getState()];
  const idle = objects.filter(({ name, running }) => runningOf(running?.job ?? null, started[name], jobs) === null);
  if (idle.length === 0) announce(words.allRun);
  for (const { name } of idle) void runBackup(name);
};

/** Per object: how safe it is, since when, and what needs a person. */
export const OverviewScreen = () => {
  const { data, error, reload } = useQuery('overview', {});
  const [followed, setFollowed] = useState<Followed | null>(null);
  const fresh = data !== null && data.objects.length === 0 && data.vaults.length === 0;
  useEffect(() => {
    // Somebody who has gone elsewhere meanwhile is not fetched back.
    if (fresh && parseRoute(window.location.hash).screen === 'overview') go(href('welcome'));
  }, [fresh]);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const { objects, vaults, attention } = data;
  const follow = (job: string, from: Element | null) => setFollowed({ job, from, done: () => setFollowed(null) });
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about(objects.length, attention.length)}
        actions={
          <>
            {objects.length > 0 && (
              <Button onPress={() => runAll(objects)}>
                <Play aria-hidden /> {words.backUpAll}
              </Button>
            )}
            <ButtonLink look="primary" to={href('protect')}>
              <Shield aria-hidden /> {words.protect}
            </ButtonLink>
          </>
        }
      />
      {/* What is shown is of before it went wrong. */}
      {error && <ErrorCard error={error} retry={reload} />}
      <Desk
        waits={attention.length > 0}
        waiting={<Matters matters={attention} objects={objects} follow={follow} />}
        beside={
          <Stack>
            {vaults.map((vault) => (
              <VaultCard key={vault.vault.id} overview={vault} now={Date.parse(data.at)} />
            ))}
          </Stack>
        }
      >
        <Card title={words.objects} aside={words.lastSets}>
          {objects.length > 0 ? (
            <ObjectTable objects={objects} at={data.at} followed={followed} />
          ) : (
            <EmptyState
              icon={ShieldCheck}
              title={words.none}
              action={<ButtonLink to={href('welcome')}>{words.firstSteps}</ButtonLink>}
            >
              {words.noneAbout}
            </EmptyState>
          )}
        </Card>
        <RecentFlows objects={objects} />
      </Desk>
    </>
  );
};

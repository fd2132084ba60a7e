import { ArchiveRestore } from 'lucide-react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { StepLine } from '../../components/step-line.tsx';
import { useQuery } from '../../stores/calls.ts';
import { startFolder } from '../../stores/paths.ts';
import { go, href, type Route } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { byVolume, useTapeNames } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { overviewWords } from '../../words/overview.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { Basket } from './basket.tsx';
import { Browser } from './browser.tsx';
import { Instant } from './instant.tsx';
import { type Moment, Timeline } from './timeline.tsx';

/** What is still being written, or was given up, holds nothing that could be looked into. */
const restorable = (sets: readonly Moment[]): readonly Moment[] =>
  sets.filter(({ state }) => state === 'complete' || state === 'incomplete');

/** What is later than the newest whole moment, when that is the one chosen. */
const laterIncomplete = (sets: readonly Moment[], chosen: Moment | null): Moment | null => {
  const newest = sets.findIndex(({ state }) => state === 'complete');
  return newest > 0 && sets[newest]?.id === chosen?.id ? (sets[0] ?? null) : null;
};

/** Objects, then moments, then what was there, then a basket. */
export const RestoreScreen = ({ route }: { route: Route }) => {
  const { data, error, reload } = useQuery('object.list', {});
  const name = route.id ?? data?.objects[0]?.name ?? null;
  const object = data?.objects.find((each) => each.name === name);
  const tapeName = useTapeNames(object?.vault.dir ?? null) ?? byVolume;
  const timeline = useQuery('timeline', name ? { object: name, limit: 1000 } : null);
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (!data) return <Loading />;
  if (!name) {
    return (
      <EmptyState
        icon={ArchiveRestore}
        title={words.nothing}
        action={<ButtonLink to={href('protect')}>{words.protect}</ButtonLink>}
      >
        {words.nothingAbout}
      </EmptyState>
    );
  }
  const sets = restorable(timeline.data?.sets ?? []);
  const names = data.objects.map((object) => object.name);
  const chosen =
    sets.find(({ id }) => id === route.query.set) ?? sets.find(({ state }) => state === 'complete') ?? sets[0] ?? null;
  const choose = (set: string) => go(href('restore', name, { ...route.query, set, file: undefined }));
  const later = laterIncomplete(sets, chosen);
  const start = startFolder(object?.roots ?? []);
  return (
    <>
      <PageHead
        title={words.title}
        about={<StepLine now={0} steps={Object.values(words.steps).map((name) => ({ name }))} />}
        actions={
          <Select
            label={words.object}
            hideLabel
            value={name}
            onChange={(object) => go(href('restore', object))}
            options={[...new Set([...names, name])].map((value) => ({ value, title: value }))}
          />
        }
      />
      <Stack>
        {!timeline.data && !timeline.error && <Loading />}
        {timeline.error && <ErrorCard error={timeline.error} retry={timeline.reload} />}
        {later && (
          <Notice
            title={words.laterIncomplete(format.date(later.createdAt))}
            actions={<Button onPress={() => choose(later.id)}>{words.lookAtLater}</Button>}
          >
            {words.laterIncompleteAbout}
          </Notice>
        )}
        {timeline.data && (
          <Card title={name}>
            {chosen ? (
              <Timeline
                object={name}
                sets={sets}
                total={timeline.data.total - (timeline.data.sets.length - sets.length)}
                name={tapeName}
                chosen={chosen.id}
                choose={choose}
              />
            ) : (
              <EmptyState
                icon={ArchiveRestore}
                title={words.noSets}
                action={
                  object && (
                    <Button
                      onPress={() => void startJob('backup', { object: name }).then((id) => go(href('jobs', id)), said)}
                    >
                      {overviewWords.backUp}
                    </Button>
                  )
                }
              >
                {words.nothingAbout}
              </EmptyState>
            )}
          </Card>
        )}
        {chosen && object?.kind === 'volumes' && <Instant object={name} moment={chosen} sets={sets} />}
        {chosen && <Browser object={name} moment={chosen} sets={sets} start={start} route={route} />}
      </Stack>
      <Basket />
    </>
  );
};

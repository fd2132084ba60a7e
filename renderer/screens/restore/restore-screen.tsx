import { ArchiveRestore } from 'lucide-react';
import { useEffect, useState } from 'react';
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
import { momentOf } from './moment-of.ts';
import { type Moment, Timeline } from './timeline.tsx';

/** Moments that are asked for at once; an older one is asked for by itself. */
const RECENT = 1000;
/** What an address has may be no id at all: then nobody is asked for it. */
const SET_ID = /^[0-9a-f]{32}$/;

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
  const [kept, keep] = useState({ object: '', set: '' });
  // The one that is looked at stays, whichever comes first by now.
  const shownAlready = data?.objects.find((each) => each.name === kept.object);
  const name = route.id ?? (shownAlready ?? data?.objects[0])?.name ?? null;
  const object = data?.objects.find((each) => each.name === name);
  const tapeName = useTapeNames(object?.vault.dir ?? null) ?? byVolume;
  const timeline = useQuery('timeline', name ? { object: name, limit: RECENT } : null);
  // What is looked at stays, whatever backup ends meanwhile: what is ticked next is to be of the same moment.
  const asked = route.query.set ?? (kept.object === name ? kept.set : undefined);
  const recent = timeline.data?.sets;
  const isFar =
    asked !== undefined && SET_ID.test(asked) && recent !== undefined && !recent.some(({ id }) => id === asked);
  const far = useQuery('timeline', name && isFar ? { object: name, limit: 1, also: asked } : null);
  const sets = restorable([...(recent ?? []), ...(far.data?.sets.filter(({ id }) => id === asked) ?? [])]);
  const { chosen, lost } = momentOf(sets, asked, isFar && far.data === null);
  const shown = chosen?.id;
  useEffect(() => {
    if (name && shown) keep({ object: name, set: shown });
  }, [name, shown]);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
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
  const names = data.objects.map((object) => object.name);
  const choose = (set: string) => go(href('restore', name, { ...route.query, set, file: undefined }));
  const { chosen: newest } = momentOf(sets, undefined, false);
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
        {far.error && <ErrorCard error={far.error} retry={far.reload} />}
        {lost && (
          <Notice
            title={words.momentLost(asked?.slice(0, 8) ?? '')}
            tone="warn"
            actions={newest && <Button onPress={() => choose(newest.id)}>{words.lookAtNewest}</Button>}
          >
            {words.momentLostAbout}
          </Notice>
        )}
        {timeline.data && !lost && !(isFar && chosen === null) && (
          <Card title={name}>
            {chosen ? (
              <Timeline
                object={name}
                sets={sets}
                total={timeline.data.total - (timeline.data.sets.length - restorable(timeline.data.sets).length)}
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
                      onPress={() => startJob('backup', { object: name }).then((id) => go(href('jobs', id)), said)}
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

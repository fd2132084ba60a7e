import { Archive } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { RetentionPolicy } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Card, PageHead, Stack, Stat, Stats } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { useQuery } from '../../stores/calls.ts';
import { go, href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { useSettled } from '../../stores/settled.ts';
import { startJob } from '../../stores/start-job.ts';
import { format } from '../../words/format.ts';
import { retentionWords as words } from '../../words/retention.ts';
import { ApplyButton } from './apply-button.tsx';
import { askedOf, ComingCard, DAYS_AHEAD, type Supposed } from './coming-card.tsx';
import { HeldBack } from './held-back.tsx';
import { nothingGoes } from './never-goes.ts';
import { OwnTimes } from './own-times.tsx';
import { PlanTable } from './plan-table.tsx';
import { RulesCard } from './rules-card.tsx';
import { changedRules, formOf, type RulesForm, rulesOf, sameRules, typedIn } from './rules-form.ts';

type Plan = OutputOf<'retention.plan'>;

const isBackup = ({ task, state }: { task: string; state: string }): boolean => task === 'backup' && state === 'active';

/** The newest answer: what stood before stays while another one is on its way. */
const useLatest = <T,>(value: T | null): T | null => {
  const [latest, setLatest] = useState(value);
  useEffect(() => {
    if (value !== null) setLatest(value);
  }, [value]);
  return value ?? latest;
};

/** Starts the merge of an object, and goes to it. */
const MergeButton = ({ object }: { object: string }) => {
  const [asked, setAsked] = useState(false);
  const merge = async () => {
    setAsked(true);
    try {
      const job = await startJob('merge', { object });
      announce(words.merging);
      go(href('jobs', job));
    } catch (thrown) {
      said(thrown);
    } finally {
      setAsked(false);
    }
  };
  return (
    <Button busy={asked} onPress={() => merge()}>
      {words.merge}
    </Button>
  );
};

const Summary = ({ plan }: { plan: Plan }) => {
  const chained = plan.sets.filter(({ keep, reasons }) => keep && reasons.every(({ kind }) => kind === 'needed'));
  return (
    <>
      <Stats>
        <Stat value={format.count(plan.keeps)}>{words.staying}</Stat>
        <Stat value={format.count(plan.expires)}>{words.expiring}</Stat>
        <Stat value={format.bytes(plan.bytes)}>{words.bytes}</Stat>
        <Stat value={format.count(plan.tapes.length)}>{words.tapes}</Stat>
      </Stats>
      {chained.length > 0 && (
        <Notice title={words.chain(chained.length)} actions={<MergeButton object={plan.object} />}>
          {words.chainAbout}
        </Notice>
      )}
    </>
  );
};

const Planned = ({ policy }: { policy: RetentionPolicy }) => {
  const { object, rules: kept, marks, zone } = policy;
  const [typed, setTyped] = useState<Partial<RulesForm>>({});
  const form = { ...formOf(kept), ...typed };
  const wanted = rulesOf(form) ?? kept;
  const rules = JSON.parse(useSettled(JSON.stringify(changedRules(wanted, kept)))) as ReturnType<typeof changedRules>;
  const asked = useQuery('retention.plan', { object, rules });
  const [supposed, suppose] = useState<Supposed>({ basis: null, full: 'lately' });
  const future = useQuery('retention.simulate', { object, rules, days: DAYS_AHEAD, ...askedOf(supposed) });
  const scheduled = useQuery('schedule.list', { object });
  const plan = useLatest(asked.data);
  const timeLine = useLatest(future.data);
  const changed = !sameRules(wanted, kept);
  const goes = new Map(timeLine?.sets.map(({ id, goesAt }) => [id, goesAt]));
  const going = changed || plan === null ? [] : plan.sets.filter(({ keep }) => !keep);
  return (
    <>
      <PageHead
        above={<a href={href('retention')}>{words.title}</a>}
        title={object}
        about={policy.active ? words.shortRules(kept) : words.none}
        actions={!changed && <ApplyButton object={object} going={going} holds={plan?.holds ?? []} />}
      />
      <Stack>
        <HeldBack object={object} heldBack={policy.heldBack} />
        <RulesCard
          object={object}
          kept={kept}
          automatic={policy.automatic}
          zone={zone}
          never={plan === null || plan.expires > 0 || timeLine === null ? null : nothingGoes(timeLine)}
          form={form}
          edit={(next) => setTyped(typedIn(next, kept))}
        />
        <OwnTimes object={object} times={policy.times} />
        {changed && <Notice title={words.unsaved} />}
        {asked.error && <ErrorCard error={asked.error} retry={asked.reload} />}
        {plan === null && !asked.error && <Loading />}
        {plan !== null && plan.sets.length > 0 && <Summary plan={plan} />}
        {future.error && <ErrorCard error={future.error} retry={future.reload} />}
        {timeLine?.active && (
          <ComingCard
            timeLine={timeLine}
            sets={plan?.sets.length ?? 0}
            hasSchedules={scheduled.data?.schedules.some(isBackup) ?? false}
            supposed={supposed}
            suppose={suppose}
          />
        )}
        {plan !== null && (
          <Card title={changed ? words.preview : words.planNow}>
            {plan.sets.length === 0 ? (
              <EmptyState icon={Archive} title={words.noSets}>
                {words.noSetsAbout}
              </EmptyState>
            ) : (
              <PlanTable sets={plan.sets} goes={goes} held={new Set(marks.map(({ set }) => set))} />
            )}
          </Card>
        )}
      </Stack>
    </>
  );
};

/** Retention of one object: its rules, and what they mean for each of its sets. */
export const ObjectRetention = ({ object }: { object: string }) => {
  const { data, error, reload } = useQuery('retention.show', { object });
  if (error?.code === 'NO_SUCH_OBJECT')
    return (
      <EmptyState icon={Archive} title={words.missing(object)} action={<a href={href('retention')}>{words.all}</a>}>
        {words.missingAbout}
      </EmptyState>
    );
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  return <Planned policy={data} />;
};

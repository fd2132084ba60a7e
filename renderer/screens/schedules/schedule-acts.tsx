import { Pause, Pencil, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Acts } from '../../components/layout.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { useVaults } from '../../stores/vaults.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';

const Editing = ({ schedule, close }: { schedule: ScheduleView; close: () => void }) => {
  const objects = useQuery('object.list', {});
  const vaults = useVaults();
  if (!objects.data || !vaults.data) return null;
  return (
    <ScheduleDialog objects={objects.data.objects} vaults={vaults.data.vaults} schedule={schedule} close={close} />
  );
};

/** What can be done with a schedule. */
export const ScheduleActs = ({ schedule, gone }: { schedule: ScheduleView; gone?: () => void }) => {
  const [removing, setRemoving] = useState(false);
  const [editing, setEditing] = useState(false);
  const { id, object, state, cron } = schedule;
  const [asked, setAsked] = useState(false);
  const run = async () => {
    setAsked(true);
    try {
      await change('schedule.run', { schedule: id });
      announce(words.ran(object), 'good');
    } catch (thrown) {
      said(thrown);
    } finally {
      setAsked(false);
    }
  };
  const pause = () =>
    change('schedule.pause', { schedule: id }).then(() => announce(words.pausedNow(object), 'good'), said);
  const goOn = () =>
    change('schedule.resume', { schedule: id }).then(() => announce(words.goesOn(object), 'good'), said);
  const remove = () =>
    change('schedule.remove', { schedule: id }).then(() => {
      announce(words.removed(object), 'good');
      gone?.();
    }, said);
  return (
    <Acts>
      <Button aria-label={words.runOf(object)} busy={asked} onPress={() => run()}>
        {words.run}
      </Button>
      {state === 'paused' ? (
        <Button look="icon" aria-label={words.goOnOf(object)} onPress={() => goOn()}>
          <Play aria-hidden />
        </Button>
      ) : (
        <Button look="icon" aria-label={words.pauseOf(object)} onPress={() => pause()}>
          <Pause aria-hidden />
        </Button>
      )}
      <Button look="icon" aria-label={words.editOf(object)} onPress={() => setEditing(true)}>
        <Pencil aria-hidden />
      </Button>
      <Button look="icon" aria-label={words.removeOf(object)} onPress={() => setRemoving(true)}>
        <Trash2 aria-hidden />
      </Button>
      {editing && <Editing schedule={schedule} close={() => setEditing(false)} />}
      {removing && (
        <Consent
          title={words.removeTitle(object)}
          consent={words.removeConsent}
          keep={words.removeKeep}
          close={() => setRemoving(false)}
          onConsent={() => void remove()}
        >
          {words.removeAbout(words.when(cron))}
        </Consent>
      )}
    </Acts>
  );
};

import { PRIORITIES, WINDOW_ENDS } from '../../../shared/contract/choices.ts';
import { Group, Pair } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { Select } from '../../components/select.tsx';
import { schedulesWords as words } from '../../words/schedules.ts';
import type { ScheduleField, ScheduleForm } from './schedule-form.ts';

interface TermFieldsProps {
  readonly wish: ScheduleForm;
  readonly edit: (part: Partial<ScheduleForm>) => void;
  readonly say: (field: ScheduleField) => string | null;
}

/** What a run waits for, and what is done when it fails. */
export const TermFields = ({ wish, edit, say }: TermFieldsProps) => (
  <>
    <Group title={words.windowTitle}>
      <Tick checked={wish.windowed} onChange={(windowed) => edit({ windowed })}>
        {words.windowed}
      </Tick>
    </Group>
    {wish.windowed && (
      <>
        <Pair>
          <Field label={words.from} value={wish.from} onChange={(from) => edit({ from })} error={say('from')} mono />
          <Field label={words.to} value={wish.to} onChange={(to) => edit({ to })} error={say('to')} mono />
        </Pair>
        <Segments
          label={words.atEnd}
          value={wish.atEnd}
          onChange={(atEnd) => edit({ atEnd })}
          choices={WINDOW_ENDS.map((value) => ({ value, title: words.windowEnds[value] }))}
        />
      </>
    )}
    <Fold title={words.conditions}>
      <Tick checked={wish.mains} onChange={(mains) => edit({ mains })}>
        {words.mains}
      </Tick>
      <Tick checked={wish.unmetered} onChange={(unmetered) => edit({ unmetered })}>
        {words.unmetered}
      </Tick>
      <p className="quiet">{words.conditionsAbout}</p>
      <Pair>
        <Field
          label={words.idle}
          value={wish.idle}
          onChange={(idle) => edit({ idle })}
          error={say('idle')}
          help={words.idleHelp}
          mono
        />
        <Field
          label={words.jitter}
          value={wish.jitter}
          onChange={(jitter) => edit({ jitter })}
          error={say('jitter')}
          help={words.jitterHelp}
          mono
        />
      </Pair>
      <Pair>
        <Field
          label={words.retries}
          value={wish.retries}
          onChange={(retries) => edit({ retries })}
          error={say('retries')}
          help={words.retriesHelp}
          mono
        />
        <Select
          label={words.priority}
          value={wish.priority}
          onChange={(priority) => edit({ priority })}
          options={PRIORITIES.map((value) => ({ value, title: words.priorities[value] }))}
        />
      </Pair>
    </Fold>
  </>
);

import { Choice, Pair } from '../../components/dialog-form.tsx';
import { Field, Ticks } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { timeOfDay } from '../../stores/time-of-day.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { HOUR_STEPS, isEitherDay } from './cron-words.ts';
import type { ScheduleField, ScheduleForm } from './schedule-form.ts';

const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

const MONTH_DAYS: readonly string[] = [
  ...Array.from({ length: 31 }, (_, at) => String(at + 1)),
  'L',
  ...WEEK.map((day) => `${day}#1`),
  ...WEEK.map((day) => `${day}#L`),
];

/** The day after which there are months without it. */
const LAST_OF_ALL_MONTHS = 28;

interface RhythmFieldsProps {
  readonly wish: ScheduleForm;
  readonly edit: (part: Partial<ScheduleForm>) => void;
  readonly say: (field: ScheduleField) => string | null;
}

/** What is told of a time beside it: of every few hours, the times of a day that it means. */
const timeHelp = ({ rhythm, every, time }: ScheduleForm): string | undefined => {
  if (rhythm !== 'hourly') return undefined;
  if (every === 1) return words.hourlyHelp;
  const [hour, minute] = timeOfDay(time)?.split(':') ?? [];
  if (minute === undefined) return undefined;
  const first = Number(hour) % every;
  return words.everyHelp(
    Array.from({ length: 24 / every }, (_, at) => `${String(first + at * every).padStart(2, '0')}:${minute}`),
  );
};

/** The days and the time of a rhythm, or an expression. */
export const RhythmFields = ({ wish, edit, say }: RhythmFieldsProps) => {
  if (wish.rhythm === 'own') {
    return (
      <Field
        label={words.cron}
        value={wish.cron}
        onChange={(cron) => edit({ cron })}
        error={say('cron')}
        help={isEitherDay(wish.cron) ? words.cronEither : words.cronHelp}
        mono
      />
    );
  }
  const monthDay = Number(wish.monthDay);
  return (
    <>
      {wish.rhythm === 'weekly' && (
        <Choice error={say('days')}>
          <Ticks
            label={words.weekdaysOn}
            values={wish.days.map(String)}
            onChange={(days) => edit({ days: days.map(Number) })}
            choices={WEEK.map((day) => ({ value: String(day), title: words.weekdays[day] }))}
          />
        </Choice>
      )}
      <Pair>
        {wish.rhythm === 'monthly' && (
          <Choice help={monthDay > LAST_OF_ALL_MONTHS ? words.monthDayHelp(monthDay) : undefined}>
            <Select
              label={words.monthDays}
              value={wish.monthDay}
              onChange={(chosen) => edit({ monthDay: chosen })}
              options={MONTH_DAYS.map((value) => ({ value, title: words.monthDay(value) }))}
            />
          </Choice>
        )}
        {wish.rhythm === 'hourly' && (
          <Select
            label={words.every}
            value={String(wish.every)}
            onChange={(every) => edit({ every: Number(every) })}
            options={HOUR_STEPS.map((every) => ({ value: String(every), title: String(every) }))}
          />
        )}
        <Field
          label={words.time}
          value={wish.time}
          onChange={(time) => edit({ time })}
          error={say('time')}
          help={timeHelp(wish)}
          mono
        />
      </Pair>
    </>
  );
};

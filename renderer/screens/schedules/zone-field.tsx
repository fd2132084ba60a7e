import { useMemo } from 'react';
import { SearchSelect } from '../../components/search-select.tsx';
import { useQuery } from '../../stores/calls.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { zonesWith } from '../../words/zone.ts';

interface ZoneFieldProps {
  /** IANA name; empty for the zone of the console's machine. */
  readonly value: string;
  readonly onChange: (zone: string) => void;
}

/** The time zone that a schedule's times are of. */
export const ZoneField = ({ value, onChange }: ZoneFieldProps) => {
  // What an expression means without a zone tells that of the machine.
  const machine = useQuery('schedule.preview', { cron: '@daily' }).data?.zone ?? null;
  const chosen = value === '' ? machine : value;
  const options = useMemo(() => zonesWith(chosen), [chosen]);
  if (chosen === null) return null;
  return <SearchSelect label={words.zone} value={chosen} onChange={onChange} options={options} help={words.zoneHelp} />;
};

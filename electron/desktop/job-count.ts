import type { ConsoleClient } from '../../shared/contract/calls.ts';
import type { ConsoleEvent } from '../../shared/contract/events.ts';

/** Follows how many jobs a console has that are not at their end, until the connection to it ends. */
export const countJobs = (console: ConsoleClient, tell: (count: number) => void): void => {
  const active = new Set<string>();
  const note = ({ id, state }: { readonly id: string; readonly state: string }) => {
    const before = active.size;
    if (['queued', 'running', 'paused'].includes(state)) active.add(id);
    else active.delete(id);
    if (active.size !== before) tell(active.size);
  };
  const onEvent = (event: ConsoleEvent) => {
    if (event.event === 'job') note(event.job);
  };
  const over = () => tell(0);
  console.call('job.watch', {}, { onEvent }).then(over, over);
  void console.call('job.list', { limit: 100 }).then(
    ({ jobs }) => jobs.forEach(note),
    () => undefined,
  );
};

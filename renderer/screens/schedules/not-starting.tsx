import { useQuery } from '../../stores/calls.ts';
import { href } from '../../stores/route.ts';
import { schedulesWords as words } from '../../words/schedules.ts';

/** Whether nothing starts the console by itself, though something could. */
export const useNotStarting = (): boolean => {
  const { data } = useQuery('autostart.get', {});
  if (!data || data.starts.some(({ state }) => state === 'on')) return false;
  return data.starts.some(({ state }) => state === 'off');
};

/** What runs by itself needs a console that is there then. Calm, since something else may start it. */
export const NotStarting = () =>
  useNotStarting() && (
    <p className="quiet">
      {words.notStarting} <a href={href('settings')}>{words.toSettings}</a>
    </p>
  );

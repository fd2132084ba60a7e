import { exposition } from '../metrics/exposition.ts';
import { metricFamilies } from '../metrics/families.ts';
import { VERSION } from '../version.ts';
import { historyEntry } from './history.ts';
import { overviewHandlers } from './overview.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Jobs that have not ended are few: they wait for each other. */
const MOST = 10_000;

/** Serves the metrics. */
export const metricsHandlers = (parts: ConsoleParts): HandlersOf<'metrics'> => ({
  metrics: async (_, context) => {
    const overview = await overviewHandlers(parts).overview({}, context);
    const { board } = parts;
    const lastRuns = new Map(
      overview.objects.flatMap(({ name }) => {
        const { ended } = board.backupsOf(name);
        return ended === null ? [] : [[name, historyEntry(ended)] as const];
      }),
    );
    const jobs = { queued: 0, running: 0, paused: 0 };
    for (const { state } of board.list(MOST, { states: Object.keys(jobs) })) jobs[state as keyof typeof jobs] += 1;
    return { text: exposition(metricFamilies({ version: VERSION, overview, lastRuns, jobs })) };
  },
});

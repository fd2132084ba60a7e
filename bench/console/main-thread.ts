import type { CDPSession, Page } from 'playwright-core';
import { quantile } from '../statistics.ts';

/** What `page-watch.js` noted, milliseconds. */
interface Watched {
  /** Tasks that took longer than 50 ms on the clock, by whatever they waited for. */
  readonly longTasks: readonly number[];
  /** From one frame to the next. */
  readonly frames: readonly number[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** On the clock, and of the processor; microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

export const report = (what: string, figure: string): void => console.log(`${what.padEnd(60)} ${figure}`);

export const restart = (page: Page): Promise<unknown> => page.evaluate('restartWatching()');

export const watched = async (page: Page): Promise<Watched> => (await page.evaluate('watching')) as Watched;

export const tell = (what: string, { longTasks, frames }: Watched): void => {
  report(
    `${what}: tasks longer than 50 ms`,
    longTasks.length === 0 ? 'none' : `${longTasks.length}, worst ${Math.round(Math.max(...longTasks))} ms`,
  );
  report(
    `${what}: time between frames`,
    `median ${quantile(frames, 0.5).toFixed(1)} ms, p99 ${quantile(frames, 0.99).toFixed(1)} ms, worst ${Math.max(...frames).toFixed(0)} ms`,
  );
};

/** A task of the page's main thread, in ms: what it took of the processor, and what it waited besides for a core or for another thread. */
interface Task {
  readonly worked: number;
  readonly waited: number;
}

/** Runs `act` and gives every task of the page's main thread meanwhile. */
export const tracing = async (devtools: CDPSession, act: () => Promise<void>): Promise<Task[]> => {
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) events.push(event as unknown as TraceEvent);
  });
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  });
  await act();
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ worked: tdur / 1000, waited: Math.max(0, dur - tdur) / 1000 }));
};

/** MB that the page's own objects take, after everything unused was let go. */
export const heap = async (devtools: CDPSession): Promise<number> => {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
};

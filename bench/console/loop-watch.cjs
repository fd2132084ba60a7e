/* global process, require */
/**
 * Loaded into the console that is measured (`node --require`): how late its main thread comes to what is due, beyond the
 * sampling itself. At SIGUSR2 it begins anew, and writes what it saw since the last time, in ms, to LOOP_WATCH.
 */
const { renameSync, writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

const RESOLUTION_MS = 5;
const file = process.env.LOOP_WATCH;

if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  delay.enable();
  process.on('SIGUSR2', () => {
    const { max } = delay;
    writeFileSync(`${file}.new`, JSON.stringify({ p99: late(delay.percentile(99)), worst: late(max) }));
    renameSync(`${file}.new`, file);
    delay.reset();
  });
}

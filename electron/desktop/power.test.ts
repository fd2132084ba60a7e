import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { followPower, saveBlocker } from './power.ts';

test('one blocker is taken while the machine is to stay awake, and given back', () => {
  const done: string[] = [];
  const keepAwake = saveBlocker({
    start: (kind) => done.push(kind),
    stop: (id) => done.push(`stop ${id}`),
  });
  for (const on of [false, true, true, false, false, true]) keepAwake(on);
  expect(done).toEqual(['prevent-app-suspension', 'stop 1', 'prevent-app-suspension']);
});

test('a machine that sleeps, wakes and shuts down is told of, and shuts down once the home was given back', () => {
  const done: string[] = [];
  const monitor = new EventEmitter();
  let left = false;
  followPower(monitor, {
    power: () => ({
      suspend: () => done.push('suspend'),
      resume: async () => void done.push('resume'),
    }),
    leave: async () => void done.push('leave'),
    left: () => left,
  });
  monitor.emit('suspend');
  monitor.emit('resume');
  const event = { preventDefault: () => done.push('not yet') };
  monitor.emit('shutdown', event);
  left = true;
  monitor.emit('shutdown', event);
  expect(done).toEqual(['suspend', 'resume', 'not yet', 'leave']);
});

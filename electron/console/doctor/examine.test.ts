import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { noteHanging } from '../../platform/hanging-threads.ts';
import { runProbe } from './check.ts';
import { examine } from './examine.ts';
import { threadProbes } from './thread-probes.ts';

test('the examination fits the contract, finds the runtime in order and leaves nothing behind', async () => {
  const home = mkdtempSync(join(tmpdir(), 'coldframe-home-'));
  try {
    const result = PROCEDURES.doctor.output.parse(await examine(home));
    const states = new Map(result.checks.map(({ name, state }) => [name, state]));
    expect(states.get('zstd (compression)')).toBe('works');
    expect(states.get('Durable writes')).toBe('works');
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('what does not work says what would make it work', async () => {
  const check = await runProbe({
    area: 'A',
    name: 'B',
    remedy: 'Do this.',
    look: () => Promise.reject(new Error('no')),
  });
  expect(check).toEqual({ area: 'A', name: 'B', state: 'missing', detail: 'no', remedy: 'Do this.' });
});

test('a thread that hangs in the system is told with what it does, since when, and what to do', async () => {
  const looked = () => Promise.all(threadProbes().map(runProbe));
  expect(await looked()).toMatchObject([{ state: 'works' }]);
  const over = noteHanging({ work: 'front-end', task: 0, askedAt: new Date('2026-11-28T02:30:00Z') });
  expect(await looked()).toMatchObject([
    { state: 'limited', detail: expect.stringMatching(/: front-end, which was to end at 2026-11-28T02:30:00\.000Z$/) },
  ]);
  over();
  expect(await looked()).toMatchObject([{ state: 'works' }]);
});

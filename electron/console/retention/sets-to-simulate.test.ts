import { expect, test } from 'vitest';
import type { BlockSetSummary, SetState } from '../../../shared/model/block-set.ts';
import { NO_RULES } from '../../../shared/model/retention.ts';
import { setsToSimulate } from './sets-to-simulate.ts';
import { simulateRetention, supposedRuns } from './simulate.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const made = (id: string, state: SetState, daysAgo: number) =>
  ({ id, state, parent: null, createdAt: NOW - daysAgo * DAY, finishedAt: null }) as unknown as BlockSetSummary;
const unmarked = { marks: new Map(), usedBy: () => null };

test.each([
  ['as it is written down', (id: string) => (id === 'whole' ? ['attempt'] : [])],
  ['as it could be where that is not written down', () => null],
])('an attempt goes no sooner than the set that uses what it stored: %s', async (_, resumedBy) => {
  const sets = [made('whole', 'complete', 1), made('attempt', 'interrupted', 2)];
  const judged = setsToSimulate(sets, unmarked, resumedBy as Parameters<typeof setsToSimulate>[2]);
  const runs = supposedRuns({ now: NOW, until: NOW + 9 * DAY, everyMs: DAY, fullEvery: 0 });
  const { goes } = await simulateRetention(judged, { ...NO_RULES, keepLast: 3 }, runs, 'UTC');
  expect([...goes]).toEqual([
    ['whole', null],
    ['attempt', null],
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iconOf, menuOf, NO_CONSOLE, stateLine, type TrayEntry, type TrayState } from './menu.ts';

const now = new Date(2026, 4, 1, 12, 0).getTime();
const HOUR = 3_600_000;
const docs = { name: 'docs', state: 'ok', goodAt: now - HOUR, nextAt: now + 20 * HOUR } as const;
const backup = { id: 'a', kind: 'backup', object: 'docs', state: 'running', done: 0.43 } as const;
const idle: TrayState = { reached: true, hangs: false, jobs: [], objects: [docs], matters: 0, pausedUntil: null };

/** The menu as a person reads it; what cannot be chosen is in brackets. */
const shown = (entries: readonly TrayEntry[]): unknown[] =>
  entries.map((entry) => {
    if (entry.kind === 'line') return '-';
    if (entry.kind === 'group') return [entry.label, ...shown(entry.entries)];
    return entry.kind === 'text' || !entry.enabled ? `(${entry.label})` : entry.label;
  });

describe('the menu', () => {
  test('of a console with nothing to do tells what comes next', () => {
    expect(shown(menuOf(idle, now))).toEqual([
      '(Nothing runs. Next: docs, Sat 08:00)',
      '-',
      ['Back up now', 'docs'],
      ['Pause schedules', 'For an hour', 'Until tomorrow, 00:00'],
      ['Last results', 'docs: good, today 11:00'],
      'Restore …',
      '-',
      'Open Coldframe',
      'Quit',
    ]);
  });

  test('shows what runs, and does not offer to back up what is being backed up', () => {
    const state: TrayState = { ...idle, jobs: [backup], objects: [{ ...docs, state: 'running' }] };
    expect(shown(menuOf(state, now)).slice(0, 5)).toEqual([
      '(1 job runs, 43 %)',
      'Backup of docs: 43 %',
      '-',
      ['Back up now', '(docs)'],
      ['Pause schedules', 'For an hour', 'Until tomorrow, 00:00'],
    ]);
  });

  test('of a paused console lets it go on, until the pause is over', () => {
    const state = { ...idle, pausedUntil: now + HOUR };
    expect(shown(menuOf(state, now))).toContain('Let schedules go on');
    expect(stateLine(state, now)).toBe('Schedules are paused until today 13:00');
    expect(shown(menuOf(state, now + HOUR))).not.toContain('Let schedules go on');
  });

  test('of a console that hangs asks it for nothing', () => {
    expect(shown(menuOf({ ...idle, hangs: true, jobs: [backup] }, now))).toEqual([
      '(The console does not answer: open Coldframe to see more)',
      '-',
      'Open Coldframe',
      'Quit',
    ]);
  });

  test('without a console leads to the window and out', () => {
    expect(shown(menuOf(NO_CONSOLE, now))).toEqual([
      '(No console: open Coldframe to see why)',
      '-',
      'Open Coldframe',
      'Quit',
    ]);
  });
});

test.each<[TrayState, unknown]>([
  [idle, { kind: 'idle' }],
  [
    { ...idle, jobs: [backup], matters: 2 },
    { kind: 'running', step: 3 },
  ],
  [
    { ...idle, jobs: [{ ...backup, done: null }] },
    { kind: 'running', step: 0 },
  ],
  [{ ...idle, jobs: [{ ...backup, state: 'queued' }] }, { kind: 'idle' }],
  [{ ...idle, jobs: [{ ...backup, state: 'paused' }] }, { kind: 'paused' }],
  [{ ...idle, pausedUntil: now + HOUR }, { kind: 'paused' }],
  [{ ...idle, pausedUntil: now }, { kind: 'idle' }],
  [{ ...idle, pausedUntil: now + HOUR, matters: 1 }, { kind: 'attention' }],
  [NO_CONSOLE, { kind: 'attention' }],
  [{ ...idle, hangs: true, jobs: [backup] }, { kind: 'attention' }],
])('the icon of %# is what matters most', (state, icon) => {
  expect(iconOf(state, now)).toEqual(icon);
});

test('whatever goes on, the window can be opened and the program be left from the menu', () => {
  const job = fc.record({
    id: fc.string(),
    kind: fc.constantFrom('backup', 'restore', 'verify', 'merge', 'rebuild', 'retention'),
    object: fc.option(fc.string()),
    state: fc.constantFrom('queued', 'running', 'paused'),
    done: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  });
  const object = fc.record({
    name: fc.string(),
    state: fc.constantFrom('ok', 'running', 'warnings', 'overdue', 'failed', 'never'),
    goodAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
    nextAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
  });
  const state = fc.record({
    reached: fc.boolean(),
    hangs: fc.boolean(),
    jobs: fc.array(job, { maxLength: 5 }),
    objects: fc.array(object, { maxLength: 5 }),
    matters: fc.nat(9),
    pausedUntil: fc.option(fc.integer({ min: 0, max: 4e12 })),
  });
  fc.assert(
    fc.property(state, (any) => {
      const acts = menuOf(any as TrayState, now).flatMap((entry) => (entry.kind === 'act' ? [entry] : []));
      for (const kind of ['open', 'quit'])
        expect(acts.filter((entry) => entry.act.kind === kind && entry.enabled)).toHaveLength(1);
      const icon = iconOf(any as TrayState, now);
      if (icon.kind === 'running') expect(icon.step >= 0 && icon.step <= 8 && Number.isInteger(icon.step)).toBe(true);
    }),
  );
});

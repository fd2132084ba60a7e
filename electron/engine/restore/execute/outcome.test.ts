import { expect, test } from 'vitest';
import type { DamagedElement, WriteReport } from '../write/write-notes.ts';
import { Outcome } from './outcome.ts';

const report = (part: Partial<WriteReport>): WriteReport => ({
  restored: 0,
  skipped: 0,
  damaged: [],
  damagedCount: part.damaged?.length ?? 0,
  warnings: [],
  losses: [],
  partial: [],
  displaced: [],
  withoutContent: [],
  ...part,
});
const damaged = (element: number, part: Partial<DamagedElement> = {}): DamagedElement => ({
  element,
  path: `/element-${element}`,
  reason: 'its seal does not open',
  pieces: 1,
  shared: false,
  ...part,
});
const chunk = (sequence: number) => ({ tape: 'CF0001', block: 7, sequence, set: 'one', slot: { unread: false } });

test('an element that is damaged in several places counts once, and is listed at each chunk', () => {
  const outcome = new Outcome();
  outcome.add(report({ damaged: [damaged(1, { pieces: 3 }), damaged(2), damaged(1, { pieces: 3 })] }), chunk(4));
  outcome.add(report({ damaged: [damaged(1, { pieces: 3 })] }), chunk(5));
  const { damagedElements, damaged: listed } = outcome.result(0, []);
  expect(damagedElements).toBe(2);
  expect(listed.map(({ chunk: sequence, elements }) => [sequence, elements])).toEqual([
    [4, ['/element-1', '/element-2']],
    [5, ['/element-1']],
  ]);
});

test('further names of a damaged file are damaged, those of one that is missing otherwise are warnings', () => {
  const outcome = new Outcome();
  outcome.add(report({ damaged: [damaged(1, { shared: true })] }), chunk(4));
  const names = [
    { leader: 1, path: '/second-name' },
    { leader: 7, path: '/name-of-another' },
  ];
  outcome.add(report({ withoutContent: names }), null);
  const { damagedElements, damaged: listed, warnings } = outcome.result(0, []);
  expect(damagedElements).toBe(2);
  expect(listed).toMatchObject([{ chunk: 4, elements: ['/element-1', '/second-name'] }]);
  expect(warnings).toMatchObject([{ code: 'CONTENT_MISSING', path: '/name-of-another' }]);
});

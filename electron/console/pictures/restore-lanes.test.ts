import { expect, test } from 'vitest';
import { LaneBook, type LaneNews } from './lane-book.ts';
import { RestoreLanes } from './restore-lanes.ts';

const scene = () => {
  const book = new LaneBook('restore');
  const told: string[] = [];
  book.onNews(({ code, context }: LaneNews) => told.push(`${code} ${context.drive} ${context.tape}`));
  return { book, told, lanes: new RestoreLanes(book, 1000) };
};
const statesOf = (book: LaneBook) => book.lanes.map(({ drive, state, tape }) => [drive, state, tape]);

test('the lane of a drive shows the channel that had it last, wherever that goes on', () => {
  const { book, told, lanes } = scene();
  const first = { channel: 0, drive: 1, tape: 'CF0001' };
  lanes.hear({ channel: 0, state: 'open', drive: null, tape: null });
  expect(book.lanes).toEqual([]);
  for (const state of ['open', 'at-beginning', 'reading'] as const) lanes.hear({ ...first, state });
  lanes.hear({ channel: 0, state: 'at-end', drive: null, tape: null });
  expect(statesOf(book)).toEqual([[1, 'at-end', 'CF0001']]);
  lanes.hear({ channel: 1, state: 'reading', drive: 1, tape: 'CF0002' });
  lanes.hear({ channel: 0, state: 'reading', drive: 2, tape: 'CF0003' });
  lanes.hear({ channel: 0, state: 'at-end', drive: null, tape: null });
  lanes.hear({ channel: 0, state: 'closed', drive: null, tape: null });
  expect(statesOf(book)).toEqual([
    [1, 'reading', 'CF0002'],
    [2, 'closed', 'CF0003'],
  ]);
  expect(told).toEqual([
    'MOUNTED 1 CF0001',
    'UNMOUNTED 1 CF0001',
    'MOUNTED 1 CF0002',
    'MOUNTED 2 CF0003',
    'UNMOUNTED 2 CF0003',
  ]);
});

test('a channel that ends while it reads ends its lane in error', () => {
  const { book, lanes } = scene();
  lanes.hear({ channel: 0, state: 'reading', drive: 1, tape: 'CF0001' });
  lanes.hear({ channel: 0, state: 'error', drive: null, tape: null });
  expect(statesOf(book)).toEqual([[1, 'error', 'CF0001']]);
});

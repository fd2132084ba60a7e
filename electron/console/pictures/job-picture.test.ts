import { expect, test } from 'vitest';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { picture as schema } from '../../../shared/contract/picture.ts';
import { JobPicture } from './job-picture.ts';
import { LaneBook } from './lane-book.ts';

const RECORD: JobRecord = {
  id: 'ab'.repeat(16),
  kind: 'backup',
  state: 'running',
  object: 'files',
  vault: '/v',
  set: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  progress: null,
  error: null,
  result: null,
  resumedBy: null,
};
const SET = 'cd'.repeat(16);
const OTHER = 'ef'.repeat(16);

const scene = () => {
  const book = new LaneBook();
  const picture = new JobPicture();
  picture.lanes(book);
  book.mounted(1, { tape: 'CF0001', bytesCapacity: 1000, bytesUsed: 100 });
  book.entered(1, 'at-beginning');
  return { book, picture };
};

test('a follower gets every chunk once, those of other jobs on the same drive included', () => {
  const { book, picture } = scene();
  book.knows(SET, 'files');
  book.moved(1, SET, 10, 'data', 110);
  const first = picture.draw(RECORD, null);
  expect(schema.parse(first.picture).whole).toBe(true);
  expect(first.picture.lanes).toMatchObject([{ drive: 1, tape: 'CF0001', bytesBefore: 100, chunks: [[0, 10, 0]] }]);
  book.moved(1, OTHER, 20, 'data', 130);
  book.moved(1, SET, 5, 'metadata', 135);
  const second = picture.draw(RECORD, first.seen);
  expect(second.picture).toMatchObject({ whole: false, sets: [{ id: SET, object: 'files' }, { id: OTHER }] });
  expect(second.picture.lanes[0]).toMatchObject({
    position: 135,
    chunkCount: 3,
    chunks: [
      [1, 20, 0],
      [0, 5, 1],
    ],
  });
  expect(picture.draw(RECORD, second.seen).picture.lanes[0]?.chunks).toEqual([]);
  picture.end();
});

test('another tape begins its lane anew, and the log tells that the set spans', () => {
  const { book, picture } = scene();
  book.moved(1, SET, 900, 'data', 1000);
  const { seen } = picture.draw(RECORD, null);
  book.entered(1, 'at-end');
  book.mounted(1, { tape: 'CF0002', bytesCapacity: 1000, bytesUsed: 0 });
  book.moved(1, SET, 7, 'data', 7);
  const { picture: drawn } = picture.draw(RECORD, seen);
  expect(drawn.lanes).toMatchObject([{ tape: 'CF0002', chunkCount: 1, chunks: [[0, 7, 0]], position: 7 }]);
  expect(drawn.log.map(({ code }) => code)).toEqual(['UNMOUNTED', 'SPANNED', 'MOUNTED']);
  picture.end();
});

test('however much happens, a picture stays small', () => {
  const { book, picture } = scene();
  for (let n = 0; n < 50_000; n += 1) book.moved(1, SET, 1, 'data', n);
  for (let n = 0; n < 5000; n += 1) picture.warned({ code: 'UNREADABLE', path: `/p${n}`, message: 'm' });
  const { picture: drawn } = picture.draw(RECORD, null);
  expect(drawn.lanes[0]?.chunkCount).toBe(50_000);
  expect(drawn.lanes[0]?.chunks.length).toBeLessThanOrEqual(8192);
  expect(drawn.warnings.length).toBeLessThanOrEqual(200);
  expect(drawn.counts.warnings).toBe(5000);
  expect(JSON.stringify(drawn).length).toBeLessThan(200_000);
  picture.end();
});

test('what writers had copied out of turn is told as it happens, and stays in the picture when the images are gone', () => {
  const { picture } = scene();
  expect(picture.draw(RECORD, null).picture.sideFile).toBeNull();
  const gauge = { copied: 0, read: 0 };
  let held = true;
  const stop = picture.sideFile(() => {
    if (!held) throw new Error('released');
    return { ...gauge };
  });
  Object.assign(gauge, { copied: 3, read: 1 });
  expect(schema.parse(picture.draw(RECORD, null).picture).sideFile).toEqual({ copied: 3, read: 1 });
  gauge.read = 3;
  stop();
  held = false;
  expect(picture.draw(RECORD, null).picture.sideFile).toEqual({ copied: 3, read: 3 });
  const fail = picture.sideFile(() => {
    throw new Error('released');
  });
  expect(picture.draw(RECORD, null).picture.sideFile).toBeNull();
  fail();
  expect(picture.draw(RECORD, null).picture.sideFile).toBeNull();
  picture.end();
});

test.each([[[[0, 1]]], [[[0, 1, 2]]], [[[0, -1, 0]]], [[[0.5, 1, 0]]], [[null]], ['x']])(
  'chunks such as %j are refused',
  (chunks) => {
    const { book, picture } = scene();
    book.moved(1, SET, 10, 'data', 110);
    const drawn = picture.draw(RECORD, null).picture;
    const [lane] = drawn.lanes;
    expect(schema.safeParse(drawn).success).toBe(true);
    expect(schema.safeParse({ ...drawn, lanes: [{ ...lane, chunks }] }).success).toBe(false);
    picture.end();
  },
);

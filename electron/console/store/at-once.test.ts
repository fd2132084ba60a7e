import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { atOnce } from './at-once.ts';

test('work that fails leaves nothing, and fails alone within other work that goes on', () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE t (n)');
  const put = (n: number) => database.prepare('INSERT INTO t VALUES (?)').run(n);
  const failing = (n: number) => () => {
    put(n);
    throw new Error('no');
  };
  const all = () =>
    database
      .prepare('SELECT n FROM t ORDER BY n')
      .all()
      .map(({ n }) => n);
  expect(() => atOnce(database, failing(1))).toThrow('no');
  atOnce(database, () => {
    put(2);
    expect(() => atOnce(database, failing(3))).toThrow('no');
    atOnce(database, () => atOnce(database, () => put(4)));
  });
  expect(all()).toEqual([2, 4]);
  expect(() =>
    atOnce(database, () => {
      atOnce(database, () => put(5));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(all()).toEqual([2, 4]);
});

test('what SQLite takes back by itself ends all of the work, with the error that did', () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE t (n); PRAGMA max_page_count = 3');
  const put = (n: unknown) => database.prepare('INSERT INTO t VALUES (?)').run(n as number);
  const fill = () => put('x'.repeat(100_000));
  const rows = () => database.prepare('SELECT n FROM t').all().length;
  const seen: unknown[] = [];
  const tried = (work: () => void) => {
    try {
      atOnce(database, work);
    } catch (error) {
      seen.push((error as Error).message);
    }
  };
  tried(() => {
    put(1);
    tried(fill);
    // Goes on as if the part alone had been taken back: nothing more is begun, or it would be kept.
    tried(() => put(2));
  });
  expect(seen).toEqual(Array(3).fill('database or disk is full'));
  expect(() => atOnce(database, fill)).toThrow('database or disk is full');
  expect([rows(), database.isTransaction]).toEqual([0, false]);
  atOnce(database, () => atOnce(database, () => put(3)));
  expect(rows()).toBe(1);
});

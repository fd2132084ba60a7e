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

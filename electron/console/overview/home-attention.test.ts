import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { databaseGone } from '../home/missing-database.ts';
import { homeAttention } from './home-attention.ts';

const inPlace = { demandInPlace: () => undefined };

test('a home whose disk is full is something to look at, and one without its database before that', () => {
  expect(homeAttention(tmpdir(), inPlace)).toEqual([]);
  // A file system that has no room at all.
  expect(homeAttention('/proc', inPlace)).toMatchObject([{ code: 'HOME_FULL', severity: 'lost' }]);
  const gone = {
    demandInPlace: () => {
      throw databaseGone('/home/console.db');
    },
  };
  expect(homeAttention('/proc', gone)).toMatchObject([
    { code: 'HOME_DATABASE_MISSING', context: { file: '/home/console.db' } },
  ]);
});

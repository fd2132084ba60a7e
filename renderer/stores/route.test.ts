import { describe, expect, test } from 'vitest';
import { href, parseRoute } from './route.ts';

describe('a route', () => {
  test('comes back from its address, whatever characters its names hold', () => {
    const address = href('restore', 'Überträge / ?#', { set: 'a1', path: '/home/ä&b=c' });
    expect(parseRoute(address)).toEqual({
      screen: 'restore',
      id: 'Überträge / ?#',
      query: { set: 'a1', path: '/home/ä&b=c' },
    });
  });

  test('is the overview when the address names nothing that is there', () => {
    expect(parseRoute('')).toEqual({ screen: 'overview', id: null, query: {} });
    expect(parseRoute('#/nowhere/1')).toMatchObject({ screen: 'overview' });
  });

  test.each(['100%', '%E0%A4%A', '%'])('is one also where its id was typed or cut off: %s', (id) => {
    expect(parseRoute(`#/restore/${id}`)).toMatchObject({ screen: 'restore', id });
  });
});

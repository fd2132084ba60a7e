import { expect, test } from 'vitest';
import { answerRequest, type DesktopHandlers } from './requests.ts';

const handlers: DesktopHandlers = {
  'folder.choose': async ({ start }) => `${start}/chosen`,
  'leaving.ask': async () => null,
  trouble: async () => {
    throw new Error('no');
  },
};

test('a request that fits is carried out', async () => {
  const reply = await answerRequest(handlers, 'folder.choose', { title: 't', start: '/home' });
  expect(reply).toEqual({ ok: true, output: '/home/chosen' });
});

test('what a handler throws is an answer with a code', async () => {
  expect(await answerRequest(handlers, 'trouble', {})).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
});

test.each([
  ['constructor', {}],
  ['folder.remove', {}],
  [7, {}],
  [null, {}],
  ['folder.choose', {}],
  ['folder.choose', { title: 't', start: 7 }],
  ['folder.choose', { title: 't', start: null, more: true }],
  ['folder.choose', null],
])('%j with %j is refused', async (request, input) => {
  expect(await answerRequest(handlers, request, input)).toMatchObject({ ok: false, error: { code: 'USAGE' } });
});

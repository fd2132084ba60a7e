import { expect, test } from 'vitest';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import { withReveal } from './with-reveal.ts';

const scene = () => {
  const shown: string[] = [];
  const heard: string[] = [];
  const console = {
    call: async (procedure: string) => {
      heard.push(procedure);
      return procedure === 'about' ? { version: '1', can: { reveal: false } } : { home: '/h' };
    },
  } as unknown as ConsoleClient;
  return { shown, heard, window: withReveal(console, (path) => shown.push(path)) };
};

test('a place is shown by the window, and the console does not hear of it', async () => {
  const { shown, heard, window } = scene();
  await window.call('place.reveal', { path: { path: import.meta.dirname } });
  expect([shown, heard]).toEqual([[import.meta.dirname], []]);
});

test('the page is told that places can be shown; the rest of the answer is the console’s', async () => {
  const { window } = scene();
  expect(await window.call('about', {})).toEqual({ version: '1', can: { reveal: true } });
  expect(await window.call('ping', {})).toEqual({ home: '/h' });
});

test.each([{ path: '/no/such/place' }, { pathBase64: Buffer.from([0x2f, 0xff]).toString('base64') }])(
  'what is not there is not shown: %j',
  async (path) => {
    const { shown, window } = scene();
    await expect(window.call('place.reveal', { path })).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
    expect(shown).toEqual([]);
  },
);

test('what is no whole path is not shown', async () => {
  const { shown, window } = scene();
  await expect(window.call('place.reveal', { path: { path: 'etc' } })).rejects.toMatchObject({ code: 'USAGE' });
  expect(shown).toEqual([]);
});

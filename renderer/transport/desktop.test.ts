import { expect, test } from 'vitest';
import type { DesktopBridge } from '../../shared/desktop/channels.ts';
import { askDesktop, desktopBridge } from './desktop.ts';

const answering = (reply: unknown): DesktopBridge => ({
  connect: () => undefined,
  onGo: () => undefined,
  ask: async () => reply,
});
const choose = (reply: unknown) => askDesktop(answering(reply), 'folder.choose', { title: 't', start: null });

test('a browser has no bridge', () => {
  expect(desktopBridge({})).toBeNull();
  const coldframe = answering(null);
  expect(desktopBridge({ coldframe })).toBe(coldframe);
});

test('an answer is handed out, an error keeps its code', async () => {
  expect(await choose({ ok: true, output: '/home/ada' })).toBe('/home/ada');
  const error = { code: 'USAGE', kind: 'usage', message: 'm', guidance: 'g', context: {} };
  await expect(choose({ ok: false, error })).rejects.toMatchObject({ code: 'USAGE', guidance: 'g' });
});

test.each([[null], [{ ok: true, output: 7 }], [{ ok: false }]])('%j is not taken for an answer', async (reply) => {
  await expect(choose(reply)).rejects.toMatchObject({ code: 'INTERNAL' });
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { upgradeStatus, webScenes } from './testing/web-scene.ts';
import { MOST_CONNECTIONS } from './web-shell.ts';

const scene = webScenes();
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** Connections of somebody who only wants to fill the place. */
const silent = async (port: number, count: number, words = '') => {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  open.push(...sockets);
  // One that is not read from does not hear that it has been ended.
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.write(words);
  return sockets;
};

test.each([
  ['silent', ''],
  ['slow', 'GET / HTTP/1.1\r\nHost: '],
])('%s strangers keep nobody out, and no page is lost to them', async (_, words) => {
  const web = await scene();
  const page = web.socket(await web.signIn());
  await upgradeStatus(page);
  await silent(web.port, MOST_CONNECTIONS + 20, words);
  expect((await web.ask({})).status).toBe(200);
  const pass = await web.signIn();
  expect(await upgradeStatus(web.socket(pass))).toBe(101);
  expect(page.readyState).toBe(page.OPEN);
});

test('those who have been silent longest go first, and no more than need be', async () => {
  const web = await scene();
  const [first] = await silent(web.port, 1);
  const rest = await silent(web.port, MOST_CONNECTIONS - 1);
  expect(first?.destroyed).toBe(false);
  const ended = once(first as Socket, 'close');
  await silent(web.port, 1);
  await ended;
  expect(rest.filter((socket) => socket.destroyed)).toHaveLength(0);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../shared/contract/protocol.ts';
import { attach } from '../console/attach.ts';
import { greetedConsole } from '../console/carrier/remote-console.ts';
import type { OwnerParts } from '../console/own-home.ts';
import { fakeUseCases } from '../console/testing/fake-use-cases.ts';
import { reachConsole } from './attach-window.ts';
import { ConsoleLink } from './console-link.ts';
import { portTransport } from './port-transport.ts';
import { nodeFramePort } from './testing/node-frame-port.ts';

let folder: string;
const links: ConsoleLink[] = [];
const owners: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-link-'));
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.close();
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const never = async () => fakeUseCases(async () => undefined as never);

const home = () => join(folder, 'home');

const linkTo = (place = home(), useCases: OwnerParts['useCases'] = never): ConsoleLink => {
  const parts = { command: 'desktop', useCases };
  const link = new ConsoleLink(place, parts, { reach: reachConsole, dress: (console) => console });
  links.push(link);
  return link;
};

/** A page that connects as the one in the window does; null when it was let go. */
const page = (link: ConsoleLink) => {
  const { port1, port2 } = new MessageChannel();
  void link.serve(portTransport(nodeFramePort(port1)));
  return greetedConsole(portTransport(nodeFramePort(port2)), PROTOCOL_VERSION);
};

/** Another process that holds the home with a job in it. */
const owned = async (): Promise<ChildProcess> => {
  const fixture = new URL('../console/testing/fixtures/hold-home.ts', import.meta.url).pathname;
  const owner = spawn(process.execPath, [fixture, home()], { stdio: ['ignore', 'pipe', 'inherit'] });
  owners.push(owner);
  await once(owner.stdout as NodeJS.ReadableStream, 'data');
  return owner;
};

test('a free home is held by the window, which serves its page', async () => {
  const link = linkTo();
  const console = await page(link);
  expect(await console?.call('ping', {})).toMatchObject({ pid: process.pid });
  expect(link.console?.own).not.toBeNull();
  expect(link.trouble).toBeNull();
});

test('a home that is held is shown, and taken when its holder was killed', async () => {
  const owner = await owned();
  const link = linkTo();
  const found: boolean[] = [];
  link.onFound(({ own }) => found.push(own !== null));
  const console = await page(link);
  expect(await console?.call('ping', {})).toMatchObject({ pid: owner.pid, runningJobs: 1 });
  const letGo = new Promise<void>((done) => console?.onClose(done));
  const watching = console?.call('job.watch', {});
  owner.kill('SIGKILL');
  await expect(watching).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
  await letGo;
  expect(await (await page(link))?.call('ping', {})).toMatchObject({ pid: process.pid });
  expect(found).toEqual([false, true]);
});

test('a home that cannot be used lets the page go, and says why until it can', async () => {
  writeFileSync(home(), 'a file');
  const link = linkTo();
  expect(await page(link)).toBeNull();
  expect(link.trouble).toMatchObject({ code: 'HOME_UNUSABLE' });
  rmSync(home());
  expect(await (await page(link))?.call('ping', {})).toMatchObject({ pid: process.pid });
  expect(link.trouble).toBeNull();
});

test('an exception that nobody caught ends what is asked, and the page is told', async () => {
  const link = linkTo();
  const console = await page(link);
  const watching = console?.call('job.watch', {});
  await console?.call('ping', {});
  link.fail(new Error('out of luck'));
  await expect(watching).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
  expect(await page(link)).toBeNull();
  expect(link.trouble).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('out of luck') });
});

test('a window that ends gives its home back', async () => {
  const link = linkTo();
  await page(link);
  await link.close();
  expect(await page(link)).toBeNull();
  expect((await linkTo().reach()).own).not.toBeNull();
});

test('while what a page asked for is waited for no schedule begins anything', async () => {
  const asked = Promise.withResolvers<void>();
  const done = Promise.withResolvers<never>();
  const createVault = () => {
    asked.resolve();
    return done.promise;
  };
  const link = linkTo(home(), async () => ({ ...(await never()), createVault }));
  const console = await page(link);
  const creating = console?.call('vault.create', { dir: join(folder, 'vault') }).catch(() => undefined);
  await asked.promise;
  const { own } = link;
  const keeping = async () => (await own?.call('schedule.list', {}))?.keeping;
  expect(await keeping()).toBe(true);
  const closing = link.close();
  expect(await keeping()).toBe(false);
  done.reject(new Error('no'));
  await Promise.all([creating, closing]);
});

test('one that fails while its console is looked for serves it no more, and notes what happened', async () => {
  const link = linkTo();
  const reaching = link.reach();
  link.fail(new Error('out of luck'));
  await expect(reaching).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await page(link)).toBeNull();
  expect(link.trouble).toMatchObject({ code: 'INTERNAL' });
  expect(readFileSync(join(home(), 'failures.log'), 'utf8')).toContain('out of luck');
});

test('after a failure no other process gets into the console any more', async () => {
  const link = linkTo();
  await page(link);
  link.fail(new Error('out of luck'));
  await expect(attach(home(), { command: 'test', useCases: never, patienceMs: 300 })).rejects.toMatchObject({
    code: 'HOME_HELD',
  });
});

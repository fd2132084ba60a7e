import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../shared/contract/frames.ts';
import { offeredProtocols } from '../../shared/contract/proof.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 });

const main = new URL('./main.ts', import.meta.url).pathname;
const started: ChildProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-serve-'));
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...rest } = process.env;
  return { ...rest, COLDFRAME_HOME: join(folder, 'home'), COLDFRAME_PASSPHRASE_FILE: '' };
};

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    env: environment(),
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
};

/** A serving console and the first line that it prints. */
const serving = async (...args: string[]) => {
  const child = spawn(process.execPath, [main, 'serve', ...args], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let noted = '';
  child.stderr.on('data', (piece) => {
    noted += piece;
  });
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  await expect.poll(() => text, { timeout: 60_000 }).toContain('\n');
  return { child, ended, line: text, printed: () => text, noted: () => noted };
};

const LINK = /(http:\/\/127\.0\.0\.1:\d+)\/#token=([A-Za-z0-9_-]{43})\n$/;

/** Follows a link as a browser does. */
const follow = async (line: string) => {
  const [, origin = '', token = ''] = LINK.exec(line) ?? [];
  const headers = { origin, 'content-type': 'application/json' };
  // A connection of its own: one that is kept would be closed while a command runs here.
  const asked = request(`${origin}/session`, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify({ token }));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const { proof = '' } = JSON.parse(await text(answer)) as { proof?: string };
  return { status: answer.statusCode, origin, cookie, proof };
};

const socketOf = async ({ origin, cookie, proof }: { origin: string; cookie: string; proof: string }) => {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, offeredProtocols(proof), {
    origin,
    headers: { cookie },
  });
  const frames: ServerFrame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString())));
  await new Promise((done) => socket.once('open', done));
  return { socket, frames, send: (frame: object) => socket.send(JSON.stringify(frame)) };
};

test('the link that serve prints opens the console once; open and serve print fresh ones to the same console', async () => {
  const { line, child, ended, printed } = await serving();
  expect(line).toMatch(LINK);
  const first = await follow(line);
  expect(first.status).toBe(200);
  expect((await follow(line)).status).toBe(401);
  const { frames, send } = await socketOf(first);
  send({ kind: 'call', request: 1, procedure: 'ping', input: {} });
  await expect.poll(() => frames.at(-1)).toMatchObject({ kind: 'answer', output: { pid: child.pid } });
  for (const command of ['open', 'serve']) {
    const again = run(command);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(LINK) });
    const next = await follow(again.stdout);
    expect(next).toMatchObject({ status: 200, origin: first.origin });
  }
  expect(JSON.parse(run('open', '--json').stdout)).toEqual({
    url: expect.stringContaining('#token='),
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(printed()).toBe(`${line}Ended.\n`);
});

test('in place of a desktop, it says why, how to get another link in a checkout, and the link on a line of its own', async () => {
  const { line, child, ended } = await serving('--instead-of-desktop', 'there is no display here');
  expect(line).toMatch(
    /^Coldframe is in your browser, because there is no display here\. .*npm run -s coldframe -- open .*\nhttp:\/\/\S+\n$/,
  );
  expect((await follow(line)).status).toBe(200);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('a browser that is killed while its backup runs loses nothing: the backup goes on, and is found again', async () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  for (let at = 0; at < 1000; at += 1) writeFileSync(join(source, `file-${at}`), `content ${at} `.repeat(500));
  const vault = join(folder, 'vault');
  expect(run('vault', 'create', vault, '--tape-size', '64MiB').status).toBe(0);
  expect(run('object', 'add', 'docs', '--vault', vault, '--files', source).status).toBe(0);
  const { line, child, ended } = await serving();
  const session = await follow(line);
  const { socket, frames, send } = await socketOf(session);
  send({ kind: 'call', request: 1, procedure: 'backup', input: { object: 'docs' } });
  await expect.poll(() => frames.some(({ kind }) => kind === 'event'), { timeout: 60_000, interval: 5 }).toBe(true);
  socket.terminate();
  expect(frames.some(({ kind }) => kind === 'answer')).toBe(false);
  const back = await socketOf(session);
  let asked = 0;
  const jobs = () => {
    asked += 1;
    back.send({ kind: 'call', request: asked, procedure: 'job.list', input: {} });
    return back.frames.findLast(({ kind }) => kind === 'answer');
  };
  await expect.poll(jobs, { timeout: 120_000, interval: 200 }).toMatchObject({
    output: { jobs: [{ kind: 'backup', state: 'done' }] },
  });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(run('verify', '--vault', vault).status).toBe(0);
});

test('a home that is held by a command that serves no browsers says who holds it', async () => {
  const holder = new URL('../console/testing/fixtures/hold-home.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [holder, join(folder, 'home')], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  await new Promise((done) => child.stdout.once('data', done));
  const { status, stdout } = run('serve', '--json');
  expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 11, error: { code: 'HOME_HELD' } });
  expect(JSON.parse(stdout).error.message).toContain(`process ${child.pid}`);
  expect(run('open').status).toBe(10);
});

test('a port that is taken is an error that says so, and the home is free again', async () => {
  const { line, child, ended } = await serving();
  const port = new URL(LINK.exec(line)?.[1] ?? '').port;
  const other = run('serve', '--port', port, '--json', '--home', join(folder, 'other'));
  expect({ status: other.status, ...JSON.parse(other.stdout) }).toMatchObject({
    status: 1,
    error: { code: 'CANNOT_LISTEN', message: expect.stringContaining(`port ${port}`) },
  });
  expect(run('vault', 'list', '--home', join(folder, 'other')).status).toBe(0);
  const session = await follow(line);
  child.kill('SIGTERM');
  await ended;

  // The next console of the home takes the port of the last one, so that open pages find it; whom that one knew, it does not.
  const next = await serving();
  expect(new URL(LINK.exec(next.line)?.[1] ?? '').port).toBe(port);
  const asked = request(`${session.origin}/session`, {
    headers: { cookie: session.cookie, 'coldframe-proof': session.proof },
    agent: false,
  });
  asked.end();
  expect(((await once(asked, 'response')) as [IncomingMessage])[0].statusCode).toBe(401);
  expect((await follow(line)).status).toBe(401);
  next.child.kill('SIGTERM');
  await next.ended;

  const stranger = createServer().listen(Number(port), '127.0.0.1');
  await once(stranger, 'listening');
  const last = await serving();
  stranger.close();
  expect(new URL(LINK.exec(last.line)?.[1] ?? '').port).not.toBe(port);
  await expect.poll(last.noted).toContain(`Port ${port}, where this home was served last, is taken`);
  last.child.kill('SIGTERM');
  await last.ended;
});

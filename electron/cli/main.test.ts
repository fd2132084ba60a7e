import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runInTurn } from './testing/commands-in-turn.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

// The built program: started from its sources it takes four times as long.
const program = new URL('../../dist/coldframe.js', import.meta.url).pathname;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-cli-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => ({
  ...process.env,
  COLDFRAME_HOME: join(folder, 'home'),
  COLDFRAME_PASSPHRASE_FILE: '',
  XDG_CONFIG_HOME: join(folder, 'config'),
});

/** Runs a command in a process that goes on to the next one. */
const run = async (...args: string[]) => {
  const said = await runInTurn(program, { args, env: environment(), cwd: process.cwd() });
  if (said === null) throw new Error('commands of this file run one after the other');
  return said;
};

const json = async (...args: string[]) => {
  const { status, stdout } = await run(...args, '--json');
  return { status, document: JSON.parse(stdout) };
};

/** A console that holds the home, from the moment that it does. */
const serve = async (...args: string[]) => {
  const served = spawn(process.execPath, [program, 'serve', ...args], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((done) => served.on('exit', done));
  await new Promise((done) => served.stderr.once('data', done));
  return { served, ended };
};

const vault = () => join(folder, 'vault');
const small = ['--tape-size', '64MiB'];

test.each([
  [['bogus'], 2, 'USAGE'],
  [['backup'], 2, 'USAGE'],
  [['vault', 'create', 'x', '--drives', '0'], 2, 'USAGE'],
  [['restore', 'docs'], 2, 'USAGE'],
  [['backup', 'nobody'], 10, 'NO_SUCH_OBJECT'],
  [['ls', 'nothing'], 10, 'NO_SUCH_SET'],
  [['job', 'show', 'abc'], 10, 'NO_SUCH_JOB'],
  [['vault', 'show', '/nowhere'], 10, 'NO_SUCH_VAULT'],
  [[], 2, 'USAGE'],
  [['vault'], 2, 'USAGE'],
  [['library', 'show', '--long'], 2, 'USAGE'],
  [['retention', 'show', 'nobody'], 10, 'NO_SUCH_OBJECT'],
  [['vault', 'create', '/proc/x'], 2, 'USAGE'],
  [['--home', '/proc/x', 'vault', 'list'], 1, 'HOME_UNUSABLE'],
  [['--home', '', 'vault', 'list'], 2, 'USAGE'],
  [['restore', 'docs', '--to', ''], 2, 'USAGE'],
  [['restore', 'docs', '', '--to', '/x'], 2, 'USAGE'],
  [['object', 'add', 'docs', '--vault', '/x', '--files', ''], 2, 'USAGE'],
  [['serve', '--host', '0.0.0.0'], 2, 'WEB_UNPROTECTED'],
  [['serve', '--port', '65536'], 2, 'USAGE'],
  [['serve', '--tls-cert', 'x'], 2, 'USAGE'],
  [['serve', '--token-file', '/nowhere/at/all'], 2, 'TOKEN_FILE_UNSAFE'],
  [['open'], 10, 'WEB_NOT_SERVED'],
])('%j fails with exit status %i and one JSON document with the code %s', async (args, status, code) => {
  const answer = await json(...args);
  expect(answer).toMatchObject({ status, document: { error: { code } } });
  expect(Object.keys(answer.document.error)).toEqual(['code', 'message', 'guidance', 'context']);
});

test('help and version succeed and go to standard output', async () => {
  expect(await run('--help')).toMatchObject({ status: 0, stderr: '' });
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('help and version are one JSON document where that is asked for', async () => {
  expect((await json('--version')).document.text).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await json('backup', '--help')).document.text).toContain('Usage: coldframe backup');
});

test('a command that lacks its second word gets its help, and the error last', async () => {
  const { status, stdout, stderr } = await run('vault');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: coldframe vault');
  expect(stderr).not.toContain('outputHelp');
  expect(stderr.trimEnd().split('\n').at(-1)).toContain('See: coldframe vault --help');
});

test('names that would be taken for another, and exclusions that match nothing, are pointed out', async () => {
  await json('vault', 'create', vault(), ...small);
  writeFileSync(join(folder, 'letter.txt'), 'x');
  const add = (name: string, ...more: string[]) =>
    json('object', 'add', name, '--vault', vault(), '--files', folder, ...more);
  expect(await add('a@b')).toMatchObject({
    status: 2,
    document: { error: { code: 'USAGE', context: { name: 'a@b' } } },
  });
  const { document } = await add('docs', '--exclude', '*.txt', '--exclude', '*.docx');
  expect(document.unmatched).toEqual(['*.docx']);
  expect(await add('Docs')).toMatchObject({ status: 2, document: { error: { code: 'OBJECT_EXISTS' } } });
  expect((await json('plan', 'docs')).document.leftOut).toContainEqual({ rule: 'glob:*.docx', elements: 0, bytes: 0 });
  expect((await run('plan', 'docs')).stdout).toContain('Nothing matches *.docx.');
});

test('a set by its time: how it was read is said; what is no time, and what is too early, each has its own error', async () => {
  await json('vault', 'create', vault(), ...small);
  await json('object', 'add', 'docs', '--vault', vault(), '--files', folder);
  expect((await json('ls', 'docs')).document.error).toMatchObject({ code: 'NO_SUCH_SET', context: { object: 'docs' } });
  await json('backup', 'docs');
  const { status, stderr } = await run('ls', `docs@${new Date().toISOString().slice(0, 10)}`);
  expect([status, stderr]).toEqual([0, expect.stringMatching(/up to \d{4}-\d\d-\d\d 23:59:59 UTC\.\n$/)]);
  expect(await json('ls', 'docs@tuesday')).toMatchObject({ status: 2, document: { error: { code: 'USAGE' } } });
  const early = await json('ls', 'docs@2001-01-01');
  expect(early).toMatchObject({ status: 10, document: { error: { code: 'NO_SUCH_SET' } } });
  expect(early.document.error.message).toContain('2001-01-01T23:59:59.999Z');
});

const { COLDFRAME_OLDEST_NODE = '' } = process.env;
test.skipIf(COLDFRAME_OLDEST_NODE === '')('an older Node is told that it is too old, and nothing else', async () => {
  const [people, script] = [[], ['--json']].map((more) =>
    spawnSync(COLDFRAME_OLDEST_NODE, [program, 'sets', ...more], { env: environment(), encoding: 'utf8' }),
  );
  expect(people).toMatchObject({ status: 1, stdout: '' });
  expect(people?.stderr).toMatch(/^Error: Coldframe needs Node 24 or later, and this is Node \d+[.\d]+\.\n[^\n]+\n$/);
  expect(script).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(script?.stdout ?? '')).toMatchObject({ error: { code: 'NODE_TOO_OLD' } });
});

test('errors for people go to standard error, with guidance', async () => {
  const { stdout, stderr } = await run('backup', 'nobody');
  expect(stdout).toBe('');
  expect(stderr).toContain('There is no logical object named nobody.');
  expect(stderr).toContain('coldframe object list');
});

test('an object of files is added, listed and removed', async () => {
  expect((await json('vault', 'create', vault(), ...small)).status).toBe(0);
  const added = await json(
    'object',
    'add',
    'docs',
    '--vault',
    vault(),
    '--files',
    folder,
    '--exclude',
    '*.o',
    '--exclude',
    'a',
  );
  expect(added.document.object).toMatchObject({ name: 'docs', roots: [{ path: folder }], exclude: ['*.o', 'a'] });
  expect(await json('object', 'add', 'docs', '--vault', vault(), '--files', folder)).toMatchObject({ status: 2 });
  expect(await json('object', 'add', 'new', '--vault', vault(), '--files', '/nowhere/at/all')).toMatchObject({
    status: 10,
  });
  const edited = (await json('object', 'edit', 'docs', '--no-exclude', '--unprotect', 'temp')).document.object;
  expect(edited).toMatchObject({ roots: [{ path: folder }], exclude: [], unprotected: ['temp'] });
  expect((await run('object', 'edit', 'docs')).status).toBe(2);
  expect((await json('tape', 'list')).document.tapes).toHaveLength(8);
  expect((await json('object', 'list')).document.objects).toHaveLength(1);
  expect((await json('object', 'remove', 'docs')).status).toBe(0);
  expect((await json('object', 'list')).document.objects).toEqual([]);
});

test('what lies in a vault cannot be made an object, and a link names what it leads to', async () => {
  await json('vault', 'create', vault(), ...small);
  symlinkSync(vault(), join(folder, 'link'));
  const add = (name: string, ...path: string[]) =>
    json('object', 'add', name, '--vault', vault(), '--files', join(folder, ...path));
  for (const path of [['vault'], ['vault', 'tapes'], ['link', 'tapes']]) {
    const { status, document } = await add('inner', ...path);
    expect([status, document.error.code]).toEqual([2, 'USAGE']);
    expect(document.error.message).toContain(`lies in the vault vault at ${vault()}`);
  }
  mkdirSync(join(folder, 'vault-of-mine'));
  expect((await add('beside', 'vault-of-mine')).status).toBe(0);
  const link = await add('link', 'link');
  expect([link.status, link.document.error.code]).toEqual([2, 'USAGE']);
  expect(`${link.document.error.message} ${link.document.error.guidance}`).toContain(vault());
});

test('a restore that may overwrite and finds a folder in the place of a file says so, and ends with 3', async () => {
  // Three jobs: beside a console they need no threads of their own.
  const { served, ended } = await serve();
  try {
    await json('vault', 'create', vault(), ...small);
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/a'), 'a');
    writeFileSync(join(folder, 'src/b'), 'b');
    await json('object', 'add', 'docs', '--vault', vault(), '--files', join(folder, 'src'));
    expect((await json('backup', 'docs')).status).toBe(0);
    const place = join(folder, 'out', folder, 'src/a');
    mkdirSync(join(place, 'precious'), { recursive: true });
    const restore = ['restore', 'docs', '--to', join(folder, 'out'), '--on-conflict', 'overwrite'];
    for (const args of [[...restore, '--dry-run'], restore]) {
      const { status, document } = await json(...args);
      expect(status).toBe(3);
      expect(document.conflicts).toEqual([{ path: place, action: 'blocked' }]);
      expect(document.warnings).toMatchObject([{ code: 'DESTINATION_TAKEN', path: place }]);
    }
    // As `find -print0` does, what names the paths is slower than the command that reads them.
    const slowly = `(sleep 0.5; printf '%s/src/b\\0' "$0") | "$@" restore docs --to "$0/named" --paths0 --json`;
    const { status, stdout } = spawnSync('sh', ['-c', slowly, folder, process.execPath, program], {
      env: environment(),
      encoding: 'utf8',
    });
    expect([status, JSON.parse(stdout).restored]).toEqual([0, 1]);
    expect(readFileSync(join(folder, 'named', folder, 'src/b'), 'utf8')).toBe('b');
  } finally {
    served.kill();
    await ended;
  }
});

test.skipIf(!existsSync('/dev/full'))(
  'an answer that cannot be written is an error, one that nobody waits for is none',
  () => {
    const told = (to: string) =>
      spawnSync('sh', ['-c', `"$@" ${to}`, 'sh', process.execPath, program, 'vault', 'list', '--json'], {
        env: environment(),
        encoding: 'utf8',
      });
    expect(told('> /dev/full')).toMatchObject({ status: 1, stderr: expect.stringContaining('ENOSPC') });
    expect(told('| true; exit 0').stderr).toBe('');
  },
);

test('a path that is not UTF-8 keeps its bytes', async () => {
  await json('vault', 'create', vault(), ...small);
  const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x66, 0xff)]);
  writeFileSync(odd, 'x');
  const script = `exec "$@" --files "$(printf '%s/f\\377' "$0")"`;
  const args = ['-c', script, folder, process.execPath, program, 'object', 'add', 'odd', '--vault', vault(), '--json'];
  const { stdout } = spawnSync('sh', args, { env: environment(), encoding: 'utf8' });
  expect(JSON.parse(stdout).object.roots[0].pathBase64).toBe(odd.toString('base64'));
});

test('a sealed vault says that it needs its passphrase, and that another one is wrong', async () => {
  const [right, wrong] = ['right', 'wrong'].map((name) => join(folder, name));
  writeFileSync(right ?? '', 'correct horse\n');
  writeFileSync(wrong ?? '', 'other\n');
  const short = await json('vault', 'create', vault(), ...small, '--passphrase-file', wrong ?? '');
  expect(short).toMatchObject({ status: 2, document: { error: { code: 'USAGE' } } });
  const made = await json('vault', 'create', vault(), ...small, '--passphrase-file', right ?? '');
  expect(made.document.recoveryCode).toMatch(/^[0-9A-Z-]{30,}$/);
  // Tests in their own processes make cheaper ones: what is shipped must not.
  const { envelopes } = JSON.parse(readFileSync(join(vault(), 'library.json'), 'utf8'));
  const cost = { kdf: 'scrypt', n: 32_768, r: 8, p: 3 };
  expect(envelopes).toMatchObject([
    { kind: 'passphrase', ...cost },
    { kind: 'recovery-code', ...cost },
  ]);
  await json('object', 'add', 'docs', '--vault', vault(), '--files', join(folder, 'right'));
  expect(await json('backup', 'docs')).toMatchObject({
    status: 12,
    document: { error: { code: 'PASSPHRASE_MISSING' } },
  });
  const refused = await json('backup', 'docs', '--passphrase-file', wrong ?? '');
  expect(refused).toMatchObject({ status: 12, document: { error: { code: 'PASSPHRASE_WRONG' } } });
});

test.skipIf(process.platform === 'win32')(
  'a passphrase file that others can read is warned of once, and used',
  async () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'correct horse\n', { mode: 0o640 });
    await run('vault', 'create', vault(), ...small, '--passphrase-file', file);
    await run('object', 'add', 'docs', '--vault', vault(), '--files', file);
    const backup = ['backup', 'docs', '--passphrase-file', file];
    const warned = await run(...backup);
    expect(warned.status).toBe(0);
    expect(warned.stderr.match(/^Warning: .*$/gm)).toEqual([expect.stringContaining(`chmod 600 ${file}`)]);
    const lines = (await run(...backup, '--json')).stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => event === 'warning')).toMatchObject([{ code: 'SECRET_FILE_OPEN', path: file }]);
    expect((await run(...backup, '--quiet')).stderr).toBe('');
    chmodSync(file, 0o600);
    expect((await run(...backup)).stderr).toBe('');
  },
);

test('a restore into the vault or the home is refused, as plan and as deed', async () => {
  await run('vault', 'create', vault(), ...small);
  writeFileSync(join(folder, 'file'), 'one');
  await run('object', 'add', 'file', '--vault', vault(), '--files', join(folder, 'file'));
  expect((await run('backup', 'file')).status).toBe(0);
  for (const to of [join(vault(), 'new'), join(folder, 'home')])
    for (const more of [[], ['--dry-run']])
      expect(await json('restore', 'file', '--to', to, ...more)).toMatchObject({
        status: 2,
        document: { error: { code: 'USAGE', context: { path: to } } },
      });
  expect((await run('restore', 'file', '--to', join(folder, 'vault-restored'))).status).toBe(0);
});

test('serve holds the home until it is asked to end, and other commands run in it', async () => {
  const { served, ended } = await serve('--json');
  try {
    await expect
      .poll(async () => (await run('job', 'list', '--json')).status === 0 && (await run('shutdown', '--json')).stdout, {
        timeout: 10_000,
      })
      .toBe('{"runningJobs":0}\n');
    expect(await ended).toBe(0);
  } finally {
    served.kill('SIGKILL');
  }
});

test('a terminal signal ends a serving console with its own exit status', async () => {
  const { served, ended } = await serve();
  served.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test.skipIf(process.platform !== 'linux')(
  'what starts with the session is a console that serves the home',
  async () => {
    const { status, document } = await json('autostart', 'on', '--service');
    expect([status, document.starts.map(({ state }: { state: string }) => state)]).toEqual([0, ['off', 'on']]);
    const [, service] = document.starts as { path: string; command: [string, ...string[]] }[];
    const [, line = ''] = /^ExecStart=(.*)$/m.exec(readFileSync(service?.path ?? '', 'utf8')) ?? [];
    const [file, ...args] = service?.command ?? [''];
    expect(line).toBe([file, ...args].map((each) => `"${each}"`).join(' '));
    const served = spawn(file, args, {
      env: { ...environment(), COLDFRAME_HOME: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [link] = await once(served.stdout, 'data');
      expect(String(link)).toMatch(/^http:/);
      expect((await json('schedule', 'list')).document).toMatchObject({ keeping: true });
      const ended = once(served, 'exit');
      expect((await run('shutdown')).status).toBe(0);
      expect(await ended).toEqual([0, null]);
    } finally {
      served.kill('SIGKILL');
    }
    expect((await json('autostart', 'off', '--service')).document.starts[1].state).toBe('off');
  },
);

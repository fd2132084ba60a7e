import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalizePassphrase } from './keys.ts';
import { type Codec, type TestElement, TestTape, TestVault, WrittenSet, writeSets } from './testing/rescue-tapes.ts';
import { RescuesInTurn, type Run } from './testing/rescues-in-turn.ts';

const RESCUE = fileURLToPath(new URL('./rescue.mjs', import.meta.url));
const { decodeZstd } = (await import(pathToFileURL(RESCUE).href)) as {
  decodeZstd: (input: Uint8Array, limit: number) => Buffer;
};
const GETFATTR = 'getfattr';
const administrator = process.getuid?.() === 0;

let home = '';
let counter = 0;
let inTurn: RescuesInTurn;
beforeAll(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'rescue-'));
  inTurn = new RescuesInTurn(RESCUE, fresh());
});
afterAll(() => {
  inTurn.end();
  fs.rmSync(home, { recursive: true, force: true });
});
const fresh = (): string => path.join(home, String(counter++));

/** Runs the program: like a user does where another Node is named, else in a process that has run it before. */
function rescue(args: readonly string[], options: { env?: NodeJS.ProcessEnv; node?: string; cwd?: string } = {}): Run {
  const env = { ...process.env, COLDFRAME_PASSPHRASE_FILE: undefined, ...options.env };
  const { node, cwd = process.cwd() } = options;
  if (node === undefined) return inTurn.run(args, { env, cwd });
  const { status, stdout, stderr } = spawnSync(node, [RESCUE, ...args], { env, cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Runs the program many times, without helpers: they take longer to start than a small restore. */
function rescues(runs: readonly (readonly string[])[]): (Run & { readonly result: Restored })[] {
  return runs.map((args) => {
    const run = rescue(args, bare);
    return { ...run, result: JSON.parse(run.stdout) as Restored };
  });
}

/** Writes tapes to a vault folder. Bytes stand for a tape that was tampered with. */
function vaultFolder(tapes: readonly (TestTape | Buffer)[]): string {
  const folder = fresh();
  fs.mkdirSync(path.join(folder, 'tapes'), { recursive: true });
  tapes.forEach((tape, i) => {
    const file = path.join(folder, 'tapes', `CF${String(i + 1).padStart(4, '0')}L8.tap`);
    fs.writeFileSync(file, Buffer.isBuffer(tape) ? tape : tape.bytes);
  });
  return folder;
}

interface Restored {
  restored: number;
  lost: { path: string; why: string }[];
  failed: { path: string; why: string }[];
  partial: { path: string; bytes: number }[];
  absent: string[];
  conflicts: string[];
  unreadable: string[];
  missingTapes: string[];
  ignoredTapes: string[];
  notSet: { what: string; count: number; why: string }[];
  error?: { code: string; guidance: string };
}

/** Without helpers, which take longer to start than a small restore. */
const bare = { env: { PATH: '/nonexistent' } };

/** Restores with `--json`. */
function restore(folder: string, args: readonly string[] = ['latest'], options: Parameters<typeof rescue>[1] = {}) {
  const to = fresh();
  const run = rescue(['restore', '--tapes', folder, '--to', to, '--json', ...args], options);
  expect(run.stdout, run.stderr).toMatch(/^\{/);
  return { to, status: run.status, ...(JSON.parse(run.stdout) as Restored) };
}

const text = (size: number, seed = 'x'): Buffer => {
  let value = '';
  for (let i = 0; value.length < size; i++) value += `${seed} line ${i} ${(i * 2654435761) % 1000}\n`;
  return Buffer.from(value.slice(0, size));
};

const file = (name: string, bytes: Buffer, more: Partial<TestElement> = {}): TestElement => ({
  path: name,
  content: bytes.length > 0 ? [{ start: 0, bytes }] : [],
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  ...more,
});
const folder = (name: string, mode = 0o755): TestElement => ({ ...file(name, Buffer.alloc(0)), type: 1, mode });

/** Tapes with one full set. */
function oneSet(elements: readonly TestElement[], more: Partial<WrittenSet['plan']> = {}, vault = new TestVault()) {
  const tape = new TestTape(vault, 'CF0001');
  const set = new WrittenSet({ name: 'documents', elements, ...more });
  writeSets([tape], [set]);
  return { tape, set, vault };
}

const many = (prefix: string, number: number, size: number): TestElement[] =>
  Array.from({ length: number }, (_, i) => file(`${prefix}/file-${i}`, text(size + i, `${prefix}${i}`)));

function expectRestored(to: string, elements: readonly TestElement[]): void {
  for (const element of elements) {
    const [content] = element.content ?? [];
    const expected = content && 'bytes' in content ? content.bytes : Buffer.alloc(0);
    expect(fs.readFileSync(path.join(to, String(element.path))).equals(expected), String(element.path)).toBe(true);
  }
}

describe('the zstd decoder', () => {
  const compress = (plain: Buffer, params: Record<number, number> = {}) => zlib.zstdCompressSync(plain, { params });
  const {
    ZSTD_c_compressionLevel: LEVEL,
    ZSTD_c_checksumFlag: CHECKSUM,
    ZSTD_c_contentSizeFlag: SIZE,
  } = zlib.constants;
  const {
    ZSTD_c_windowLog: WINDOW,
    ZSTD_c_enableLongDistanceMatching: LONG,
    ZSTD_c_minMatch: MIN_MATCH,
  } = zlib.constants;

  const noise = randomBytes(200_000);
  const samples: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'one byte': Buffer.from('a'),
    'a few bytes': Buffer.from('abcabcabcabcabcdabcd'),
    'one repeated byte': Buffer.alloc(300_000, 7),
    'a MiB of zeros': Buffer.alloc(1_048_576),
    'much text': text(500_000),
    'several MiB of a program': fs.readFileSync(process.execPath).subarray(30_000_000, 34_000_000),
    incompressible: noise,
    'skewed bytes': Buffer.from(noise.map((byte) => Math.clz32(byte | 1))),
    'two symbols': Buffer.from(noise.map((byte) => 65 + (byte & 1))),
    'long matches': Buffer.concat([noise, text(1000), noise, Buffer.alloc(70_000), noise]),
    'numbers in binary': Buffer.from(Uint32Array.from({ length: 60_000 }, (_, i) => i * i).buffer),
    'a program': fs.readFileSync(RESCUE),
  };

  /** One or two of each strategy of the encoder, which is what makes its frames different. */
  const LEVELS = [-100, -5, 1, 3, 5, 7, 12, 13, 16, 18, 19, 22];

  it.each(Object.keys(samples))('expands %s by every strategy of the encoder', (name) => {
    const plain = samples[name] as Buffer;
    for (const level of plain.length > 1_000_000 ? [-5, 1, 3, 9, 19] : LEVELS) {
      expect(decodeZstd(compress(plain, { [LEVEL]: level }), plain.length).equals(plain), `level ${level}`).toBe(true);
    }
  });

  it('expands frames without content size, with checksum and with any window', () => {
    const plain = samples['long matches'] as Buffer;
    for (const window of [10, 12, 17, 20, 27]) {
      const packed = compress(plain, { [WINDOW]: window, [CHECKSUM]: 1, [SIZE]: 0, [LONG]: 1, [MIN_MATCH]: 3 });
      expect(decodeZstd(packed, plain.length).equals(plain)).toBe(true);
    }
  });

  it('expands several frames with skippable ones between', () => {
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const packed = Buffer.concat([skippable, compress(text(5000)), skippable, compress(text(70))]);
    expect(decodeZstd(packed, 5070).equals(Buffer.concat([text(5000), text(70)]))).toBe(true);
  });

  it('expands what a stream with flushes makes', async () => {
    const pieces = [text(10), Buffer.alloc(0), text(300_000, 'b'), randomBytes(5000), text(10)];
    const stream = zlib.createZstdCompress();
    const packed: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => packed.push(chunk));
    for (const piece of pieces) {
      stream.write(piece);
      await new Promise<void>((done) => stream.flush(done));
    }
    stream.end();
    await once(stream, 'end');
    const plain = Buffer.concat(pieces);
    expect(decodeZstd(Buffer.concat(packed), plain.length).equals(plain)).toBe(true);
  });

  it('agrees with the encoder on any content', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
        .map(([unit, times]) => new Uint8Array(unit.length * times).map((_, i) => unit[i % unit.length] as number)),
      fc.array(fc.constantFrom(1, 2, 3, 5, 8, 200), { maxLength: 4000 }).map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.integer({ min: -20, max: 22 }),
        fc.boolean(),
        (pieces, level, sized) => {
          const plain = Buffer.concat([...pieces, ...pieces.slice(0, 2)]);
          const packed = compress(plain, { [LEVEL]: level, [SIZE]: sized ? 1 : 0 });
          expect(decodeZstd(packed, plain.length).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses damaged frames, or gives as many bytes as were asked for at most', () => {
    const packed = compress(text(20_000), { [LEVEL]: 3 });
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Buffer.from(packed);
        broken[at] = (broken[at] as number) ^ change;
        try {
          expect(decodeZstd(broken, 20_000).length).toBeLessThanOrEqual(20_000);
        } catch (error) {
          expect((error as Error).message).toMatch(/^zstd: /);
        }
      }),
      { numRuns: 1500 },
    );
    for (let cut = 1; cut < packed.length; cut += 7) {
      expect(() => decodeZstd(packed.subarray(0, cut), 20_000)).toThrow(/zstd/);
    }
    expect(() => decodeZstd(packed, 19_999)).toThrow(/longer/);
  });
});

describe('a restore', () => {
  const content: TestElement[] = [
    folder('/home', 0o750),
    file('/home/empty', Buffer.alloc(0), { mode: 0o600 }),
    file('/home/small', Buffer.from('hello\n'), { time: [-5, 250_000_001] }),
    file('/home/large', text(1_500_000), { mode: 0o4711 }),
    file('/home/noise', randomBytes(700_000)),
    ...many('/home/many', 40, 3000),
  ];

  it.each([
    ['none', false],
    ['deflate', false],
    ['zstd', false],
    ['none', true],
    ['deflate', true],
    ['zstd', true],
  ] as [Codec, boolean][])('gives back what was written with codec %s, sealed: %s', (codec, sealed) => {
    const { tape } = oneSet(content, { codec, zstdLevel: 7 }, new TestVault(sealed ? 'secret' : undefined));
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 'secret\n');
    const secret = sealed ? ['--passphrase-file', passphrase] : [];
    for (const force of [[], ['--force-own-zstd']]) {
      const done = restore(vaultFolder([tape.unmount()]), ['documents', ...secret, ...force]);
      expect(done).toMatchObject({ status: 0, restored: content.length, lost: [], failed: [] });
      expectRestored(done.to, content.slice(1));
      const small = fs.statSync(path.join(done.to, 'home/small'), { bigint: true });
      expect(small.mtimeNs).toBe(-5n * 10n ** 9n + 250_000_001n);
      expect(fs.statSync(path.join(done.to, 'home/large')).mode & 0o7777).toBe(0o4711);
      const home = fs.statSync(path.join(done.to, 'home'), { bigint: true });
      expect([home.mode & 0o777n, home.mtimeNs]).toEqual([0o750n, 1_700_000_000_123_456_789n]);
    }
  });

  it('names paths that the set does not have, and does not end as if all were well', () => {
    const { tape } = oneSet(content);
    const vault = vaultFolder([tape.unmount()]);
    const some = restore(vault, ['documents', '/home/small', '/home/smal', '/home/many'], bare);
    expect(some).toMatchObject({ absent: ['/home/smal'] });
    expect(fs.readFileSync(path.join(some.to, 'home/small'), 'utf8')).toBe('hello\n');
    expect(restore(vault, ['documents', '/home/smal'], bare)).toMatchObject({ status: 10, absent: ['/home/smal'] });
    expect(restore(vault, ['documents', '/'], bare)).toMatchObject({ absent: [] });
    const told = rescue(['restore', '--tapes', vault, 'documents', '/home/smal', '/home/many', '--to', fresh()], bare);
    expect(told.stderr).toContain('Not in the set:');
    expect(told.stderr).toContain('/home/smal');
  });

  it('works with the Node of the system', () => {
    const { tape } = oneSet(content);
    const run = restore(vaultFolder([tape.unmount()]), ['documents'], { node: 'node' });
    expect(run.status).toBe(0);
    expectRestored(run.to, content.slice(1));
  });

  it('opens a sealed vault with the recovery code, however it is typed', () => {
    const vault = new TestVault('secret', 'ABCD0123EFGH45671111000089ABCDEF');
    const { tape } = oneSet(content.slice(0, 2), {}, vault);
    const code = fresh();
    const folder = vaultFolder([tape.unmount()]);
    for (const typed of ['abcd-0123 efgh-4567 1111-0000 89ab cdef\r\n', 'ABCD-O123-EFGH-4567-lIL1-oO00-89AB-CDEF']) {
      fs.writeFileSync(code, typed);
      expect(restore(folder, ['latest', '--recovery-code-file', code]).status).toBe(0);
    }
    expect(rescue(['list', '--tapes', folder, '--passphrase-file', code]).status).toBe(0);
    fs.writeFileSync(code, 'ABCD-0123-EFGH-4567-1111-0000-89AB-CDEE');
    expect(restore(folder, ['latest', '--recovery-code-file', code])).toMatchObject({ status: 12 });
  });

  it('refuses a wrong and a missing passphrase', () => {
    const { tape } = oneSet(content.slice(0, 2), {}, new TestVault('secret'));
    const wrong = fresh();
    fs.writeFileSync(wrong, 'Secret');
    const vault = vaultFolder([tape.unmount()]);
    const first = rescue(['list', '--tapes', vault, '--passphrase-file', wrong, '--json']);
    expect([first.status, JSON.parse(first.stdout).error.code]).toEqual([12, 'PASSPHRASE_WRONG']);
    const second = rescue(['list', '--tapes', vault, '--json']);
    expect([second.status, JSON.parse(second.stdout).error.code]).toEqual([12, 'PASSPHRASE_MISSING']);
  });

  it('opens with a passphrase file that has blank lines at its end, as Coldframe reads it', () => {
    for (const end of ['\n\n', '\r\n\r\n']) {
      const typed = normalizePassphrase(`pw${end}`.replace(/\r?\n$/, ''));
      const { tape } = oneSet(content.slice(0, 2), {}, new TestVault(typed));
      const passphrase = fresh();
      fs.writeFileSync(passphrase, `pw${end}`);
      expect(restore(vaultFolder([tape.unmount()]), ['latest', '--passphrase-file', passphrase]).status, end).toBe(0);
    }
  });

  it('opens with a passphrase file that is not UTF-8, as early versions of Coldframe read it', () => {
    const bytes = Buffer.from([0x70, 0xff, 0xc3, 0x28, 0x0d, 0x0a]);
    const { tape } = oneSet(content.slice(0, 2), {}, new TestVault('p\ufffd\ufffd('));
    const passphrase = fresh();
    fs.writeFileSync(passphrase, bytes);
    expect(restore(vaultFolder([tape.unmount()]), ['latest', '--passphrase-file', passphrase]).status).toBe(0);
  });

  it('opens with the envelopes of the tail after the passphrase was changed', () => {
    const vault = new TestVault('old');
    const { tape } = oneSet(content.slice(0, 2), {}, vault);
    vault.envelopes.length = 0;
    vault.wrap('passphrase', 'new');
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 'new');
    expect(restore(vaultFolder([tape.unmount()]), ['latest', '--passphrase-file', passphrase]).status).toBe(0);
  });

  it('is not held up by envelopes that cost much to try', () => {
    const vault = new TestVault('secret');
    const [own] = vault.envelopes;
    const costly = { ...own, n: 262_144, r: 8, p: 16 };
    const salts = Array.from({ length: 12 }, (_, i) => ({ ...costly, salt: Buffer.alloc(16, i).toString('base64') }));
    vault.envelopes.unshift(...salts);
    const { tape } = oneSet(content.slice(0, 2), {}, vault);
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 'secret');
    const vaultDir = vaultFolder([tape.unmount()]);
    const started = performance.now();
    expect(rescue(['list', '--tapes', vaultDir, '--passphrase-file', passphrase]).status).toBe(0);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('restores only the paths that were asked for, with the folders on the way', () => {
    const { tape } = oneSet(content);
    const done = restore(vaultFolder([tape.unmount()]), ['documents', '/home/many/file-7', 'home/empty/']);
    expect(done).toMatchObject({ status: 0, restored: 3 });
    expect(fs.readdirSync(path.join(done.to, 'home')).sort()).toEqual(['empty', 'many']);
    expect(fs.statSync(path.join(done.to, 'home')).mode & 0o777).toBe(0o750);
    expect(restore(vaultFolder([tape]), ['documents', '/home/none']).status).toBe(10);
  });

  it('overwrites nothing unless it is told to', () => {
    const { tape } = oneSet(content);
    const vault = vaultFolder([tape.unmount()]);
    const to = fresh();
    fs.mkdirSync(path.join(to, 'home'), { recursive: true });
    fs.writeFileSync(path.join(to, 'home/small'), 'mine');
    const args = ['restore', '--tapes', vault, 'documents', '--to', to, '--json'];
    const first = rescue(args);
    expect([first.status, JSON.parse(first.stdout).conflicts]).toEqual([3, ['/home/small']]);
    expect(fs.readFileSync(path.join(to, 'home/small'), 'utf8')).toBe('mine');
    expect(rescue([...args, '--overwrite']).status).toBe(0);
    expect(fs.readFileSync(path.join(to, 'home/small'), 'utf8')).toBe('hello\n');
    const again = rescue(args);
    expect([again.status, JSON.parse(again.stdout).conflicts]).toEqual([0, []]);
  });

  it('makes links, hard links, FIFOs and odd names', () => {
    const odd = Buffer.concat([
      Buffer.from('/d/odd-'),
      Buffer.from([0xff, 0xfe, 0x0a, 0x5c, 0x27]),
      Buffer.from('-name'),
    ]);
    const shared = { inode: 2n ** 63n + 9n, links: 3 };
    const elements = [
      folder('/d'),
      file('/d/first', text(90_000), shared),
      file('/d/second', text(90_000), shared),
      file('/e/third', text(90_000), shared),
      { ...file('/d/link', Buffer.alloc(0)), type: 2, target: Buffer.from([0x2e, 0x2f, 0xff]) },
      { ...file('/d/fifo', Buffer.alloc(0)), type: 3, mode: 0o640 },
      { ...file('/d/socket', Buffer.alloc(0)), type: 4 },
      {
        path: odd,
        content: [{ start: 0, bytes: Buffer.from('odd') }],
        uid: process.getuid?.() ?? 0,
        gid: process.getgid?.() ?? 0,
      },
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done).toMatchObject({ status: 0, failed: [], notSet: [] });
    const inodes = ['d/first', 'd/second', 'e/third'].map((name) => fs.statSync(path.join(done.to, name)).ino);
    expect(new Set(inodes).size).toBe(1);
    expect(fs.readlinkSync(path.join(done.to, 'd/link'), 'buffer')).toEqual(Buffer.from([0x2e, 0x2f, 0xff]));
    expect(fs.lstatSync(path.join(done.to, 'd/fifo')).isFIFO()).toBe(true);
    expect(fs.lstatSync(path.join(done.to, 'd/fifo')).mode & 0o777).toBe(0o640);
    expect(fs.lstatSync(path.join(done.to, 'd/socket')).isSocket()).toBe(true);
    expect(fs.readFileSync(Buffer.concat([Buffer.from(done.to), odd]), 'utf8')).toBe('odd');
    const listed = rescue(['list', '--tapes', vaultFolder([tape]), 'latest']);
    expect(listed.stdout).toContain(String.raw`/d/odd-\xff\xfe\x0a\\'-name`);
    const one = restore(vaultFolder([tape]), ['latest', String.raw`/d/odd-\xff\xfe\x0a\\'-name`]);
    expect(one).toMatchObject({ status: 0, restored: 2 });
  });

  it('links only what is one file by its content and all that an inode has but once', () => {
    const names = (folder: string, content: Buffer, more: Partial<TestElement> = {}) =>
      ['one', 'two'].map((name) => file(`${folder}/${name}`, content, { inode: 12, links: 2, ...more }));
    const pipes = (folder: string, more: Partial<TestElement>) => names(folder, Buffer.alloc(0), { type: 3, ...more });
    const pairs = {
      a: names('/a', text(9000, 'x')),
      b: names('/b', text(9000, 'y'), { mode: 0o600 }),
      c: names('/c', text(9000, 'y')),
      d: names('/d', text(500)),
      e: names('/e', Buffer.alloc(0)),
      f: names('/f', Buffer.alloc(0), { changed: [1_700_000_009, 0] }),
      g: pipes('/g', {}),
      h: pipes('/h', { changed: [1_700_000_009, 0] }),
    };
    const elements = Object.values(pairs).flat();
    const { tape } = oneSet([...Object.keys(pairs).map((name) => folder(`/${name}`)), ...elements]);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done).toMatchObject({ status: 0, failed: [], lost: [] });
    expectRestored(done.to, [...pairs.a, ...pairs.b, ...pairs.c, ...pairs.d, ...pairs.e, ...pairs.f]);
    const inodes = Object.keys(pairs).map((name) =>
      ['one', 'two'].map((each) => fs.statSync(path.join(done.to, name, each)).ino),
    );
    for (const [one, two] of inodes) expect(one).toBe(two);
    expect(new Set(inodes.flat()).size).toBe(inodes.length);
  });

  it('gives a long file no name of another that differs in a further part only', () => {
    const long = (name: string, end: Buffer): TestElement => ({
      ...file(name, Buffer.alloc(0), { inode: 12, links: 3 }),
      content: [
        { start: 0, bytes: text(5000) },
        { start: 67_108_864 + 7, bytes: end },
      ],
    });
    const elements = [long('/one', text(900, 'x')), long('/two', text(900, 'x')), long('/other', text(900, 'y'))];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]));
    expect([done.status, done.lost.map(({ path: name }) => name)]).toEqual([13, ['/other']]);
    const [one, two] = ['one', 'two'].map((name) => fs.statSync(path.join(done.to, name)).ino);
    expect(one).toBe(two);
    const alone = restore(vaultFolder([tape]), ['latest', '/other']);
    expect(alone.status).toBe(0);
    expect(fs.readFileSync(path.join(alone.to, 'other')).subarray(67_108_864 + 7)).toEqual(text(900, 'y'));
  });

  it.runIf(administrator)('makes devices and sets owners and extended attributes', () => {
    const elements = [
      { path: '/null', type: 5, mode: 0o666, device: [1, 3] as const },
      { path: '/owned', uid: 1234, gid: 4321, mode: 0o6755, content: [{ start: 0, bytes: Buffer.from('x') }] },
      file('/marked', Buffer.from('y'), { attributes: [['trusted.coldframe', Buffer.from([0, 1, 255])]] }),
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done.failed).toEqual([]);
    expect(fs.statSync(path.join(done.to, 'null')).rdev).toBe(fs.statSync('/dev/null').rdev);
    const owned = fs.statSync(path.join(done.to, 'owned'));
    expect([owned.uid, owned.gid, owned.mode & 0o7777]).toEqual([1234, 4321, 0o6755]);
    const dump = spawnSync(GETFATTR, ['-d', '-m', '-', '-e', 'hex', '--absolute-names', path.join(done.to, 'marked')]);
    if (done.notSet.length === 0 && dump.status === 0)
      expect(String(dump.stdout)).toContain('trusted.coldframe=0x0001ff');
    else expect(done.notSet.every(({ what }) => what.startsWith('extended attribute'))).toBe(true);
  });

  it('restores what it can without any helper, and says what it cannot', () => {
    const elements = [
      file('/a', text(5000), { attributes: [['user.note', Buffer.from('n')]] }),
      { ...file('/fifo', Buffer.alloc(0)), type: 3 },
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]), ['latest'], bare);
    expectRestored(done.to, elements.slice(0, 1));
    expect(done.status).toBe(1);
    expect(done.failed.map(({ path: name }) => name)).toEqual(['/fifo']);
    expect(done.notSet.map(({ what }) => what).sort()).toEqual([
      'extended attributes',
      'time of modification to the nanosecond',
    ]);
    expect(fs.statSync(path.join(done.to, 'a')).mtimeMs).toBeCloseTo(1_700_000_000_123.456, 1);
  });

  it('lets nothing in the folder it is run in take part', () => {
    const here = fresh();
    const marker = path.join(here, 'ran');
    fs.mkdirSync(here);
    for (const module of ['base64', 'json', 'os', 'stat'])
      fs.writeFileSync(path.join(here, `${module}.py`), `open(${JSON.stringify(marker)}, 'w')`);
    for (const tool of ['python3', 'sh', 'touch'])
      fs.writeFileSync(path.join(here, tool), `#!/bin/sh\n: > '${marker}'\n`, { mode: 0o755 });
    const { tape } = oneSet([file('/a', text(500))]);
    const done = restore(vaultFolder([tape.unmount()]), ['latest'], {
      cwd: here,
      env: { PATH: `.:${process.env.PATH}`, PYTHONPATH: here },
    });
    expect(done).toMatchObject({ status: 0, restored: 1 });
    expect(fs.existsSync(marker)).toBe(false);
  });

  it('uses the shell tools where python3 is missing', () => {
    const tools = fresh();
    fs.mkdirSync(tools);
    for (const tool of ['sh', 'mkfifo', 'mknod', 'touch']) {
      const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
      fs.symlinkSync(found, path.join(tools, tool));
    }
    const elements = [
      file("/it's", text(500), { time: [-5, 250_000_001] }),
      { ...file('/fifo', Buffer.alloc(0)), type: 3 },
      { ...file('/link', Buffer.alloc(0)), type: 2, target: 'nowhere', time: [5, 6] as const },
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]), ['latest'], { env: { PATH: tools } });
    expect(done).toMatchObject({ status: 0, failed: [], notSet: [] });
    expect(fs.lstatSync(path.join(done.to, "it's"), { bigint: true }).mtimeNs).toBe(-5n * 10n ** 9n + 250_000_001n);
    expect(fs.lstatSync(path.join(done.to, 'link'), { bigint: true }).mtimeNs).toBe(5_000_000_006n);
    expect(fs.lstatSync(path.join(done.to, 'fifo')).isFIFO()).toBe(true);
  });

  it('keeps holes and puts together files of many parts, whose records come in any order', () => {
    const PART = 67_108_864;
    const size = 5 * PART + 12_345;
    const sparse: TestElement = {
      ...file('/big', Buffer.alloc(0)),
      size,
      content: [
        { start: 65_536, bytes: text(100_000, 'a') },
        { start: PART - 1000, bytes: text(5000, 'b') },
        { start: 3 * PART + 77, bytes: randomBytes(400_000) },
        { start: size - 10_000, bytes: text(6000, 'd') },
      ],
    };
    const names = ['/big', '/another', '/names/third'].map((name) => ({ ...sparse, path: name, inode: 77, links: 3 }));
    const { tape } = oneSet([file('/a', text(10)), ...names, file('/z', text(20))]);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done).toMatchObject({ status: 0, restored: 5, lost: [] });
    const restored = path.join(done.to, 'big');
    const stat = fs.statSync(restored);
    expect(stat.nlink).toBe(3);
    expect(stat.size).toBe(size);
    expect(stat.blocks * 512).toBeLessThan(2_000_000);
    const fd = fs.openSync(restored, 'r');
    for (const content of sparse.content ?? []) {
      if (!('bytes' in content)) continue;
      const bytes = Buffer.alloc(content.bytes.length + 20);
      fs.readSync(fd, bytes, 0, bytes.length, content.start - 10);
      expect(bytes.subarray(10, -10).equals(content.bytes)).toBe(true);
      expect(bytes.subarray(0, 10).equals(Buffer.alloc(10)) && bytes.subarray(-10).equals(Buffer.alloc(10))).toBe(true);
    }
    fs.closeSync(fd);
  });

  it('restores paths that are longer than the system takes at once', () => {
    const deep = `${'/a-long-name-of-a-folder'.repeat(250)}`;
    const elements = [
      folder(deep, 0o700),
      file(`${deep}/file`, text(5000), { mode: 0o640, inode: 5, links: 2 }),
      file(`${deep}/other`, text(5000), { mode: 0o640, inode: 5, links: 2 }),
      { ...file(`${deep}/fifo`, Buffer.alloc(0)), type: 3 },
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done).toMatchObject({ status: 0, failed: [], notSet: [], restored: 4 });
    const names = spawnSync('find', ['.', '-type', 'f', '-links', '2', '-perm', '640', '-printf', '%f %T@ %s\n'], {
      cwd: done.to,
      encoding: 'utf8',
    });
    expect(names.stdout.split('\n').sort().filter(Boolean)).toEqual([
      'file 1700000000.1234567890 5000',
      'other 1700000000.1234567890 5000',
    ]);
  });

  it('never leaves the destination, whatever the names on the tape', () => {
    const outside = fresh();
    fs.mkdirSync(outside);
    const elements = [
      file('/../escaped', text(10)),
      file('relative', text(10)),
      file('/a/./b', text(10)),
      { ...file('/door', Buffer.alloc(0)), type: 2, target: outside },
      file('/door/through', text(10)),
      file('/good', text(10)),
    ];
    const { tape } = oneSet(elements);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done.status).toBe(1);
    expect(fs.readdirSync(outside)).toEqual([]);
    expect(fs.existsSync(path.join(done.to, '../escaped'))).toBe(false);
    expectRestored(done.to, elements.slice(-1));
  });

  it('names elements that could not be read when the backup was made', () => {
    const { tape } = oneSet([file('/locked', Buffer.alloc(0), { marks: 4, size: 10 }), file('/good', text(10))]);
    const done = restore(vaultFolder([tape.unmount()]));
    expect(done).toMatchObject({ status: 3, restored: 1, unreadable: ['/locked'] });
  });
});

describe('sets and tapes', () => {
  it('spans tapes, interleaves sets and takes tapes in any order', () => {
    const vault = new TestVault();
    const tapes = ['CF0001', 'CF0002', 'CF0003'].map((volume) => new TestTape(vault, volume));
    const [one, two] = [many('/one', 60, 60_000), many('/two', 30, 90_000)];
    const sets = [
      new WrittenSet({ name: 'one', elements: one, metadataUnit: 700, metadataUnits: 2, createdAt: 1000 }),
      new WrittenSet({ name: 'two', elements: two, codec: 'none', createdAt: 2000 }),
    ];
    writeSets(tapes, sets);
    for (const tape of tapes) tape.unmount();
    const vaultDir = vaultFolder([...tapes].reverse());
    for (const [name, elements] of [
      ['one', one],
      ['two', two],
    ] as const) {
      const done = restore(vaultDir, [name]);
      expect(done).toMatchObject({ status: 0, restored: elements.length });
      expectRestored(done.to, elements);
    }
    expect(rescue(['verify', '--tapes', vaultDir]).status).toBe(0);

    const without = path.join(vaultDir, 'tapes', 'CF0002L8.tap');
    fs.rmSync(without);
    const partly = restore(vaultDir, ['one']);
    expect(partly.status).toBe(13);
    expect(partly.missingTapes).toEqual(['CF0002']);
    expect(partly.restored + partly.lost.length).toBe(one.length);
    expect(partly.lost.every(({ why }) => why.includes('CF0002'))).toBe(true);
    const lost = new Set(partly.lost.map(({ path: name }) => name));
    expectRestored(
      partly.to,
      one.filter((element) => !lost.has(String(element.path))),
    );
    expect(lost.size).toBeGreaterThan(5);
    expect(lost.size).toBeLessThan(50);

    const listed = () => JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    expect(listed()).toMatchObject([
      { object: 'two', complete: false, missingTapes: ['CF0002'] },
      {
        object: 'one',
        complete: false,
        missingTapes: ['CF0002'],
        problem: `${lost.size} elements lack content without tape CF0002`,
      },
    ]);
    // Erased: the tape is there under the same name, and what the sets had on it is not.
    fs.writeFileSync(without, new TestTape(vault, 'CF0002').unmount().bytes);
    const [, gone] = listed();
    expect(gone).toMatchObject({ object: 'one', complete: false, missingTapes: [] });
    expect(gone.problem).toBe(`${lost.size} elements lack content that is on none of these tapes`);
  });

  it('puts increments together: removed, replaced, changed in part', () => {
    const vault = new TestVault('s');
    const tape = new TestTape(vault, 'CF0001');
    const big = text(900_000);
    const full = new WrittenSet({
      name: 'documents',
      createdAt: 1000,
      elements: [
        folder('/a'),
        file('/a/big', big),
        file('/a/old', text(100)),
        folder('/gone'),
        file('/gone/x', text(5)),
        file('/same', text(77)),
        folder('/kind'),
        file('/kind/child', text(3)),
        file('/again', text(9)),
      ],
    });
    writeSets([tape], [full]);
    const kept = full.extentsAt('/a/big').filter((extent) => extent.start !== 131_072);
    const change = randomBytes(131_072);
    const first = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: full,
      createdAt: 2000,
      removed: ['/gone', '/kind', '/again'],
      elements: [
        file('/a/big', Buffer.alloc(0), {
          size: 900_000,
          content: [...kept.map((located) => ({ located })), { start: 131_072, bytes: change }],
        }),
        file('/new', text(55)),
        file('/kind', text(8)),
      ],
    });
    writeSets([tape], [first]);
    const second = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: first,
      createdAt: 3000,
      removed: ['/new'],
      elements: [file('/a/old', text(200, 'newer')), file('/again', text(19, 'back'))],
    });
    writeSets([tape], [second]);
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 's');
    const vaultDir = vaultFolder([tape.unmount()]);
    const done = restore(vaultDir, ['documents', '--passphrase-file', passphrase]);
    expect(done).toMatchObject({ status: 0, lost: [], failed: [] });
    const names = fs.readdirSync(done.to, { recursive: true, encoding: 'utf8' }).sort();
    expect(names).toEqual(['a', 'a/big', 'a/old', 'again', 'kind', 'same']);
    big.set(change, 131_072);
    expectRestored(done.to, [
      file('/a/big', big),
      file('/a/old', text(200, 'newer')),
      file('/again', text(19, 'back')),
      file('/kind', text(8)),
      file('/same', text(77)),
    ]);
    const middle = restore(vaultDir, [first.hex.slice(0, 12), '--passphrase-file', passphrase]);
    expect(fs.readdirSync(middle.to, { recursive: true, encoding: 'utf8' }).sort()).toEqual([
      'a',
      'a/big',
      'a/old',
      'kind',
      'new',
      'same',
    ]);
    expectRestored(middle.to, [file('/a/old', text(100)), file('/new', text(55))]);
  });

  it('puts together what maps take over from older sets, and gives out nothing that none of them has', () => {
    const tape = new TestTape(new TestVault(), 'CF0001');
    const [small, long] = [text(900_000), text(300_000, 'far')];
    const far = 70 * 1_048_576;
    const of = (name: string, size: number, content: TestElement['content'] = []) =>
      file(name, Buffer.alloc(0), { size, content });
    const written = (
      level: 'full' | 'incremental',
      parent: WrittenSet | undefined,
      elements: readonly TestElement[],
    ) => {
      const set = new WrittenSet({ name: 'volumes', level, ...(parent && { parent }), createdAt: ++time, elements });
      writeSets([tape], [set]);
      return set;
    };
    let time = 1000;
    const full = written('full', undefined, [
      of('/small', 900_000, [{ start: 0, bytes: small }]),
      of('/long', far + 300_000, [{ start: far, bytes: long }]),
      of('/idle', 900_000, [{ start: 0, bytes: small }]),
      of('/short', 900_000, [{ start: 0, bytes: small.subarray(0, 131_072) }]),
    ]);
    const change = randomBytes(131_072);
    const first = written('incremental', full, [
      of('/small', 900_000, [
        { start: 0, inherited: 131_072 },
        { start: 131_072, bytes: change },
        { start: 262_144, inherited: 900_000 - 262_144 },
      ]),
      of('/long', far + 300_000, [
        { start: 5 * 65_536, bytes: change },
        { start: far, inherited: 300_000 },
      ]),
    ]);
    // Two segments of /small became a hole; what the second set changed is taken over by the third.
    const second = written('incremental', first, [
      of('/small', 900_000, [
        { start: 0, inherited: 196_608 },
        { start: 327_680, inherited: 900_000 - 327_680 },
      ]),
      of('/short', 900_000, [{ start: 0, inherited: 262_144 }]),
    ]);
    const folder = vaultFolder([tape.unmount()]);
    const done = restore(folder, [second.hex]);
    expect(done.status).toBe(13);
    expect(done.lost.map(({ path: name, why }) => [name, why])).toEqual([
      ['/short', 'it takes content over that no earlier set has'],
    ]);
    expect(fs.readdirSync(done.to).sort()).toEqual(['idle', 'long', 'small']);
    small.set(change.subarray(0, 65_536), 131_072);
    small.fill(0, 196_608, 327_680);
    expect(fs.readFileSync(path.join(done.to, 'small')).equals(small)).toBe(true);
    const restored = fs.readFileSync(path.join(done.to, 'long'));
    expect(restored.subarray(far).equals(long)).toBe(true);
    expect(restored.subarray(5 * 65_536, 7 * 65_536).equals(change)).toBe(true);
    expect(restored.length).toBe(far + 300_000);
    expect(restore(folder, [first.hex])).toMatchObject({ status: 0, lost: [] });
  });

  it('seeks nothing behind a set without its metadata that newer sets take over from it', () => {
    const SEGMENT = 65_536;
    const segments = (letters: string) => Buffer.concat(Array.from(letters, (letter) => Buffer.alloc(SEGMENT, letter)));
    const volume = (name: string, content: TestElement['content'] = []) =>
      file(name, Buffer.alloc(0), { size: 4 * SEGMENT, content });
    const change = (at: number, letter: string): NonNullable<TestElement['content']> => [
      { start: 0, inherited: at * SEGMENT },
      { start: at * SEGMENT, bytes: segments(letter) },
      ...(at < 3 ? [{ start: (at + 1) * SEGMENT, inherited: (3 - at) * SEGMENT }] : []),
    ];
    const vault = new TestVault();
    const tapes = ['CF0001', 'CF0002', 'CF0003', 'CF0004'].map((name) => new TestTape(vault, name));
    const [first, second, third, last] = tapes as [TestTape, TestTape, TestTape, TestTape];
    const both = (content: TestElement['content']) => [volume('/data', content), volume('/system', content)];
    const whole = both([{ start: 0, bytes: segments('FFFF') }]);
    const full = new WrittenSet({ name: 'vm', createdAt: 1000, elements: whole });
    writeSets([first], [full]);
    const changed = both(change(1, '1'));
    const more = { name: 'vm', level: 'incremental' } as const;
    const small = { chunk: SEGMENT, metadataUnit: 600, metadataUnits: 1 };
    const middle = new WrittenSet({ ...more, ...small, parent: full, createdAt: 2000, elements: changed });
    const [data, system] = middle.dataChunks();
    if (!data || !system) throw new Error('two chunks were to be written');
    middle.places.push(second.write(data), third.write(system));
    // The metadata on the third tape, in parts of which a test below cuts the last.
    const parts = middle.metadataChunks();
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(0, -1)) third.write(part);
    const cut = third.bytes;
    for (const part of parts.slice(-1)) third.write(part);
    const newest = new WrittenSet({ ...more, parent: middle, createdAt: 3000, elements: both(change(3, '2')) });
    writeSets([last], [newest]);
    const object = { id: '0'.repeat(32), name: 'vm' };
    const listed = { level: 'incremental', parent: full.hex, createdAt: 2000, complete: false, chunks: 1, bytes: 100 };
    second.unmount(false, [{ id: middle.hex, object, ...listed }]);
    for (const tape of [first, third, last]) tape.unmount();
    const restored = (given: readonly (TestTape | Buffer)[], ...args: string[]) => {
      const done = restore(vaultFolder(given), [newest.hex, ...args]);
      const names = fs.existsSync(done.to) ? fs.readdirSync(done.to).sort() : [];
      const shown = (name: string) => {
        const bytes = fs.readFileSync(path.join(done.to, name));
        return [0, 1, 2, 3].map((at) => String.fromCharCode(bytes[at * SEGMENT] || 46)).join('');
      };
      const lost = done.lost.map(({ path: name }) => name).sort();
      return {
        status: done.status,
        lost,
        partial: done.partial.length,
        files: names.map((name) => [name, shown(name)]),
      };
    };
    const sound = [
      ['data', 'F1F2'],
      ['system', 'F1F2'],
    ];
    expect(restored(tapes)).toEqual({ status: 0, lost: [], partial: 0, files: sound });
    const lost = ['/data', '/system'];
    const found = (one: string, other: string) => [
      ['data.partial', one],
      ['system.partial', other],
    ];
    // Its metadata is cut, and a tape with what it changed is lost.
    const left = [first, cut, last];
    expect(restored(left)).toEqual({ status: 13, lost, partial: 0, files: [] });
    expect(restored(left, '--salvage')).toEqual({ status: 13, lost, partial: 2, files: found('...2', '.1.2') });
    // One tape is lost; of the set in the middle the catalog of another still says what its parent is.
    const one = restored([first, second, last], '--salvage');
    expect(one).toEqual({ status: 13, lost, partial: 2, files: found('.1.2', '...2') });
  });

  it('reads the import/export slot of a vault, too', () => {
    const vault = new TestVault();
    const [one, two] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const elements = many('/some', 4, 60_000);
    writeSets([one, two], [new WrittenSet({ name: 'documents', elements, chunk: 60_000 })]);
    const vaultDir = vaultFolder([one.unmount(), two.unmount()]);
    const slot = path.join(vaultDir, 'import-export');
    fs.mkdirSync(slot);
    fs.renameSync(path.join(vaultDir, 'tapes', 'CF0002L8.tap'), path.join(slot, 'CF0002L8.tap'));
    // One of them is there twice: a copy more.
    fs.copyFileSync(path.join(vaultDir, 'tapes', 'CF0001L8.tap'), path.join(slot, 'CF0001L8.tap'));
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 0, missingTapes: [], restored: 4 });
    expectRestored(done.to, elements);
    // All of them were moved out.
    fs.rmSync(path.join(vaultDir, 'tapes'), { recursive: true });
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 4 });
  });

  it('says that a parent is missing and restores what is new since then', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const full = new WrittenSet({ name: 'documents', elements: [file('/old', text(100))] });
    writeSets([tapeA], [full]);
    const next = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: full,
      createdAt: 1_767_300_000_000,
      elements: [file('/new', text(50))],
    });
    writeSets([tapeB], [next]);
    const done = restore(vaultFolder([tapeB.unmount()]));
    expect(done).toMatchObject({ status: 13, restored: 1 });
    expectRestored(done.to, [file('/new', text(50))]);
  });

  it('does not call a set complete that builds on content which is on no tape', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const full = new WrittenSet({ name: 'documents', elements: [file('/old', text(100))] });
    full.places.push(...full.dataChunks().map((chunk) => tapeA.write(chunk)));
    for (const chunk of full.metadataChunks()) tapeB.write(chunk);
    const elements = [file('/new', text(50))];
    const next = new WrittenSet({ name: 'documents', level: 'incremental', parent: full, createdAt: 3000, elements });
    writeSets([tapeB], [next]);
    const list = (first: TestTape) =>
      JSON.parse(rescue(['list', '--json', '--tapes', vaultFolder([first.unmount(), tapeB.unmount()])]).stdout).sets;
    const problem = '1 element lacks content that is on none of these tapes';
    expect(list(new TestTape(vault, 'CF0001')).find(({ id }: { id: string }) => id === next.hex)).toMatchObject({
      complete: false,
      problem,
    });
    expect(list(tapeA)).toMatchObject([{ complete: true }, { complete: true }]);
    const again = new WrittenSet({
      name: 'documents',
      level: 'incremental',
      parent: next,
      createdAt: 4000,
      elements: [file('/old', text(100, 'newer'))],
    });
    const tapeC = new TestTape(vault, 'CF0003');
    writeSets([tapeC], [again]);
    const vaultDir = vaultFolder([new TestTape(vault, 'CF0001').unmount(), tapeB, tapeC.unmount()]);
    const sets = JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    const whole = sets.filter(({ complete }: { complete: boolean }) => complete);
    expect(whole.map(({ id }: { id: string }) => id)).toEqual([again.hex]);
    // "latest" is the latest of which all is here, and that there is a later one is said.
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 0, restored: 2 });
  });

  it('takes no gap for a loss in an interrupted set that a later one went on from', () => {
    const tape = new TestTape(new TestVault(), 'CF0001');
    const content = text(60_000);
    const donor = new WrittenSet({
      name: 'documents',
      elements: [file('/x', text(60_000)), file('/y', content)],
      chunk: 50_000,
    });
    const [, ...after] = donor.dataChunks();
    expect(after.length).toBeGreaterThan(0);
    donor.places.push(...after.map((chunk) => tape.write(chunk)));
    const located = donor.extentsAt('/y').map((each) => ({ located: each }));
    const elements = [file('/y', Buffer.alloc(0), { size: content.length, content: located })];
    const next = new WrittenSet({ name: 'documents', elements, createdAt: 3000 });
    writeSets([tape], [next]);
    const vaultDir = vaultFolder([tape.unmount()]);
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 1 });
    const sets = JSON.parse(rescue(['list', '--json', '--tapes', vaultDir]).stdout).sets;
    expect(sets.find(({ id }: { id: string }) => id === next.hex)).toMatchObject({ complete: true, problem: null });
  });

  it('reads a tape that was not unmounted', () => {
    const elements = many('/m', 20, 40_000);
    const { tape } = oneSet(elements, {}, new TestVault('s'));
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 's');
    const done = restore(vaultFolder([tape.bytes]), ['latest', '--passphrase-file', passphrase]);
    expect(done).toMatchObject({ status: 0, restored: 20 });
    expectRestored(done.to, elements);
  });

  it('uses the whole copy of a chunk that was cut by the end of a tape', () => {
    const vault = new TestVault();
    const [tapeA, tapeB] = [new TestTape(vault, 'CF0001'), new TestTape(vault, 'CF0002')];
    const elements = many('/m', 40, 60_000);
    const set = new WrittenSet({ name: 'documents', elements });
    const chunks = set.dataChunks();
    const cut = chunks.pop();
    if (!cut) throw new Error('no chunk');
    for (const chunk of chunks) set.places.push(tapeA.write(chunk));
    const before = tapeA.size;
    tapeA.write(cut);
    set.places.push(tapeB.write(cut));
    for (const chunk of set.metadataChunks()) tapeB.write(chunk);
    const bytes = tapeA.bytes.subarray(0, before + 300);
    const vaultDir = vaultFolder([bytes, tapeB.unmount()]);
    expect(restore(vaultDir)).toMatchObject({ status: 0, restored: 40 });
    expect(rescue(['verify', '--tapes', vaultDir]).status).toBe(0);
  });

  it('reads a tape cut at any byte: what is whole, and never anything wrong', () => {
    const elements = many('/m', 6, 50_000);
    const { tape } = oneSet(elements, { chunk: 100_000, codec: 'none' });
    const whole = tape.unmount().bytes;
    const last = tape.places.at(-1)?.end ?? 0;
    const cuts = [
      0,
      3,
      50,
      200,
      900,
      ...Array.from({ length: 12 }, (_, i) => Math.floor((whole.length * (i + 1)) / 13)),
      last - 1,
      last,
      whole.length - 5,
    ];
    const places = cuts.map(() => fresh());
    const runs = rescues(
      cuts.map((cut, i) => [
        'restore',
        '--tapes',
        vaultFolder([whole.subarray(0, cut)]),
        'latest',
        '--to',
        places[i] as string,
        '--salvage',
        '--json',
      ]),
    );
    for (const [i, { status, stdout, result }] of runs.entries()) {
      const cut = cuts[i] as number;
      expect([0, 3, 10, 13], `cut at ${cut}: ${stdout}`).toContain(status);
      expect(result.error?.code).not.toBe('INTERNAL');
      if (cut >= last) expect([0, 3]).toContain(status);
      for (const element of elements) {
        const place = path.join(places[i] as string, String(element.path));
        if (fs.existsSync(place)) expectRestored(places[i] as string, [element]);
      }
    }
  });

  it('survives any flipped byte: what it gives out is right, and the rest is named', () => {
    const elements = many('/m', 12, 20_000);
    const { tape } = oneSet(elements, { chunk: 60_000, metadataUnit: 500, metadataUnits: 3 });
    const whole = tape.unmount().bytes;
    const random = (i: number) => createHash('sha256').update(String(i)).digest();
    const cases = Array.from({ length: 24 }, (_, i) => ({
      at: random(i).readUInt32LE(0) % whole.length,
      to: fresh(),
    }));
    const runs = rescues(
      cases.map(({ at, to }) => {
        const broken = Buffer.from(whole);
        broken[at] = (broken[at] as number) ^ 0x55;
        return ['restore', '--tapes', vaultFolder([broken]), 'latest', '--to', to, '--json'];
      }),
    );
    for (const [i, { status, stdout, result }] of runs.entries()) {
      const { at, to } = cases[i] as (typeof cases)[number];
      expect([0, 3, 10, 13], `byte ${at}: ${stdout}`).toContain(status);
      if (result.error) continue;
      const lost = new Set(result.lost.map(({ path: name }) => name));
      expect(lost.size).toBeLessThan(6);
      expectRestored(
        to,
        elements.filter((element) => !lost.has(String(element.path))),
      );
    }
  });

  it('names the elements that a damaged chunk costs', () => {
    const elements = many('/m', 12, 50_000);
    const { tape, set } = oneSet(elements, { chunk: 200_000, codec: 'none', unit: 50_100 });
    const bytes = tape.unmount().bytes;
    const place = tape.places[1];
    if (!place) throw new Error('no chunk');
    bytes[place.end - 20_000] = 0x55 ^ (bytes[place.end - 20_000] as number);
    const vaultDir = vaultFolder([bytes]);
    const done = restore(vaultDir);
    expect([done.status, done.restored, done.lost.length]).toEqual([13, 11, 1]);
    const verified = rescue(['verify', '--tapes', vaultDir, '--json']);
    expect(verified.status).toBe(13);
    expect(JSON.parse(verified.stdout).damaged).toMatchObject([
      { tape: 'CF0001', chunk: 1, set: set.hex, elements: [done.lost[0]?.path] },
    ]);
    const salvaged = restore(vaultDir, ['latest', '--salvage']);
    expect(salvaged).toMatchObject({ status: 13, partial: [{ path: `${done.lost[0]?.path}.partial` }] });
  });

  it('finds its way through foreign junk', () => {
    const elements = many('/m', 20, 50_000);
    const { tape } = oneSet(elements, { chunk: 200_000 });
    const bytes = tape.bytes;
    const second = tape.places[2]?.offset ?? 0;
    const junk = Buffer.concat([randomBytes(70_001), Buffer.alloc(5001), Buffer.from('CFCHUNK1')]);
    const vaultDir = vaultFolder([Buffer.concat([bytes.subarray(0, second), junk, bytes.subarray(second), junk])]);
    const done = restore(vaultDir);
    expect(done).toMatchObject({ status: 0, restored: 20 });
    fs.symlinkSync('/nowhere', path.join(vaultDir, 'tapes/CF0009L8.tap'));
    expect(restore(vaultDir)).toMatchObject({ restored: 20 });
    const front = vaultFolder([Buffer.concat([junk, bytes]), junk]);
    expect(restore(front)).toMatchObject({ status: 0, restored: 20 });
    expect(rescue(['list', '--tapes', vaultFolder([junk])]).status).toBe(10);
  });

  it('salvages from the chunk indexes when the metadata is lost', () => {
    const elements = [...many('/m', 20, 50_000), file('/large', text(700_000)), folder('/d')];
    const { tape } = oneSet(elements, { chunk: 200_000 });
    const metadata = tape.places.find(({ plan }) => plan.kind === 'metadata')?.offset;
    const vaultDir = vaultFolder([tape.bytes.subarray(0, metadata)]);
    const refused = restore(vaultDir, ['latest']);
    expect([refused.status, refused.error?.code]).toEqual([13, 'TAPE_DAMAGED']);
    expect(refused.error?.guidance).toContain('--salvage');
    const done = restore(vaultDir, ['latest', '--salvage']);
    expect([done.status, done.restored]).toEqual([13, 21]);
    expectRestored(done.to, elements.slice(0, 21));
  });

  it('says what is here on the first screen', () => {
    const { tape, set } = oneSet(many('/m', 3, 100));
    const vaultDir = vaultFolder([tape.unmount()]);
    fs.copyFileSync(RESCUE, path.join(vaultDir, 'rescue.mjs'));
    const run = spawnSync(process.execPath, [path.join(vaultDir, 'rescue.mjs')], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    for (const words of [
      'CF0001',
      'documents',
      set.hex.slice(0, 8),
      'complete',
      'node rescue.mjs restore documents --to DIR',
    ]) {
      expect(run.stdout).toContain(words);
    }
    expect(run.stderr).toBe('');
    expect(rescue(['nonsense']).status).toBe(2);
    expect(rescue(['restore', 'latest', '--tapes', vaultDir]).status).toBe(2);
    expect(rescue(['restore', 'none', '--to', fresh(), '--tapes', vaultDir]).status).toBe(10);
  });

  it('lists a folder as text and as JSON', () => {
    const { tape } = oneSet([folder('/m'), ...many('/m', 3, 100)]);
    const vaultDir = vaultFolder([tape.unmount()]);
    const { entries } = JSON.parse(rescue(['list', 'documents', '/m', '--tapes', vaultDir, '--json']).stdout);
    expect(entries.map((entry: { path: string }) => entry.path)).toEqual(['/m', '/m/file-0', '/m/file-1', '/m/file-2']);
    expect(entries[1]).toMatchObject({ type: 'file', bytes: 100, modifiedAt: '2023-11-14T22:13:20.123Z' });
    expect(rescue(['list', 'documents', '/m/file-1', '--tapes', vaultDir]).stdout).toMatch(
      /^-rw-r--r-- .* 101 2023-11-14 22:13:20 \/m\/file-1\n$/,
    );
  });
});

describe('a sealed vault into whose folder somebody put tapes that are not sealed', () => {
  const good = [file('/file', text(900))];
  const evil = [file('/file', Buffer.from('evil'))];
  const later = { createdAt: 1_767_300_000_000 };
  let secret: string[] = [];
  beforeAll(() => {
    const passphrase = fresh();
    fs.writeFileSync(passphrase, 'secret');
    secret = ['--passphrase-file', passphrase];
  });

  /** The id of a vault is in the clear, so anybody can make an open tape of it. */
  const openTwin = (vault: TestVault): TestVault => Object.assign(new TestVault(), { id: vault.id });

  it.each([
    ['with the id of that vault', openTwin],
    ['of another vault', () => new TestVault()],
  ])('takes nothing from a tape %s, names it and does not end as if all were well', (_, twin) => {
    const { tape, vault } = oneSet(good, {}, new TestVault('secret'));
    const stranger = oneSet(evil, later, twin(vault)).tape.unmount();
    const vaultDir = vaultFolder([tape.unmount(), stranger]);
    const done = restore(vaultDir, ['documents', ...secret]);
    expect(done).toMatchObject({ status: 3, restored: 1, ignoredTapes: [path.join(vaultDir, 'tapes/CF0002L8.tap')] });
    expectRestored(done.to, good);
    const listed = rescue(['list', '--tapes', vaultDir, '--json', ...secret]);
    expect(listed.status).toBe(3);
    expect(JSON.parse(listed.stdout).sets).toHaveLength(1);
    const plain = rescue(['verify', '--tapes', vaultDir, ...secret]);
    expect(plain.status).toBe(3);
    expect(plain.stderr).toMatch(/CF0002L8\.tap is not sealed.*nothing of it is used.*--accept-unsealed/s);
  });

  it('takes them only when it is told to', () => {
    const { tape, vault } = oneSet(good, {}, new TestVault('secret'));
    const stranger = oneSet(evil, later, openTwin(vault)).tape.unmount();
    const done = restore(vaultFolder([tape.unmount(), stranger]), ['documents', '--accept-unsealed', ...secret]);
    expect(done.status).toBe(0);
    expectRestored(done.to, evil);
  });

  it('refuses a passphrase for tapes of which none is sealed', () => {
    const vaultDir = vaultFolder([oneSet(evil).tape.unmount()]);
    expect(restore(vaultDir, ['documents', ...secret])).toMatchObject({
      status: 12,
      error: { code: 'PASSPHRASE_UNUSED', guidance: expect.stringContaining('--accept-unsealed') },
    });
    const [, environment = ''] = secret;
    expect(restore(vaultDir, ['documents'], { env: { COLDFRAME_PASSPHRASE_FILE: environment } }).status).toBe(12);
    expect(restore(vaultDir, ['documents', '--accept-unsealed', ...secret]).status).toBe(0);
  });

  it('believes a library that says that the vault is sealed when no tape of it is left', () => {
    const vaultDir = vaultFolder([oneSet(evil).tape.unmount()]);
    fs.writeFileSync(path.join(vaultDir, 'library.json'), JSON.stringify({ settings: { sealed: true } }));
    expect(restore(vaultDir)).toMatchObject({ status: 13, error: { code: 'VAULT_UNSEALED' } });
    expect(restore(vaultDir, ['latest', '--accept-unsealed']).status).toBe(0);
  });
});

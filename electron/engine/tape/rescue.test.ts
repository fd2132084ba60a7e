import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalizePassphrase } from './keys.ts';
import {
  bare,
  expectRestored,
  file,
  folder,
  fresh,
  many,
  oneSet,
  rescue,
  restore,
  stageRescues,
  text,
  vaultFolder,
} from './testing/rescue-stage.ts';
import { type Codec, type TestElement, TestVault } from './testing/rescue-tapes.ts';

const GETFATTR = 'getfattr';
const administrator = process.getuid?.() === 0;

stageRescues();

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
    // A chunk is opened before it is expanded, whatever its codec. That of the programs' own, zstd, is what they are tried with as a whole.
    ['deflate', true],
    ...(process.env.COLDFRAME_THOROUGH === '1' ? [['zstd', false] as const, ['zstd', true] as const] : []),
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

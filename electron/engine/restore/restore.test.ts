import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createRunControl, RunControl } from '../mover/run-control.ts';
import type { RestoreDrives } from './index.ts';
import { drivesOf, planOf, restore } from './testing/restoring.ts';
import { leftBehind, listTree } from './testing/tree-listing.ts';
import { type TestElement, WrittenSet } from './testing/written-set.ts';

let folder = '';
let to = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-restore-'));
  to = join(folder, 'to');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const file = (path: string, bytes: number, more: Partial<TestElement> = {}): TestElement => ({
  path,
  runs: bytes === 0 ? [] : [{ offset: 0, content: randomBytes(bytes) }],
  ...more,
});
const directory = (path: string, more: Partial<TestElement> = {}): TestElement => ({
  path,
  type: 'dir',
  mode: 0o755,
  ...more,
});

const SMALL = { tapes: 2, unitBytes: 20_000, unitsInChunk: 3, vaultKey: null };
const written = (elements: readonly TestElement[], options: Partial<typeof SMALL> = {}): WrittenSet =>
  new WrittenSet(elements, { ...SMALL, ...options, folder });
const contentOf = ({ runs }: TestElement): Buffer => Buffer.concat((runs ?? []).map(({ content }) => content));

const many = (count: number): TestElement[] => [
  directory('/data'),
  ...Array.from({ length: count }, (_, n) => file(`/data/f${n}`, (n * 977) % 9000)),
];

/** Damages the content of a tape in the middle of a chunk. */
const damage = (set: WrittenSet, sequence: number): void => {
  const place = set.places[sequence];
  const access = set.access.find(({ volume }) => volume === place?.tape);
  if (!place || !access) throw new Error('no such chunk');
  const fd = openSync(access.path, 'r+');
  writeSync(fd, Buffer.alloc(64, 0x55), 0, 64, place.offset + place.payloadBytes - 200);
  closeSync(fd);
};

describe('a restore', () => {
  test('brings back what is in the set, each tape mounted once', async () => {
    const elements = [...many(120), file('/data/large', 300_000), file('/data/empty', 0)];
    const set = written(elements);
    const drives = drivesOf(set);
    const outcome = await restore({ set, folder, to, drives });
    expect(outcome).toMatchObject({ restored: elements.length, skipped: 0, damaged: [], warnings: [] });
    expect(drives.mounts).toEqual(
      new Map([
        ['CF0001', 1],
        ['CF0002', 1],
      ]),
    );
    for (const element of elements)
      if (element.runs)
        expect(readFileSync(join(to, element.path)).equals(contentOf(element)), element.path).toBe(true);
    expect(leftBehind(to)).toEqual([]);
  });

  test('opens what is sealed', async () => {
    const vaultKey = randomBytes(32);
    const large = file('/large', 200_000);
    const set = new WrittenSet([large], { ...SMALL, folder, vaultKey });
    await restore({ set, folder, to, vaultKey });
    expect(readFileSync(join(to, 'large')).equals(contentOf(large))).toBe(true);
  });

  test('keeps holes, to the last byte', async () => {
    const runs = [
      { offset: 1_000_000, content: randomBytes(5000) },
      { offset: 9_000_000, content: randomBytes(50_000) },
    ];
    const set = written([
      { path: '/sparse', runs, size: 12_345_678 },
      { path: '/hole', size: 5_000_000 },
    ]);
    await restore({ set, folder, to });
    const sparse = statSync(join(to, 'sparse'));
    expect(sparse.size).toBe(12_345_678);
    expect(sparse.blocks * 512).toBeLessThan(200_000);
    const content = readFileSync(join(to, 'sparse'));
    for (const { offset, content: run } of runs)
      expect(content.subarray(offset, offset + run.length).equals(run)).toBe(true);
    expect(statSync(join(to, 'hole'))).toMatchObject({ size: 5_000_000, blocks: 0 });
  });

  test('brings back types, modes and times, those of directories last', async () => {
    const modifiedAt = { seconds: -123_456_789, nanos: 987_654_321 };
    const set = written([
      directory('/d', { mode: 0o2750, modifiedAt }),
      file('/d/setuid', 100, { mode: 0o4755, modifiedAt }),
      { path: '/d/link', type: 'symlink', linkTarget: '../nowhere', modifiedAt },
      { path: '/d/pipe', type: 'fifo', mode: 0o622, modifiedAt },
      { path: '/d/socket', type: 'socket', mode: 0o700, modifiedAt },
    ]);
    await restore({ set, folder, to });
    const nanoseconds = -123_456_789n * 1_000_000_000n + 987_654_321n;
    for (const name of ['d', 'd/setuid', 'd/link', 'd/pipe', 'd/socket'])
      expect(lstatSync(join(to, name), { bigint: true }).mtimeNs, name).toBe(nanoseconds);
    expect(lstatSync(join(to, 'd')).mode & 0o7777).toBe(0o2750);
    expect(lstatSync(join(to, 'd/setuid')).mode & 0o7777).toBe(0o4755);
    expect(lstatSync(join(to, 'd/pipe'))).toMatchObject({ mode: 0o010622 });
    expect(lstatSync(join(to, 'd/socket')).isSocket()).toBe(true);
  });

  test('links names of one file again, and only those', async () => {
    const content = randomBytes(50_000);
    const name = (path: string, inode: number): TestElement => ({
      path,
      runs: [{ offset: 0, content }],
      links: 3,
      inode,
      stored: '/a',
    });
    const set = written([name('/a', 7), name('/b', 7), name('/c', 8)]);
    await restore({ set, folder, to });
    const [a, b, c] = ['a', 'b', 'c'].map((each) => statSync(join(to, each)));
    expect(a?.ino).toBe(b?.ino);
    expect(c?.ino).not.toBe(a?.ino);
    expect(readFileSync(join(to, 'c')).equals(content)).toBe(true);
  });

  test('links names only when all that an inode has but once agrees, and their content', async () => {
    const later = { changedAt: { seconds: 1_700_000_000, nanos: 5 } };
    const names = (folder: string, bytes: number, more: Partial<TestElement> = {}): TestElement[] => {
      const one = file(`${folder}/one`, bytes, { links: 2, inode: 12, ...more });
      return [one, { ...one, path: `${folder}/two`, stored: one.path }];
    };
    const elements = [
      names('/a', 50_000),
      names('/b', 50_000),
      names('/mode', 50_000, { mode: 0o600 }),
      names('/empty', 0),
      names('/other-empty', 0, later),
      names('/pipe', 0, { type: 'fifo' }),
      names('/other-pipe', 0, { type: 'fifo', ...later }),
      names('/holes', 0, { size: 3_000_000 }),
      names('/other-holes', 0, { size: 3_000_000, ...later }),
    ];
    const set = written(elements.flat());
    await restore({ set, folder, to });
    for (const { path, runs, type } of elements.flat())
      if (type === undefined && runs?.length)
        expect(readFileSync(join(to, path)).equals(contentOf({ path, runs })), path).toBe(true);
    const inodes = elements.map((pair) => pair.map(({ path }) => lstatSync(join(to, path)).ino));
    for (const [one, two] of inodes) expect(one).toBe(two);
    expect(new Set(inodes.flat()).size).toBe(elements.length);
  });

  test('takes a path off first when it is told to, and gives the place its attributes', async () => {
    const set = written([directory('/srv/data', { mode: 0o751 }), file('/srv/data/a', 10)]);
    await restore({ set, folder, to, relativeTo: '/srv/data' });
    expect(readdirSync(to)).toEqual(['a']);
    expect(statSync(to).mode & 0o777).toBe(0o751);
  });

  test('makes paths that are longer than the system takes in one call', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `${n}-${'x'.repeat(200)}`);
    const path = `/${names.join('/')}/file`;
    const set = written([file(path, 1000)]);
    const { warnings, restored } = await restore({ set, folder, to });
    expect({ warnings, restored }).toEqual({ warnings: [], restored: 1 });
  });
});

describe('what stands at the destination', () => {
  test('stops a restore before anything is written, unless told otherwise', async () => {
    mkdirSync(join(to, 'data'), { recursive: true });
    writeFileSync(join(to, 'data/f1'), 'mine');
    const set = written(many(10));
    await expect(restore({ set, folder, to })).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
    expect(readdirSync(join(to, 'data'))).toEqual(['f1']);
  });

  test('stays when conflicts are skipped', async () => {
    mkdirSync(join(to, 'data'), { recursive: true });
    writeFileSync(join(to, 'data/f1'), 'mine');
    utimesSync(join(to, 'data'), 1000, 2000);
    const directory: TestElement = { path: '/data', type: 'dir' };
    const { skipped } = await restore({ set: written([directory, ...many(10)]), folder, to, policy: 'skip' });
    expect(skipped).toBe(0);
    expect(readFileSync(join(to, 'data/f1'), 'utf8')).toBe('mine');
    expect(readdirSync(join(to, 'data'))).toHaveLength(10);
    expect(statSync(join(to, 'data')).mtimeMs).toBe(2_000_000);
  });

  test('gets a neighbour of another name when conflicts are renamed', async () => {
    mkdirSync(join(to, 'data'), { recursive: true });
    writeFileSync(join(to, 'data/f1'), 'mine');
    await restore({ set: written(many(10)), folder, to, policy: 'rename' });
    expect(readFileSync(join(to, 'data/f1'), 'utf8')).toBe('mine');
    expect(statSync(join(to, 'data/f1.restored')).size).toBe(977);
  });

  test('is replaced when overwriting is allowed, but a directory never is', async () => {
    mkdirSync(join(to, 'data/f2'), { recursive: true });
    writeFileSync(join(to, 'data/f2/precious'), 'mine');
    writeFileSync(join(to, 'data/f1'), 'mine');
    const { plan } = await restore({ set: written(many(10)), folder, to, policy: 'overwrite' });
    expect(statSync(join(to, 'data/f1')).size).toBe(977);
    expect(existsSync(join(to, 'data/f2/precious'))).toBe(true);
    expect(plan.conflicts.first.map(({ action }) => action).sort()).toEqual(['blocked', 'replace']);
    const blocked = plan.conflicts.first.filter(({ action }) => action === 'blocked').map(({ path: at }) => at);
    expect(plan.conflicts.blocked).toEqual({ total: 1, first: blocked });
    // What was changed since is told from what looks the same, and comes first.
    writeFileSync(join(to, 'data/f3'), 'mine');
    const again = await restore({ set: written(many(10)), folder, to, policy: 'overwrite' });
    expect(again.plan.conflicts.first[0]).toMatchObject({
      path: join(to, 'data/f3'),
      met: { same: false, there: { bytes: 4 } },
    });
    const { same, changed } = again.plan.conflicts.standings;
    // What is empty counts as done before, since it has nothing that differs; of the others the length and the time alone are the same.
    expect([same.count, changed]).toEqual([7, { count: 1, bytes: 4, newer: 1 }]);
  });

  test('is never reached through a symbolic link', async () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    mkdirSync(to);
    symlinkSync(outside, join(to, 'data'));
    await expect(restore({ set: written(many(5)), folder, to })).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
    await restore({ set: written(many(5)), folder, to, policy: 'skip' });
    expect(readdirSync(outside)).toEqual([]);
    await restore({ set: written(many(5)), folder, to, policy: 'overwrite' });
    expect(readdirSync(outside)).toEqual([]);
    expect(lstatSync(join(to, 'data')).isDirectory()).toBe(true);
  });

  test.each([
    ['files of one chunk', 100],
    ['a file of many chunks', 400_000],
  ])('is not written through when a link appears after the plan was made: %s', async (_, size) => {
    const other = { path: '/other', runs: [{ offset: 0, content: randomBytes(400_000) }] };
    const linked = { path: '/data/large', runs: [{ offset: 0, content: randomBytes(size) }] };
    const set = written([...many(5), linked, other]);
    const plan = planOf({ set, folder, to });
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    mkdirSync(to);
    symlinkSync(outside, join(to, 'data'));
    const { executePlan } = await import('./index.ts');
    const { warnings, restored } = await executePlan(plan, {
      keys: { vault: '', vaultKey: null },
      drives: drivesOf(set),
      control: createRunControl(),
      signal: new AbortController().signal,
      writers: 2,
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(restored).toBe(1);
    expect(readFileSync(join(to, 'other')).equals(other.runs[0]?.content ?? Buffer.alloc(0))).toBe(true);
    expect(warnings.some(({ code }) => code === 'DESTINATION_TAKEN')).toBe(true);
  });
});

describe('damage', () => {
  test('costs the elements on it, which are named with tape and chunk; all others are restored', async () => {
    const elements = many(120);
    const set = written(elements);
    damage(set, 2);
    const { damaged, restored } = await restore({ set, folder, to });
    expect(damaged).toHaveLength(1);
    expect(damaged[0]).toMatchObject({ tape: set.places[2]?.tape, chunk: 2 });
    const lost = new Set(damaged.flatMap((each) => each.elements));
    expect(lost.size).toBeGreaterThan(0);
    expect(restored).toBe(elements.length - lost.size);
    for (const element of elements)
      if (element.runs) {
        expect(existsSync(join(to, element.path)), element.path).toBe(!lost.has(element.path));
        if (!lost.has(element.path)) expect(readFileSync(join(to, element.path)).equals(contentOf(element))).toBe(true);
      }
    expect(leftBehind(to)).toEqual([]);
  });

  test('leaves nothing of a large file that lies on several chunks', async () => {
    const set = written([file('/large', 500_000), file('/other', 100)]);
    damage(set, 1);
    const { damaged, restored } = await restore({ set, folder, to });
    expect(damaged.map(({ elements }) => elements)).toEqual([['/large']]);
    expect(restored).toBe(1);
    expect(readdirSync(to)).toEqual(['other']);
  });

  test('of a missing tape costs what lies on it', async () => {
    const elements = many(120);
    const set = written(elements);
    const { damaged, restored, plan } = await restore({ set, folder, to, present: ['CF0001'] });
    expect(plan.tapes.map(({ tape, present }) => ({ tape, present }))).toContainEqual({
      tape: 'CF0002',
      present: false,
    });
    const lost = new Set(damaged.flatMap((each) => each.elements));
    expect(damaged.every(({ tape }) => tape === 'CF0002')).toBe(true);
    expect(restored).toBe(elements.length - lost.size);
  });
});

describe('a drive that fails', () => {
  /** Drives of which `fails` says whether one does, with a tape in it, the nth time that one is mounted. */
  const failing = (set: WrittenSet, count: number, fails: (tape: string, nth: number) => boolean) => {
    const drives = drivesOf(set, count);
    const asked: number[][] = [];
    const failed: RestoreDrives = {
      ...drives,
      mount: async (tape, signal, avoided = new Set()) => {
        asked.push([...avoided]);
        const { hold, access } = await drives.mount(tape, signal);
        // A tape that gives nothing, and of which nothing is said but that it was not read here.
        const other = set.access.find(({ volume }) => volume !== tape);
        return { hold, access: fails(tape, asked.length) && other ? other : access };
      },
      failedDrive: ({ code }, used) => (code === 'TAPE_MISMATCH' ? used : null),
    };
    return { drives: failed, asked };
  };
  const lostOf = (all: readonly TestElement[]) =>
    all.filter(({ path, runs = [] }) => runs.length > 0 && !existsSync(join(to, path))).map(({ path }) => path);

  test('costs nothing where the tape is read in another one, and is told', async () => {
    const elements = [...many(120), file('/data/large', 400_000)];
    const set = written(elements);
    const { drives, asked } = failing(set, 1, (_, nth) => nth === 1);
    const { driveFailures, mounts, damaged, restored, wrong } = await restore({ set, folder, to, drives });
    expect([restored, damaged, wrong]).toEqual([elements.length, [], []]);
    expect(driveFailures).toMatchObject([{ drive: 0, tape: 'CF0001', code: 'TAPE_MISMATCH', readIn: 0 }]);
    expect(mounts.map(({ tape, count }) => [tape, count])).toEqual([
      ['CF0001', 2],
      ['CF0002', 1],
    ]);
    expect(asked).toEqual([[], [0], [0]]);
    for (const element of elements)
      if (element.runs) expect(readFileSync(join(to, element.path)).equals(contentOf(element))).toBe(true);
  });

  test('twice with a tape costs what lies on it, which is not known as damaged; the rest comes', async () => {
    const elements = many(120);
    const set = written(elements);
    const { drives } = failing(set, 2, (tape) => tape === 'CF0001');
    const { driveFailures, damaged, restored, wrong } = await restore({ set, folder, to, drives });
    expect(driveFailures.map(({ tape, readIn }) => [tape, readIn])).toEqual([
      ['CF0001', null],
      ['CF0001', null],
    ]);
    const lost = new Set(damaged.flatMap((each) => each.elements));
    expect([[...lost].sort(), wrong]).toEqual([lostOf(elements).sort(), []]);
    expect([restored, lost.size > 0]).toEqual([elements.length - lost.size, true]);
    expect(damaged.every(({ tape }) => tape === 'CF0001')).toBe(true);
    await restore({ set, folder, to, policy: 'skip' });
    expect(lostOf(elements)).toEqual([]);
  });

  test('as often as it is tried ends a restore of which nothing could be read', async () => {
    const set = written(many(120));
    const { drives, asked } = failing(set, 1, () => true);
    await expect(restore({ set, folder, to, drives })).rejects.toMatchObject({ code: 'TAPE_MISMATCH' });
    expect(asked.length).toBe(3);
  });
});

describe('a restore that does not end', () => {
  test('leaves no temporary file when it is cancelled, and goes on when it is run again', async () => {
    const elements = [...many(400), file('/data/large', 3_000_000)];
    const set = written(elements);
    const control = createRunControl();
    const drives = drivesOf(set);
    let reads = 0;
    const slow = {
      ...drives,
      mount: async (...tape: Parameters<typeof drives.mount>) => {
        reads += 1;
        if (reads === 2) setTimeout(() => new RunControl(control).cancel(), 20);
        return await drives.mount(...tape);
      },
    };
    await expect(restore({ set, folder, to, control, drives: slow })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(leftBehind(to)).toEqual([]);
    const { plan, warnings } = await restore({ set, folder, to });
    expect(plan.conflicts.total).toBe(0);
    expect(warnings).toEqual([]);
    for (const element of elements)
      if (element.runs)
        expect(readFileSync(join(to, element.path)).equals(contentOf(element)), element.path).toBe(true);
  });

  test('does nothing while it is paused', async () => {
    const control = createRunControl();
    const run = new RunControl(control);
    run.pause();
    const set = written(many(50));
    const restoring = restore({ set, folder, to, control });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(join(to, 'data')) ? readdirSync(join(to, 'data')) : []).toEqual([]);
    run.resume();
    await restoring;
    expect(listTree(join(to, 'data')).size).toBe(50);
  });
});

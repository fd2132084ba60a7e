import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CONFLICT_POLICIES } from '../../../shared/contract/restore.ts';
import { AT_FDCWD, setModified } from '../../platform/linux/index.ts';
import { drivesOf, planOf, restore } from './testing/restoring.ts';
import { leftBehind, listTree } from './testing/tree-listing.ts';
import { asPath, type TestElement, WrittenSet } from './testing/written-set.ts';

let folder = '';
let to = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-resume-'));
  to = join(folder, 'to');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const TIME = { seconds: 1_600_000_000, nanos: 123_456_789 };
const one = randomBytes(5000);
const large = randomBytes(300_000);
const shared = randomBytes(4000);
const ELEMENTS: readonly TestElement[] = [
  { path: '/d', type: 'dir', mode: 0o755 },
  { path: '/d/one', runs: [{ offset: 0, content: one }] },
  { path: '/d/large', runs: [{ offset: 0, content: large }] },
  {
    path: '/d/sparse',
    runs: [
      { offset: 500_000, content: one },
      { offset: 3_000_000, content: shared },
    ],
    size: 5_000_000,
  },
  { path: '/d/hole', size: 2_000_000 },
  { path: '/d/empty' },
  { path: '/d/name1', runs: [{ offset: 0, content: shared }], links: 2, inode: 9 },
  { path: '/d/name2', runs: [{ offset: 0, content: shared }], links: 2, inode: 9, stored: '/d/name1' },
  { path: '/d/link', type: 'symlink', linkTarget: 'one' },
  { path: '/d/pipe', type: 'fifo', mode: 0o600 },
];
const FILES = ['d/one', 'd/large', 'd/sparse', 'd/hole', 'd/name1'];
const written = (): WrittenSet =>
  new WrittenSet(ELEMENTS, { folder, tapes: 2, unitBytes: 20_000, unitsInChunk: 3, vaultKey: null });

/** Changes four bytes of a file; size and time stay. */
const alter = (path: string, at = 1000): void => {
  const content = readFileSync(path);
  content.set([0xde, 0xad, 0xbe, 0xef], at);
  writeFileSync(path, content);
  setModified(AT_FDCWD, asPath(path), TIME);
};

/** What the restored set looks like: a restore into a place of its own. */
const wanted = async (): Promise<Map<string, string>> => {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const set = new WrittenSet(ELEMENTS, {
    folder: elsewhere,
    tapes: 2,
    unitBytes: 20_000,
    unitsInChunk: 3,
    vaultKey: null,
  });
  await restore({ set, folder: elsewhere, to: join(elsewhere, 'to') });
  return listTree(join(elsewhere, 'to'));
};

const actions = ({ conflicts }: ReturnType<typeof planOf>): string[] => conflicts.first.map(({ action }) => action);

describe('a restore over what was there, stopped before it wrote anything and run again', () => {
  test.each(FILES)('puts right content into %s, whose size and time tell nothing', async (name) => {
    const set = written();
    await restore({ set, folder, to });
    rmSync(join(folder, 'current'));
    const whole = listTree(to);
    alter(join(to, name));
    planOf({ set, folder, to, policy: 'overwrite' });
    const { plan, restored } = await restore({ set, folder, to, policy: 'overwrite' });
    expect(listTree(to)).toEqual(whole);
    expect(plan.bytes).toBe(
      set.records
        .find((each) => each.attributes.path === `/${name}`)
        ?.extents.reduce((sum, { length }) => sum + length, 0),
    );
    expect(restored + plan.alreadyDone).toBe(ELEMENTS.length);
  });

  test('sets attributes again where the content is right', async () => {
    const set = written();
    await restore({ set, folder, to });
    const whole = listTree(to);
    chmodSync(join(to, 'd/one'), 0o777);
    chmodSync(join(to, 'd/pipe'), 0o666);
    writeFileSync(join(to, 'd/empty'), '');
    const { plan, warnings } = await restore({ set, folder, to, policy: 'overwrite' });
    expect({ warnings, bytes: plan.bytes }).toEqual({ warnings: [], bytes: 0 });
    expect(listTree(to)).toEqual(whole);
  });
});

describe('a restore that goes on', () => {
  test.each(CONFLICT_POLICIES)('writes nothing again that is finished, under %s', async (policy) => {
    const set = written();
    await restore({ set, folder, to, policy });
    const before = statSync(join(to, 'd/large')).ctimeMs;
    const whole = listTree(to);
    const drives = drivesOf(set);
    const { plan, restored, warnings } = await restore({ set, folder, to, policy, drives });
    expect(plan).toMatchObject({ bytes: 0, lostChunks: 0, tapes: [], conflicts: { total: 0 } });
    expect(drives.mounts.size).toBe(0);
    expect({ all: restored + plan.alreadyDone, warnings }).toEqual({ all: ELEMENTS.length, warnings: [] });
    expect(statSync(join(to, 'd/large')).ctimeMs).toBe(before);
    expect(listTree(to)).toEqual(whole);
  });

  test.each(FILES)('takes %s for a conflict when it was altered meanwhile, however it looks', async (name) => {
    const set = written();
    await restore({ set, folder, to });
    alter(join(to, name));
    const altered = readFileSync(join(to, name));
    await expect(restore({ set, folder, to })).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
    expect(readFileSync(join(to, name)).equals(altered)).toBe(true);
  });

  test('does with what was altered as the policy says', async () => {
    const set = written();
    await restore({ set, folder, to, policy: 'skip' });
    alter(join(to, 'd/large'), 250_000);
    const skipping = await restore({ set, folder, to, policy: 'skip' });
    expect(skipping.plan).toMatchObject({ skipped: 1, bytes: 0, tapes: [] });
    expect(actions(skipping.plan)).toEqual(['skip']);
    expect(skipping.restored + skipping.plan.alreadyDone).toBe(ELEMENTS.length - 1);
    expect(readFileSync(join(to, 'd/large')).equals(large)).toBe(false);
  });

  test('dresses the folders that it made under another policy too, and none that were there', async () => {
    const set = written();
    await restore({ set, folder, to });
    chmodSync(join(to, 'd'), 0o700);
    unlinkSync(join(to, 'd/one'));
    await restore({ set, folder, to, policy: 'skip' });
    expect(statSync(join(to, 'd')).mode & 0o777).toBe(0o755);
    const other = join(folder, 'other');
    rmSync(join(folder, 'current'));
    mkdirSync(join(other, 'd'), { recursive: true, mode: 0o700 });
    writeFileSync(join(other, 'd/mine'), 'mine');
    planOf({ set, folder, to: other, policy: 'overwrite' });
    await restore({ set, folder, to: other, policy: 'skip' });
    expect(statSync(join(other, 'd')).mode & 0o777).toBe(0o700);
  });

  test('gives another name once, and finds it again', async () => {
    const set = written();
    mkdirSync(join(to, 'd'), { recursive: true });
    writeFileSync(join(to, 'd/one'), one);
    await restore({ set, folder, to, policy: 'rename' });
    const mine = lstatSync(join(to, 'd/one')).ctimeMs;
    const whole = listTree(to);
    const { plan } = await restore({ set, folder, to, policy: 'rename' });
    expect(plan.bytes).toBe(0);
    expect(listTree(to)).toEqual(whole);
    expect(lstatSync(join(to, 'd/one')).ctimeMs).toBe(mine);
    alter(join(to, 'd/one.restored'));
    await restore({ set, folder, to, policy: 'rename' });
    expect(readFileSync(join(to, 'd/one.restored-2')).equals(one)).toBe(true);
  });

  test('does not touch what an earlier run had skipped, even if it is the same', async () => {
    const set = written();
    mkdirSync(join(to, 'd'), { recursive: true });
    writeFileSync(join(to, 'd/one'), one, { mode: 0o600 });
    await restore({ set, folder, to, policy: 'skip' });
    const mine = lstatSync(join(to, 'd/one'));
    await restore({ set, folder, to, policy: 'skip' });
    expect(lstatSync(join(to, 'd/one'))).toEqual(mine);
  });

  test('sees what is longer, shorter, or another link', async () => {
    const set = written();
    await restore({ set, folder, to });
    appendFileSync(join(to, 'd/one'), '!');
    truncateSync(join(to, 'd/large'), 299_999);
    unlinkSync(join(to, 'd/link'));
    symlinkSync('two', join(to, 'd/link'));
    const plan = planOf({ set, folder, to });
    expect(plan.conflicts.first.map(({ path }) => path.slice(to.length)).sort()).toEqual([
      '/d/large',
      '/d/link',
      '/d/one',
    ]);
  });

  test('brings back what was removed meanwhile, and links to it', async () => {
    const set = written();
    const whole = await wanted();
    await restore({ set, folder, to });
    for (const name of ['d/name1', 'd/large', 'd/link']) unlinkSync(join(to, name));
    await restore({ set, folder, to });
    expect(listTree(to)).toEqual(whole);
    expect(leftBehind(to)).toEqual([]);
  });

  test('writes anew, as no conflict, what the machine lost when it stopped', async () => {
    const set = written();
    await restore({ set, folder, to, boot: 'first' });
    const whole = listTree(to);
    for (const [name, length] of [
      ['d/one', 0],
      ['d/large', 4096],
    ] as const) {
      truncateSync(join(to, name), length);
      setModified(AT_FDCWD, asPath(join(to, name)), TIME);
    }
    alter(join(to, 'd/sparse'), 500_100);
    const { plan } = await restore({ set, folder, to, boot: 'second' });
    expect(plan.conflicts.total).toBe(0);
    expect(plan.bytes).toBe(one.length + large.length + one.length + shared.length);
    expect(listTree(to)).toEqual(whole);
  });
});

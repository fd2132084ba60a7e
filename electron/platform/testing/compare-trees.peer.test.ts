import { execFileSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareTrees, HOSTILE_TREE_PEERS } from './hostile-tree.ts';
import { describeWithPeers } from './peers.ts';

describeWithPeers('a comparison of trees', [...HOSTILE_TREE_PEERS, 'setfattr', 'chattr'], () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What is found between two trees that are equal but for what `change` does to the second. */
  async function afterChange(name: string, change: (tree: string) => void): Promise<string[]> {
    const trees = ['one', 'other'].map((side) => join(folder, `${name}-${side}`)) as [string, string];
    for (const tree of trees) plant(tree);
    change(trees[1]);
    return compareTrees(...trees, { rsync: false });
  }

  test.each<[string, RegExp, (tree: string) => void]>([
    ['content', /^content: file/, (tree) => rewrite(join(tree, 'file'), 'CONTENT')],
    ['a size', /^size: file/, (tree) => rewrite(join(tree, 'file'), 'contents')],
    ['a nanosecond', /^mtime: file/, (tree) => nudge(join(tree, 'file'))],
    ['a nanosecond of a link', /^mtime: link/, (tree) => nudge(join(tree, 'link'))],
    ['an owner', /^owner: file/, (tree) => chownSync(join(tree, 'file'), 7, 0)],
    ['an attribute', /^xattrs: file/, (tree) => run('setfattr', '-n', 'user.a', '-v', '2', join(tree, 'file'))],
    ['a flag', /^flags: file/, (tree) => run('chattr', '+d', join(tree, 'file'))],
    ['a filled hole', /^holes: sparse: blocks 0 to 255 /, (tree) => fill(join(tree, 'sparse'))],
    ['a broken hard link', /^links: name-1: .* became None/, (tree) => unlinked(join(tree, 'name-2'))],
    ['a missing element', /^missing: pipe/, (tree) => rmSync(join(tree, 'pipe'))],
    ['an element too many', /^too many: new/, (tree) => mkdirSync(join(tree, 'new'))],
    ['another type', /^type: pipe: 'fifo' became 'file'/, (tree) => replaced(join(tree, 'pipe'))],
  ])('sees %s', async (name, sentence, change) => {
    const seen = await afterChange(name.replaceAll(' ', '-'), change);
    expect(seen).toContainEqual(expect.stringMatching(sentence));
  });

  test('finds nothing between two that were made alike', async () => {
    expect(await afterChange('alike', () => undefined)).toEqual([]);
  });

  test('leaves out what it is told to', async () => {
    const [one, other] = [join(folder, 'ignore-one'), join(folder, 'ignore-other')];
    plant(one);
    plant(other);
    nudge(join(other, 'file'));
    expect(await compareTrees(one, other, { ignore: ['mtime'], rsync: false })).toEqual([]);
  });

  test('asks rsync too', async () => {
    const [one, other] = [join(folder, 'rsync-one'), join(folder, 'rsync-other')];
    plant(one);
    plant(other);
    rewrite(join(other, 'file'), 'CONTENT');
    expect(await compareTrees(one, other)).toContainEqual(expect.stringMatching(/^rsync: \S*c\S* file$/));
  });
});

const run = (program: string, ...args: string[]): void => void execFileSync(program, args);

/** A small tree in which each thing that is compared occurs. */
function plant(tree: string): void {
  mkdirSync(tree);
  const at = (name: string): string => join(tree, name);
  writeFileSync(at('file'), 'content');
  run('setfattr', '-n', 'user.a', '-v', '1', at('file'));
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 1 << 20);
  execFileSync('dd', [`of=${at('sparse')}`, 'bs=1', 'seek=1048575', 'conv=notrunc', 'status=none'], { input: 'x' });
  writeFileSync(at('name-1'), 'linked');
  run('ln', at('name-1'), at('name-2'));
  run('ln', '-s', 'file', at('link'));
  run('mkfifo', at('pipe'));
  for (const name of ['file', 'sparse', 'name-1', 'pipe', 'link', '.'])
    settle(at(name), '2020-01-02 03:04:05.123456789');
}

function settle(path: string, time: string): void {
  run('touch', '-h', '-d', time, path);
}

function nudge(path: string): void {
  settle(path, '2020-01-02 03:04:05.123456788');
}

/** Writes content and puts the times back. */
function rewrite(path: string, content: string): void {
  const { atime, mtime } = lstatSync(path);
  writeFileSync(path, content);
  utimesSync(path, atime, mtime);
}

function fill(path: string): void {
  rewrite(path, `${'\0'.repeat((1 << 20) - 1)}x`);
}

function unlinked(path: string): void {
  rmSync(path);
  writeFileSync(path, 'linked');
}

function replaced(path: string): void {
  rmSync(path);
  writeFileSync(path, '');
}

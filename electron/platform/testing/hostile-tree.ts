import { join, resolve } from 'node:path';
import { peerOutput } from './run-peer.ts';

const program = join(import.meta.dirname, 'hostile-tree');
/** It is started hundreds of times: compiled once, and without what is installed beside the interpreter. */
const compiled = resolve(import.meta.dirname, '../../../node_modules/.coldframe/python');
const flags = ['-E', '-S', '-X', `pycache_prefix=${compiled}`];

/** The programs that `buildHostileTree` and `compareTrees` run; building takes root, too. */
export const HOSTILE_TREE_PEERS = ['python3', 'rsync'] as const;

/** What a hostile tree holds, one folder each; `many` small files come on top. `some-names` is a choice of `names`. */
export const HOSTILE_PARTS = [
  'names',
  'nested',
  'sizes',
  'large',
  'sparse',
  'symlinks',
  'hardlinks',
  'special',
  'modes',
  'owners',
  'times',
  'xattrs',
  'acls',
  'flags',
  'deep',
  'huge-hole',
] as const;
export type HostilePart = (typeof HOSTILE_PARTS)[number] | 'some-names';

/** Fields that a comparison can leave out. */
export type ComparedField =
  | 'type'
  | 'mode'
  | 'owner'
  | 'mtime'
  | 'xattrs'
  | 'target'
  | 'device'
  | 'flags'
  | 'size'
  | 'content'
  | 'holes'
  | 'links';

/** What was made, by kind, and what this file system would not take. */
export interface HostileReport {
  readonly made: Readonly<Record<string, number>>;
  readonly refused: readonly { readonly what: string; readonly error: string }[];
}

export interface HostileTreeOptions {
  /** Everything by default. */
  readonly parts?: readonly HostilePart[];
  readonly seed?: number;
  /** Number of small files, 8500 by default: more than 10,000 elements in all. */
  readonly smallFiles?: number;
}

/**
 * Builds a tree of everything that a file system lets root make, the same for the same seed: `root` must not exist. What
 * the file system refuses is left out and reported.
 */
export async function buildHostileTree(
  root: string,
  options: HostileTreeOptions = {},
): Promise<HostileReport & { readonly elements: number }> {
  const { parts = HOSTILE_PARTS, seed = 1, smallFiles = 8500 } = options;
  return run('build', root, String(seed), String(smallFiles), ...parts);
}

/** Changes about one element in a hundred in every way there is; the same tree and seed give the same result. */
export async function mutateHostileTree(root: string, seed: number): Promise<HostileReport> {
  return run('mutate', root, String(seed));
}

/** Removes a tree, whatever its flags and however deep. */
export async function removeHostileTree(root: string): Promise<void> {
  const remove = () => peerOutput('rm', ['-rf', '--', root]);
  // Only what is immutable stays, and few trees have that.
  await remove().catch(async () => {
    await run('unlock', root);
    await remove();
  });
}

export interface CompareOptions {
  readonly ignore?: readonly ComparedField[];
  /** Also ask rsync, which knows nothing of holes, flags and paths of more than 4096 bytes (default: true). */
  readonly rsync?: boolean;
}

/**
 * What differs between two trees, in sentences; empty when the second is a true copy. Content, names, types, owners,
 * modes, times to the nanosecond, extended attributes and ACLs, flags, device numbers, hard links, and that no hole of
 * the first takes space in the second. Two judges: rsync, and a comparison of our own that works by relative steps.
 */
export async function compareTrees(one: string, other: string, options: CompareOptions = {}): Promise<string[]> {
  const own: { differences: string[] } = await run('compare', one, other, ...(options.ignore ?? []));
  return options.rsync === false ? own.differences : [...own.differences, ...(await rsyncDifferences(one, other))];
}

/** What rsync would do to make the second tree like the first. What would take it minutes of reading holes is left out. */
async function rsyncDifferences(one: string, other: string): Promise<string[]> {
  const excludes = ['/deep', '/huge-hole', '/sparse/five-GiB'].map((path) => `--exclude=${path}`);
  const asked = ['-aHAXn', '--checksum', '--delete', '--itemize-changes', '--8-bit-output', ...excludes];
  const output = await peerOutput('rsync', [...asked, `${one}/`, `${other}/`]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `rsync: ${line}`);
}

async function run<T>(...args: string[]): Promise<T> {
  return JSON.parse(await peerOutput('python3', [...flags, program, ...args])) as T;
}

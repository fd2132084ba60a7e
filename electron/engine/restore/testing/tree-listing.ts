import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { nextData } from '../../../platform/linux/index.ts';

const BLOCK_BYTES = 65_536;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** What stands in a folder, by relative path: one line each with all that a restore has to bring back. */
export const listTree = (root: string): Map<string, string> => {
  const found = new Map<string, string>();
  const groups = new Map<string, string>();
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const path = join(root, name);
    const stat = lstatSync(path, { bigint: true });
    const line = [(stat.mode & 0o170000n).toString(8), stat.isSymbolicLink() ? '' : (stat.mode & 0o7777n).toString(8)];
    line.push(`${stat.uid}:${stat.gid}`, String(stat.mtimeNs));
    if (stat.isFile()) line.push(String(stat.size), contentDigest(path));
    if (stat.isSymbolicLink()) line.push(readlinkSync(path));
    const file = `${stat.dev}:${stat.ino}`;
    if (stat.isFile() && stat.nlink > 1n) line.push(`as ${groups.get(file) ?? name}`);
    if (!groups.has(file)) groups.set(file, name);
    found.set(name, line.join(' '));
  }
  return found;
};

/** Names of temporary files that a restore left behind. */
export const leftBehind = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.coldframe-'));

/** Digest of the blocks that are not all zeros, with their places: the same whether zeros are holes or not, which are not read. */
const contentDigest = (path: string): string => {
  const digest = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const fd = openSync(path, 'r');
  try {
    for (let at = 0; ; at += BLOCK_BYTES) {
      const data = nextData(fd, at);
      if (data === null) break;
      if (data !== undefined) at = Math.floor(data / BLOCK_BYTES) * BLOCK_BYTES;
      const content = block.subarray(0, readSync(fd, block, 0, BLOCK_BYTES, at));
      if (content.length === 0) break;
      if (!content.equals(ZEROS.subarray(0, content.length))) digest.update(`${at}:`).update(content);
    }
  } finally {
    closeSync(fd);
  }
  return digest.digest('hex');
};

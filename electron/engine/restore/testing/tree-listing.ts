import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

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
    if (stat.isFile()) line.push(String(stat.size), hash('sha256', readFileSync(path)));
    if (stat.isSymbolicLink()) line.push(readlinkSync(path));
    if (stat.isFile() && stat.nlink > 1n) line.push(`as ${groups.get(String(stat.ino)) ?? name}`);
    if (!groups.has(String(stat.ino))) groups.set(String(stat.ino), name);
    found.set(name, line.join(' '));
  }
  return found;
};

/** Names of temporary files that a restore left behind. */
export const leftBehind = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.coldframe-'));

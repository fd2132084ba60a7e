import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TestElement, TestTape, TestVault, WrittenSet, writeSets } from './rescue-tapes.ts';
import { RescuesInTurn, type Run } from './rescues-in-turn.ts';

export const RESCUE = fileURLToPath(new URL('../rescue.mjs', import.meta.url));

let home = '';
let counter = 0;
let inTurn: RescuesInTurn;

/** Has the tests of a file run the rescue program, in a folder of their own. */
export const stageRescues = (): void => {
  beforeAll(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'rescue-'));
    inTurn = new RescuesInTurn(RESCUE, fresh());
  });
  afterAll(() => {
    inTurn.end();
    fs.rmSync(home, { recursive: true, force: true });
  });
};

/** A path in the folder of the tests that nothing has yet. */
export const fresh = (): string => path.join(home, String(counter++));

/** Runs the program: like a user does where another Node is named, else in a process that has run it before. */
export function rescue(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; node?: string; cwd?: string } = {},
): Run {
  const env = { ...process.env, COLDFRAME_PASSPHRASE_FILE: undefined, ...options.env };
  const { node, cwd = process.cwd() } = options;
  if (node === undefined) return inTurn.run(args, { env, cwd });
  const { status, stdout, stderr } = spawnSync(node, [RESCUE, ...args], { env, cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Runs the program many times, without helpers: they take longer to start than a small restore. */
export function rescues(runs: readonly (readonly string[])[]): (Run & { readonly result: Restored })[] {
  return runs.map((args) => {
    const run = rescue(args, bare);
    return { ...run, result: JSON.parse(run.stdout) as Restored };
  });
}

/** Writes tapes to a vault folder. Bytes stand for a tape that was tampered with. */
export function vaultFolder(tapes: readonly (TestTape | Buffer)[]): string {
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
export const bare = { env: { PATH: '/nonexistent' } };

/** Restores with `--json`. */
export function restore(
  folder: string,
  args: readonly string[] = ['latest'],
  options: Parameters<typeof rescue>[1] = {},
) {
  const to = fresh();
  const run = rescue(['restore', '--tapes', folder, '--to', to, '--json', ...args], options);
  expect(run.stdout, run.stderr).toMatch(/^\{/);
  return { to, status: run.status, ...(JSON.parse(run.stdout) as Restored) };
}

export const text = (size: number, seed = 'x'): Buffer => {
  let value = '';
  for (let i = 0; value.length < size; i++) value += `${seed} line ${i} ${(i * 2654435761) % 1000}\n`;
  return Buffer.from(value.slice(0, size));
};

export const file = (name: string, bytes: Buffer, more: Partial<TestElement> = {}): TestElement => ({
  path: name,
  content: bytes.length > 0 ? [{ start: 0, bytes }] : [],
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  ...more,
});
export const folder = (name: string, mode = 0o755): TestElement => ({ ...file(name, Buffer.alloc(0)), type: 1, mode });

/** Tapes with one full set. */
export function oneSet(
  elements: readonly TestElement[],
  more: Partial<WrittenSet['plan']> = {},
  vault = new TestVault(),
) {
  const tape = new TestTape(vault, 'CF0001');
  const set = new WrittenSet({ name: 'documents', elements, ...more });
  writeSets([tape], [set]);
  return { tape, set, vault };
}

export const many = (prefix: string, number: number, size: number): TestElement[] =>
  Array.from({ length: number }, (_, i) => file(`${prefix}/file-${i}`, text(size + i, `${prefix}${i}`)));

export function expectRestored(to: string, elements: readonly TestElement[]): void {
  for (const element of elements) {
    const [content] = element.content ?? [];
    const expected = content && 'bytes' in content ? content.bytes : Buffer.alloc(0);
    expect(fs.readFileSync(path.join(to, String(element.path))).equals(expected), String(element.path)).toBe(true);
  }
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleElements } from './testing/sample-set.ts';
import { leftBehind, listTree } from './testing/tree-listing.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'testing/fixtures', name);

test('restores without loading system calls where the system says that it is not Linux', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-other-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const to = join(folder, 'to');
  const preload = ['--import', fixture('pretend-macos.ts')];
  const args = [...preload, fixture('restore-once.ts'), folder, to];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).not.toContain('koffi was asked for');
  expect(status, stderr).toBe(0);
  // All but the FIFO.
  expect(listTree(to).size).toBe(sampleElements().length - 1);
  expect(leftBehind(to)).toEqual([]);
});

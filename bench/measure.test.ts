import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { measure } from './measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'coldframe-measure-'));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (script: string): [string, ...string[]] => [process.execPath, '-e', script];
const HOLD = (mebibytes: number): string =>
  `globalThis.held = Buffer.alloc(${mebibytes} << 20, 1); setTimeout(() => {}, 300);`;

describe.runIf(process.platform === 'linux')('a measurement', () => {
  test('counts the time that a grandchild computes', async () => {
    const busy = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);';
    const script = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busy)}])`;
    const { cpuMs, wallMs } = await measure({ argv: node(script) }, folder);
    expect(cpuMs).toBeGreaterThan(300);
    expect(wallMs).toBeGreaterThan(250);
  });

  test('does not count time that was slept, as computed', async () => {
    const { cpuMs, wallMs } = await measure({ argv: ['sleep', '0.4'] }, folder);
    expect(wallMs).toBeGreaterThan(390);
    expect(cpuMs).toBeLessThan(100);
  });

  test('sums memory over the tree and tells the largest process', async () => {
    const inner = JSON.stringify(HOLD(150));
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${inner}], { stdio: 'inherit' });${HOLD(100)}`;
    const { peakTreeBytes, peakProcessBytes } = await measure({ argv: node(script) }, folder);
    expect(peakProcessBytes).toBeGreaterThan(150 << 20);
    expect(peakProcessBytes).toBeLessThan(250 << 20);
    expect(peakTreeBytes).toBeGreaterThan(250 << 20);
  });

  test('fails with what the command said', async () => {
    const broken = { argv: ['sh', '-c', 'echo no space >&2; exit 3'] as [string, ...string[]] };
    await expect(measure(broken, folder)).rejects.toThrow(/ended with 3: no space/);
  });
});

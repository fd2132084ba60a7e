import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FAILPOINTS } from './failpoints.ts';

const module = new URL('./failpoints.ts', import.meta.url).href;

/** Passes the same place three times in a process of its own and says after each that it lives. */
const passThrice = (value: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { failpoint } = await import(${JSON.stringify(module)});
       for (const hit of [1, 2, 3]) { failpoint('durable-write:before-rename'); console.log(hit); }`,
    ],
    { encoding: 'utf8', env: { ...process.env, COLDFRAME_FAILPOINT: value } },
  );

describe('a failpoint', () => {
  it('does nothing when none is wanted', () => {
    const run = passThrice('');
    expect(run.signal).toBeNull();
    expect(run.stdout).toBe('1\n2\n3\n');
  });

  it('kills its process at the first hit', () => {
    const run = passThrice('durable-write:before-rename');
    expect(run.signal).toBe('SIGKILL');
    expect(run.stdout).toBe('');
  });

  it('kills its process at the hit that was counted to', () => {
    const run = passThrice('durable-write:before-rename:3');
    expect(run.signal).toBe('SIGKILL');
    expect(run.stdout).toBe('1\n2\n');
  });

  it('leaves other places alone', () => {
    expect(passThrice('durable-write:after-rename').stdout).toBe('1\n2\n3\n');
  });

  it('refuses a name that no place has', () => {
    const run = passThrice('nowhere');
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('nowhere');
  });

  it('has a name of its own for every place', () => {
    expect(new Set(FAILPOINTS).size).toBe(FAILPOINTS.length);
  });
});

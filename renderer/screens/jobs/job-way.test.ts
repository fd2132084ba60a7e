import { describe, expect, test } from 'vitest';
import { jobWay, preparing } from './job-way.ts';

const rootsAt = (...paths: string[]) => ({
  roots: paths.map((path) => ({ path, crossFileSystems: false })),
  volumes: [],
});

describe('a job that has shown nothing yet', () => {
  test('says from where to where it goes', () => {
    const backup = { kind: 'backup', vault: '/vault', state: 'running' } as const;
    expect(jobWay(backup, null)).toBe('to /vault');
    expect(jobWay(backup, rootsAt('/a'))).toBe('from /a to /vault');
    expect(jobWay(backup, rootsAt('/a', '/b', '/c'))).toBe('from /a, /b and 1 more to /vault');
    // The object may have got other folders since.
    expect(jobWay({ ...backup, state: 'done' }, rootsAt('/a'))).toBe('to /vault');
    const restore = { kind: 'restore', vault: '/vault', state: 'done' } as const;
    expect(jobWay({ ...restore, to: '/there' }, null)).toBe('from /vault to /there');
    expect(jobWay({ ...restore, to: null }, null)).toBe('from /vault to where it came from');
    expect(jobWay(restore, null)).toBe('from /vault');
    expect(jobWay({ kind: 'verify', vault: '/vault', state: 'done' }, null)).toBe('in /vault');
  });

  test('says what it does until there are lanes, where there will be some', () => {
    const phase = (name: string) => ({ phase: name }) as never;
    for (const lanes of [0, null])
      expect(preparing({ kind: 'backup', state: 'queued', progress: null }, lanes)).toMatch(/turn/);
    expect(preparing({ kind: 'backup', state: 'running', progress: phase('writing') }, null)).toBeNull();
    expect(preparing({ kind: 'restore-test', state: 'running', progress: null }, 0)).toBe('Preparing …');
    expect(preparing({ kind: 'restore', state: 'running', progress: null }, 0)).toBe('Preparing …');
    expect(preparing({ kind: 'backup', state: 'running', progress: phase('scanning') }, 0)).toBe(
      'Preparing: scanning …',
    );
    expect(preparing({ kind: 'backup', state: 'running', progress: phase('scanning') }, 1)).toBeNull();
    expect(preparing({ kind: 'backup', state: 'done', progress: null }, 0)).toBeNull();
    expect(preparing({ kind: 'retention', state: 'running', progress: null }, 0)).toBeNull();
  });
});

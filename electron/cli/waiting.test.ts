import { describe, expect, test } from 'vitest';
import { mountLines, waitingLines } from './waiting.ts';

const job = {
  job: 'ab'.repeat(16),
  kind: 'backup' as const,
  state: 'running' as const,
  object: 'docs',
  vault: '/srv/v',
};

test('a command that waits names the jobs it waits for', () => {
  const verify = { ...job, kind: 'verify' as const, object: null, state: 'queued' as const };
  expect(waitingLines({ event: 'waiting', job: null, for: [job, verify] })).toEqual([
    'Waiting for the backup of docs (job abababab), which uses the vault /srv/v.',
    'Waiting for the verify (job abababab, queued), which uses the vault /srv/v.',
  ]);
});

test('a wait for a paused job does not end by itself: what ends it is said', () => {
  const lines = waitingLines({ event: 'waiting', job: null, for: [{ ...job, state: 'paused' }] });
  expect(lines[1]).toContain('coldframe job resume abababab');
});

describe('a job that waits for tapes', () => {
  const tape = (barcode: string, importExport: number | null) => ({
    tape: barcode.slice(0, 6),
    barcode,
    slot: 2,
    importExport,
    pool: 'data',
    shelf: null,
    instead: [],
    chunks: 1,
    bytes: 1,
    note: '',
  });
  const lines = (kind: 'restore' | 'merge', ...tapes: ReturnType<typeof tape>[]) =>
    mountLines({
      event: 'mount',
      request: { job: 'ab'.repeat(16), kind, object: 'docs', vault: '/srv/v', since: '2026-01-01T00:00:00Z', tapes },
    });

  test('has one taken in that lies in the import/export slot', () => {
    const [, place, ...todo] = lines('restore', tape('CF0002L8', 1));
    expect(place).toBe('  CF0002L8 (in import/export slot 1, pool data): 1 chunk');
    expect(todo).toEqual([
      'Take it in, at another terminal: coldframe library take-in /srv/v CF0002L8',
      'Ctrl-C ends with what is there.',
    ]);
    expect(lines('restore', tape('CF0002L8', 1), tape('CF0003L8', null)).join('\n')).toContain('Put it back into');
  });

  test('says that a merge has not begun', () => {
    const [first, , ...rest] = lines('merge', tape('CF0002L8', null));
    expect(first).toBe('Nothing is merged yet. Job abababab waits for what is not in the library:');
    expect(rest.at(-1)).toBe('Ctrl-C ends it without a merge.');
    expect(rest[0]).not.toContain('take-in');
  });
});

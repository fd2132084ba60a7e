import { expect, test } from 'vitest';
import { waitingLines } from './waiting.ts';

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

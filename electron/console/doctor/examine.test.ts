import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { runProbe } from './check.ts';
import { examine } from './examine.ts';

test('the examination fits the contract, finds the runtime in order and leaves nothing behind', async () => {
  const home = mkdtempSync(join(tmpdir(), 'coldframe-home-'));
  try {
    const result = PROCEDURES.doctor.output.parse(await examine(home));
    const states = new Map(result.checks.map(({ name, state }) => [name, state]));
    expect(states.get('zstd (compression)')).toBe('works');
    expect(states.get('Durable writes')).toBe('works');
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('what does not work says what would make it work', async () => {
  const check = await runProbe({
    area: 'A',
    name: 'B',
    remedy: 'Do this.',
    look: () => Promise.reject(new Error('no')),
  });
  expect(check).toEqual({ area: 'A', name: 'B', state: 'missing', detail: 'no', remedy: 'Do this.' });
});

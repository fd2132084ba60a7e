import { rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredJob } from '../store/job-table.ts';
import { openStore } from '../store/store.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { exposition } from './exposition.ts';
import { type ParsedSample, parseExposition } from './testing/parse-exposition.ts';

test('whatever a label says, a scraper reads it back', () => {
  const signs = ['\\', '"', '\n', 'n', '{', '}', ',', '=', '\r', ' ', 'a', 'ä', '😀', '\0', '\u2028', '\uD800'];
  const texts = fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.double(), (label, value) => {
      const text = exposition([{ name: 'a_b', help: 'back\\slash\nline', samples: [{ labels: { label }, value }] }]);
      expect(parseExposition(text)).toEqual([
        { name: 'a_b', labels: { label: label.toWellFormed() }, value: Object.is(value, -0) ? 0 : value },
      ]);
    }),
    { numRuns: 200 },
  );
  expect(exposition([{ name: 'none', help: '', samples: [] }])).toBe('');
});

test('metrics say how objects, checks, vaults and jobs stand, and nothing where nothing is known', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  const read = async () => {
    const samples = parseExposition((await scene.call('metrics', {})).text);
    return (name: string, labels: ParsedSample['labels'] = {}): number | undefined => {
      const found = samples.filter(
        (each) =>
          each.name === `coldframe_${name}` &&
          Object.entries(labels).every(([label, value]) => each.labels[label] === value),
      );
      expect(found.length).toBeLessThan(2);
      return found[0]?.value;
    };
  };
  const before = await read();
  expect(before('object_overdue', { object: 'files', vault: scene.vault })).toBe(1);
  for (const unknown of ['last_good_timestamp_seconds', 'last_run_duration_seconds', 'next_run_timestamp_seconds'])
    expect(before(`object_${unknown}`)).toBeUndefined();
  expect(before('check_wrong', { kind: 'restore-test' })).toBeUndefined();
  expect(before('attention', { severity: 'lost' })).toBe(1);

  const { set } = await scene.call('backup', { object: 'files' });
  await scene.call('restore.test', { object: 'files' });
  const after = await read();
  expect(after('object_overdue')).toBe(0);
  expect(after('object_last_good_timestamp_seconds')).toBe(Date.parse(set.createdAt) / 1000);
  expect(after('object_last_good_size_bytes')).toBe(set.logicalBytes);
  expect(after('object_last_run_read_bytes')).toBe(set.bytesRead);
  expect(after('object_last_run_stored_bytes')).toBe(set.bytesStored);
  expect(after('object_last_run_duration_seconds')).toBeGreaterThan(0);
  expect(after('object_last_run_result', { result: 'done' })).toBe(1);
  expect(after('object_last_run_result', { result: 'failed' })).toBe(0);
  expect(after('check_wrong', { kind: 'restore-test', object: 'files' })).toBe(0);
  expect(after('vault_reachable')).toBe(1);
  expect(after('vault_free_bytes')).toBeGreaterThan(0);
  expect(after('vault_tapes', { state: 'damaged' })).toBe(0);
  expect(after('jobs', { state: 'running' })).toBe(0);
  expect(after('attention', { severity: 'lost' })).toBe(0);

  const store = openStore(path.join(scene.home, 'console.db'));
  onTestFinished(() => store.close());
  // A backup that ran while the clock was a month ahead is not the last one for a month.
  const [job] = store.jobs.list(1, { kinds: ['backup'] });
  const ahead = new Date(Date.now() + 30 * 86_400_000).toISOString();
  store.jobs.put({ ...(job as StoredJob), id: 'f'.repeat(32), createdAt: ahead, finishedAt: ahead });
  rmSync(scene.source, { recursive: true });
  await expect(scene.call('backup', { object: 'files' })).rejects.toThrow();
  const failed = await read();
  expect(failed('object_last_run_result', { result: 'failed' })).toBe(1);
  expect((await scene.call('overview', {})).objects[0]?.reason.code).toBe('JOB_FAILED');
});

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { setId } from '../../../shared/units.ts';
import { openConsole } from '../console.ts';
import { fakeUseCases } from '../testing/fake-use-cases.ts';

test('a backup that runs out of tapes says what to type, and which vault, job and set it is about', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['home', 'vault', 'source']) mkdirSync(join(folder, name));
  const set = setId('cd'.repeat(16));
  const full = fakeUseCases(async (_, job) => {
    job.writes(set);
    throw new ColdframeError('OUT_OF_TAPES', {
      message: 'No room.',
      guidance: '',
      context: { waysBack: 'erase unprotect' },
    });
  });
  const console = openConsole(join(folder, 'home'), full);
  onTestFinished(() => console.close());
  const dir = join(folder, 'vault');
  await console.call('vault.create', { dir });
  await console.call('object.add', { name: 'docs', vault: dir, files: [{ path: join(folder, 'source') }] });
  const error = await console.call('backup', { object: 'docs' }).catch((thrown: unknown) => thrown);
  const [job] = (await console.call('job.list', {})).jobs;
  const id = job?.id ?? '';
  expect(error).toMatchObject({ code: 'OUT_OF_TAPES', context: { vault: dir, job: id, set } });
  expect((error as ColdframeError).guidance).toContain(`coldframe tape label ${dir}. `);
  const ways = ['library inventory', 'tape unprotect', 'was erased'];
  expect(ways.map((way) => (error as ColdframeError).guidance.includes(way))).toEqual([false, true, true]);
  expect(job?.error?.guidance).toContain(`coldframe job resume ${id.slice(0, 8)}.`);
});

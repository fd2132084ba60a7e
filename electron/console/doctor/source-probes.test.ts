import { expect, onTestFinished, test, vi } from 'vitest';
import { runProbe } from './check.ts';
import { sourceProbes } from './source-probes.ts';

test('off Linux the examination says that fallbacks are at work, and that they were never tried there', async () => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
  onTestFinished(() => void vi.restoreAllMocks());
  const [system] = await Promise.all(sourceProbes('', '').map(runProbe));
  expect(system).toMatchObject({ name: 'Operating system', state: 'limited' });
  expect(system?.detail).toContain('has never been run on this system');
});

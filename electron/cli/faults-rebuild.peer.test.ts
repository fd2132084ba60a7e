import { test } from 'vitest';
import { READS } from '../platform/testing/system-call-fault.ts';
import { describeFaults } from './testing/describe-faults.ts';

describeFaults('a rebuild that meets a fault', (scene) => {
  const rebuild = (): string[] => ['vault', 'rebuild', scene().place.vault];

  test.each([
    ['once', '2'],
    ['at all', '2+'],
  ])('reading a tape %s', async (_, when) => {
    const [first = ''] = scene().tapes;
    await scene().underFault({ calls: READS, errno: 'EIO', paths: [first], when }, rebuild(), { status: 1 });
    await scene().place.done('vault.rebuild', rebuild());
    await scene().restoreFirst();
  });

  test.each([0, 40_000])('because only %i bytes of the home are left keeps what was there', async (room) => {
    await scene().withRoom(scene().disks.home, room, rebuild(), { status: 14, code: 'DISK_FULL' });
    await scene().restoreFirst();
    await scene().place.done('vault.rebuild', rebuild());
  });

  test.each([
    ['a short write', 1],
    ['nothing but short writes', 1e9],
  ])('is not disturbed by %s', async (_, count) => {
    await scene().withShortWrites(count, rebuild());
    await scene().restoreFirst();
  });

  test('loses nothing in all of this', async () => {
    await scene().backup();
    await scene().expectNothingLost();
  });
});

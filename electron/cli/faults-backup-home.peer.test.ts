import { expect, test } from 'vitest';
import { READS, WRITES } from '../platform/testing/system-call-fault.ts';
import { describeFaults } from './testing/describe-faults.ts';

const BACKUP = ['backup', 'files'];

describeFaults('a backup', (scene) => {
  test.each([
    ['once', '1'],
    ['at all', '1+'],
  ])('whose source cannot be read %s keeps everything else, and names the file', async (_, when) => {
    const path = scene().change(300_000);
    const fault = { calls: READS, errno: 'EIO', paths: [path], when } as const;
    await scene().underFault(fault, BACKUP, { status: 3, warning: { code: 'UNREADABLE', path } });
    const set = await scene().backup();
    expect(set.bytesRead).toBeGreaterThanOrEqual(300_000);
  });

  test('fails when the catalog cannot be written, once or for good, and the next one succeeds', async () => {
    scene().change(300_000);
    const faults = [
      ['EIO', '3', { status: 1, code: 'IO' }],
      ['EIO', '3+', { status: 1, code: 'IO' }],
      ['ENOSPC', '3', { status: 14, code: 'DISK_FULL' }],
    ] as const;
    for (const [errno, when, end] of faults)
      await scene().underFault({ calls: WRITES, errno, paths: [scene().catalogLog], when }, BACKUP, end);
    await scene().backup();
  });

  test.each([0, 40_000])('fails when only %i bytes are left in the home, and the next one succeeds', async (room) => {
    scene().change(300_000);
    await scene().withRoom(scene().disks.home, room, BACKUP, { status: 14, code: 'DISK_FULL' });
    await scene().backup();
  });

  test('loses nothing in all of this', async () => {
    await scene().expectNothingLost();
  });
});

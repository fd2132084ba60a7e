import { expect, test } from 'vitest';
import { FLUSHES, READS } from '../platform/testing/system-call-fault.ts';
import { describeFaults } from './testing/describe-faults.ts';

const FORGOTTEN = 1e9;

describeFaults('a restore that meets a fault', (scene) => {
  const restore = (): string[] => ['restore', scene().first, '--to', scene().disks.out.mountPoint];
  const target = (): string => scene().disks.out.mountPoint;

  test('reading content from a tape once gives out everything all the same', async () => {
    const [, second = ''] = scene().tapes;
    // The labels are four reads of this kind.
    const fault = { calls: ['preadv'], errno: 'EIO', paths: [second], when: '5' } as const;
    await scene().underFault(fault, restore(), { status: 0 });
    await scene().expectFirstRestored();
  });

  test('reading a tape at all gives out what lies on the other one, and names what is missing', async () => {
    const [, second = ''] = scene().tapes;
    const fault = { calls: READS, errno: 'EIO', paths: [second], when: '1+' } as const;
    await scene().underFault(fault, restore(), { status: 13 });
    expect(scene().restored()).not.toEqual([]);
    scene().expectOnlyWholeFiles();
    scene().clearOut();
    await scene().restoreFirst();
  });

  test('because the destination is full ends, leaves nothing half done, and goes on when there is room', async () => {
    await scene().withRoom(scene().disks.out, 4 << 20, restore(), { status: 14, code: 'DESTINATION_FULL' });
    scene().expectOnlyWholeFiles();
    await scene().restoreFirst();
  });

  test('because the home is full ends, and goes on when there is room', async () => {
    await scene().withRoom(scene().disks.home, 20_000, restore(), { status: 14, code: 'DISK_FULL' });
    expect(scene().restored()).toEqual([]);
    await scene().restoreFirst();
  });

  test('making the destination durable is not called done', async () => {
    await scene().underFault({ calls: FLUSHES, errno: 'EIO', when: '1+', paths: [target()] }, restore(), {
      status: 1,
      code: 'IO',
    });
    scene().expectOnlyWholeFiles();
    await scene().restoreFirst();
  });

  test.each([
    ['a short write', 1],
    ['nothing but short writes', FORGOTTEN],
  ])('is not disturbed by %s', async (_, count) => {
    await scene().withShortWrites(count, restore());
    await scene().expectFirstRestored();
  });

  test.each([
    ['make a file', 'openat', '2'],
    ['give any file its name', 'renameat2', '1+'],
  ])(
    'because the destination cannot %s ends, leaves nothing half done, and can be run again',
    async (_, call, when) => {
      const fault = { calls: [call], errno: 'EIO', paths: [`${target()}${scene().source}`], when } as const;
      await scene().underFault(fault, restore(), { status: 1 });
      scene().expectOnlyWholeFiles();
      await scene().restoreFirst();
    },
  );

  test('loses nothing in all of this', async () => {
    await scene().expectNothingLost();
  });
});

import { describe, expect, test } from 'vitest';
import { FLUSHES, READS, WRITES } from '../platform/testing/system-call-fault.ts';
import { describeFaults, waysOf } from './testing/describe-faults.ts';

/** What another case shows as well, read or written a little differently. */
const THOROUGH = process.env.COLDFRAME_THOROUGH === '1';

const FORGOTTEN = 1e9;

describeFaults('a command that reads tapes and meets a fault', (scene) => {
  describe('a restore', () => {
    const restore = (): string[] => ['restore', scene().first, '--to', scene().disks.out.mountPoint];
    const target = (): string => scene().disks.out.mountPoint;

    test.runIf(THOROUGH)('reading content from a tape once gives out everything all the same', async () => {
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
      // Which tape a chunk goes to is a matter of timing: now and then all of them are on the second.
      const { chunks } = await scene().place.done('tape.show', ['tape', 'show', 'CF0001']);
      const holdsContent = chunks.some(({ kind, set }) => kind === 'data' && set === scene().first);
      expect(!holdsContent || scene().restored().length > 0).toBe(true);
      scene().expectOnlyWholeFiles();
      scene().clearOut();
      await scene().restoreFirst();
    });

    test('because the destination is full ends, leaves nothing half done, and goes on when there is room', async () => {
      await scene().withRoom(scene().disks.out, 4 << 20, restore(), { status: 14, code: 'DESTINATION_FULL' });
      scene().expectOnlyWholeFiles();
      await scene().restoreFirst();
    });

    test('whose content cannot be written, once or for good, names a file, leaves nothing half done, and can be run again', async () => {
      // Each goes on with what the one before has left.
      const io = { status: 1, code: 'IO' };
      const faults = [
        ...waysOf(['EIO', false, io] as const, ['EIO', true, io] as const),
        ['ENOSPC', false, { status: 14, code: 'DESTINATION_FULL' }] as const,
      ];
      for (const [code, always, end] of faults) {
        await scene().withFailingWrites({ code, always }, restore(), { ...end, says: [scene().source] });
        scene().expectOnlyWholeFiles();
      }
      await scene().restoreFirst();
    });

    test.runIf(THOROUGH)('because the home is full ends, and goes on when there is room', async () => {
      await scene().withRoom(scene().disks.home, 20_000, restore(), { status: 14, code: 'DISK_FULL' });
      expect(scene().restored()).toEqual([]);
      // What was set aside there is enough to restore all the same, and is set aside again when there is room.
      await scene().restoreFirst();
      for (const room of waysOf(0, 100_000)) {
        await scene().onFullDisk(scene().disks.home, room, restore(), { status: 0 });
        await scene().expectFirstRestored();
        // With room for it, it is set aside again.
        await scene().restoreFirst();
      }
    });

    test('whose destination cannot be made durable, once or at all, is not called done', async () => {
      for (const when of waysOf('1', '1+')) {
        const fault = { calls: FLUSHES, errno: 'EIO', when, paths: [target()] } as const;
        await scene().underFault(fault, restore(), { status: 1, code: 'IO' });
        scene().expectOnlyWholeFiles();
      }
      await scene().restoreFirst();
    });

    test.each(waysOf<readonly [string, number]>(['nothing but short writes', FORGOTTEN], ['a short write', 1]))(
      'is not disturbed by %s',
      async (_, count) => {
        await scene().withShortWrites(count, restore());
        await scene().expectFirstRestored();
      },
    );

    test('where no file can be made, or given its name, ends, leaves nothing half done, and can be run again', async () => {
      for (const [call, when] of [
        ['openat', '2'],
        ['renameat2', '1+'],
      ] as const) {
        const fault = { calls: [call], errno: 'EIO', paths: [`${target()}${scene().source}`], when } as const;
        await scene().underFault(fault, restore(), { status: 1 });
        scene().expectOnlyWholeFiles();
      }
      await scene().restoreFirst();
    });
  });

  describe('a rebuild', () => {
    const rebuild = (): string[] => ['vault', 'rebuild', scene().place.vault];

    test('goes on with the others when a tape cannot be read, fails when its catalog cannot be written or the home has no room, and keeps what was there', async () => {
      const [first = ''] = scene().tapes;
      for (const when of waysOf('2+', '2'))
        await scene().underFault({ calls: READS, errno: 'EIO', paths: [first], when }, rebuild(), {
          status: 3,
          warning: { code: 'IO', path: 'CF0001' },
        });
      for (const when of waysOf('3', '3+'))
        await scene().underFault({ calls: WRITES, errno: 'EIO', paths: scene().freshCatalog, when }, rebuild(), {
          status: 1,
          code: 'IO',
        });
      for (const room of waysOf(40_000, 0))
        await scene().withRoom(scene().disks.home, room, rebuild(), { status: 14, code: 'DISK_FULL' });
      await scene().restoreFirst();
      await scene().place.done('vault.rebuild', rebuild());
      await scene().restoreFirst();
    });

    test.each(waysOf<readonly [string, number]>(['nothing but short writes', FORGOTTEN], ['a short write', 1]))(
      'is not disturbed by %s',
      async (_, count) => {
        await scene().withShortWrites(count, rebuild());
        await scene().restoreFirst();
      },
    );
  });

  test('loses nothing in all of this', async () => {
    await scene().backup();
    await scene().expectNothingLost();
  });
});

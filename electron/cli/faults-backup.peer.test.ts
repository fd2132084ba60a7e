import { describe, expect, test } from 'vitest';
import { FLUSHES, READS, WRITES } from '../platform/testing/system-call-fault.ts';
import { describeFaults, waysOf } from './testing/describe-faults.ts';

const BACKUP = ['backup', 'files'];
const FORGOTTEN = 1e9;

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
    const io = { status: 1, code: 'IO' };
    const faults = [
      ...waysOf(['EIO', '3', io] as const, ['EIO', '3+', io] as const),
      ['ENOSPC', '3', { status: 14, code: 'DISK_FULL' }] as const,
    ];
    for (const [errno, when, end] of faults)
      await scene().underFault({ calls: WRITES, errno, paths: [scene().catalogLog], when }, BACKUP, end);
    await scene().backup();
  });

  test.each(waysOf(40_000, 0))(
    'fails when only %i bytes are left in the home, and the next one succeeds',
    async (room) => {
      scene().change(300_000);
      await scene().withRoom(scene().disks.home, room, BACKUP, { status: 14, code: 'DISK_FULL' });
      await scene().backup();
    },
  );

  describe('whose tapes cannot be written', () => {
    test.each([
      ['written', WRITES, '2', ['EIO while writing', 'block']],
      ['flushed', FLUSHES, '1', ['EIO while flushing']],
    ] as const)(
      'fails, once or for good, when one cannot be %s, names it, and the next one succeeds',
      async (_, calls, nth, says) => {
        scene().change(300_000);
        for (const when of waysOf(nth, `${nth}+`)) {
          const fault = { calls, errno: 'EIO', paths: scene().tapes, when } as const;
          await scene().underFault(fault, BACKUP, { status: 1, code: 'IO', says: [...says, 'L8.tap'] });
        }
        await scene().backup();
      },
    );

    test('fails when the disk of the vault has no room, once or for good, and goes on when there is room', async () => {
      scene().change(12 << 20);
      const end = { status: 14, code: 'DISK_FULL', says: ['no room while writing', 'L8.tap'] };
      await scene().underFault({ calls: WRITES, errno: 'ENOSPC', paths: scene().tapes, when: '3' }, BACKUP, end);
      // Whichever of the vault's files meets it first: a tape, or the library when the next tape is mounted.
      await scene().withRoom(scene().disks.vault, 4 << 20, BACKUP, { ...end, says: ['/vault/'] });
      await scene().backup();
    });

    test('warns of a tape that does not get its tail, for the set is whole without it', async () => {
      scene().change(300_000);
      // Content, metadata and the end of the job are flushed before.
      const fault = { calls: FLUSHES, errno: 'EIO', paths: scene().tapes, when: '4+' } as const;
      await scene().underFault(fault, BACKUP, { status: 3, warning: { code: 'TAIL_MISSING' } });
      await scene().backup();
    });

    test.each(waysOf<readonly [string, number]>(['nothing but short writes', FORGOTTEN], ['a short write', 1]))(
      'is not disturbed by %s',
      async (_, count) => {
        scene().change(300_000);
        await scene().withShortWrites(count, BACKUP);
      },
    );

    test('because their labels cannot be read, takes others', async () => {
      scene().change(300_000);
      const [tape = ''] = scene().tapes;
      const warning = { code: 'TAPE_LOST', path: 'CF0001' };
      await scene().underFault({ calls: READS, errno: 'EIO', paths: [tape], when: '1+' }, BACKUP, {
        status: 3,
        warning,
      });
      const set = await scene().backup();
      expect(set.tapes).not.toContain('CF0001');
    });
  });

  test('loses nothing in all of this', async () => {
    await scene().expectNothingLost();
  });
});

import { expect, test } from 'vitest';
import { FLUSHES, READS, WRITES } from '../platform/testing/system-call-fault.ts';
import { describeFaults } from './testing/describe-faults.ts';

const BACKUP = ['backup', 'files'];
const FORGOTTEN = 1e9;

describeFaults('a backup whose tapes cannot be written', (scene) => {
  test.each([
    ['written', WRITES, '2', ['EIO while writing', 'block']],
    ['flushed', FLUSHES, '1', ['EIO while flushing']],
  ] as const)(
    'fails, once or for good, when one cannot be %s, names it, and the next one succeeds',
    async (_, calls, nth, says) => {
      scene().change(300_000);
      for (const when of [nth, `${nth}+`]) {
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
    await scene().withRoom(scene().disks.vault, 4 << 20, BACKUP, end);
    await scene().backup();
  });

  test('warns of a tape that does not get its tail, for the set is whole without it', async () => {
    scene().change(300_000);
    // Content, metadata and the end of the job are flushed before.
    const fault = { calls: FLUSHES, errno: 'EIO', paths: scene().tapes, when: '4+' } as const;
    await scene().underFault(fault, BACKUP, { status: 3, warning: { code: 'TAIL_MISSING' } });
    await scene().backup();
  });

  test.each([
    ['a short write', 1],
    ['nothing but short writes', FORGOTTEN],
  ])('is not disturbed by %s', async (_, count) => {
    scene().change(300_000);
    await scene().withShortWrites(count, BACKUP);
  });

  test('because their labels cannot be read, takes others', async () => {
    scene().change(300_000);
    const [tape = ''] = scene().tapes;
    const warning = { code: 'TAPE_LOST', path: 'CF0001' };
    await scene().underFault({ calls: READS, errno: 'EIO', paths: [tape], when: '1+' }, BACKUP, { status: 3, warning });
    const set = await scene().backup();
    expect(set.tapes).not.toContain('CF0001');
  });

  test('loses nothing in all of this', async () => {
    await scene().expectNothingLost();
  });
});

import { expect, test } from 'vitest';
import { roomOf } from './vault-room.ts';

test('a vault holds no more than its tapes take, nor than its disk has room for', () => {
  const space = (bytesFreeOnDisk: number | null) =>
    roomOf({ bytesUsed: 4, bytesCapacity: 64, bytesFreeOnDisk } as never);
  expect(space(48)).toEqual({ bytes: 52, byDisk: true });
  expect([space(60), space(900), space(null)]).toEqual(Array.from({ length: 3 }, () => ({ bytes: 64, byDisk: false })));
});

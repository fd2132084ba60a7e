import { expect, test } from 'vitest';
import { errnoOf, ioError, isErrno } from './errno.ts';

test.each(['ENOSPC', 'EDQUOT'] as const)('%s is a full disk, and keeps its errno', (errno) => {
  const error = ioError('write', errno, '/home/catalog');
  expect(error).toMatchObject({
    code: 'DISK_FULL',
    kind: 'no-space',
    context: { call: 'write', path: '/home/catalog' },
  });
  expect(errnoOf(error)).toBe(errno);
  expect(isErrno(error, 'ENOSPC', 'EDQUOT')).toBe(true);
});

test('any other errno is an error of input and output', () => {
  const error = ioError('read', 'EIO', '/dev/sda');
  expect(error).toMatchObject({ code: 'IO', kind: 'failed' });
  expect(errnoOf(error)).toBe('EIO');
});

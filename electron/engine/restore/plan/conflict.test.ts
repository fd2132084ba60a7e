import { describe, expect, test } from 'vitest';
import { CONFLICT_POLICIES } from '../../../../shared/contract/restore.ts';
import { conflictAction, otherName } from './conflict.ts';

describe('what stands at the destination', () => {
  test('is overwritten under no policy but overwrite', () => {
    for (const policy of CONFLICT_POLICIES)
      for (const element of ['directory', 'other'] as const)
        for (const standing of ['nothing', 'directory', 'other'] as const)
          expect(conflictAction(element, standing, policy) === 'replace').toBe(
            policy === 'overwrite' && standing === 'other',
          );
  });

  test('is joined when both are directories', () => {
    for (const policy of CONFLICT_POLICIES) expect(conflictAction('directory', 'directory', policy)).toBe('merge');
  });

  test('is never removed when it is a directory', () => {
    expect(conflictAction('other', 'directory', 'overwrite')).toBe('blocked');
  });

  test('leaves a free name when the restored element gets another one, within the length of a name', () => {
    expect(otherName('a.txt', 1)).toBe('a.txt.restored');
    expect(otherName('a.txt', 2)).toBe('a.txt.restored-2');
    expect(otherName('x'.repeat(255), 12)).toHaveLength(255);
  });
});

import { expect, test } from 'vitest';
import { LONGEST_MESSAGE_BYTES } from '../../shared/contract/protocol.ts';
import { demandTaken } from './web-socket-carrier.ts';

test('a message is as long as the console takes, in bytes, and not longer', () => {
  expect(() => demandTaken('a'.repeat(LONGEST_MESSAGE_BYTES))).not.toThrow();
  expect(() => demandTaken('a'.repeat(LONGEST_MESSAGE_BYTES + 1))).toThrow('More is asked for at a time (4.0 MiB)');
  expect(() => demandTaken('\u20ac'.repeat(LONGEST_MESSAGE_BYTES / 3))).not.toThrow();
  expect(() => demandTaken('\u20ac'.repeat(LONGEST_MESSAGE_BYTES / 3 + 1))).toThrow();
});

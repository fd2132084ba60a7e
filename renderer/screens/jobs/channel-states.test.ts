import { describe, expect, test } from 'vitest';
import type { Lane } from '../../../shared/contract/picture.ts';
import { channelWay, presentState } from './channel-states.tsx';

const lanes = (...states: Lane['state'][]): Lane[] =>
  states.map((state, index) => ({
    drive: index + 1,
    state,
    tape: null,
    bytesCapacity: null,
    bytesBefore: 0,
    position: 0,
    bytesPerSecond: 0,
    chunkCount: 0,
    chunks: [],
  }));

describe('the state of a channel', () => {
  test('is that of the lane that is furthest on its way and not yet closed', () => {
    expect(presentState(lanes('open', 'writing', 'closed'), channelWay('backup'))).toBe('writing');
    expect(presentState(lanes('reading', 'at-end'), channelWay('restore'))).toBe('at-end');
  });

  test('is closed when all lanes are, requested when there is none, and error as soon as one has failed', () => {
    expect(presentState(lanes('closed', 'closed'), channelWay('backup'))).toBe('closed');
    expect(channelWay('restore-test')).toContain('reading');
    expect(channelWay('reclaim')).toContain('writing');
    expect(presentState([], channelWay('backup'))).toBe('requested');
    expect(presentState(lanes('requested'), channelWay('backup'), true)).toBe('closed');
    expect(presentState(lanes('writing', 'error'), channelWay('backup'))).toBe('error');
  });
});

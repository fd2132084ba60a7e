import { describe, expect, test } from 'vitest';
import { CHANNEL_TABLES, type ChannelEvent, type ChannelState, channelTransition } from './channel-state.ts';

const run = (direction: 'backup' | 'restore', events: ChannelEvent[]): ChannelState =>
  events.reduce<ChannelState>((state, event) => channelTransition(direction, state, event), 'requested');

describe('a virtual channel', () => {
  test('goes from the request over beginning, writing and end of tape to closed', () => {
    expect(run('backup', ['opened', 'mounted', 'started', 'end', 'closed'])).toBe('closed');
    expect(run('restore', ['opened', 'mounted', 'started', 'end', 'closed'])).toBe('closed');
  });

  test('goes on writing on the next tape after the end of one', () => {
    expect(run('backup', ['opened', 'mounted', 'started', 'end', 'next-tape'])).toBe('writing');
    expect(run('restore', ['opened', 'mounted', 'started', 'end', 'next-tape'])).toBe('reading');
  });

  test('can fail in every state that is not final, and then only closes', () => {
    for (const direction of ['backup', 'restore'] as const) {
      for (const [state, row] of Object.entries(CHANNEL_TABLES[direction])) {
        if (Object.keys(row).length === 0 || state === 'error') continue;
        expect(channelTransition(direction, state as ChannelState, 'failed')).toBe('error');
      }
      expect(Object.keys(CHANNEL_TABLES[direction].error)).toEqual(['closed']);
    }
  });

  test('refuses what the table does not allow', () => {
    expect(() => channelTransition('backup', 'requested', 'started')).toThrow(RangeError);
    expect(() => channelTransition('backup', 'closed', 'opened')).toThrow(RangeError);
    expect(() => channelTransition('backup', 'reading', 'end')).toThrow(RangeError);
  });
});

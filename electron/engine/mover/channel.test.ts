import { expect, test } from 'vitest';
import { Channel } from './channel.ts';
import type { ChannelEvent, ChannelState } from './channel-state.ts';

const channelAfter = (events: readonly ChannelEvent[]): { channel: Channel; told: ChannelState[] } => {
  const told: ChannelState[] = [];
  const channel = new Channel('backup', (state) => told.push(state));
  for (const event of events) channel.take(event);
  return { channel, told };
};

test('a channel tells of every state that it comes to', () => {
  expect(channelAfter(['opened', 'mounted', 'started', 'end', 'next-tape', 'end', 'closed']).told).toEqual([
    'open',
    'at-beginning',
    'writing',
    'at-end',
    'writing',
    'at-end',
    'closed',
  ]);
});

test('a channel refuses what the table does not allow, stays where it was and tells nothing', () => {
  const { channel, told } = channelAfter(['opened']);
  expect(() => channel.take('started')).toThrow(RangeError);
  expect(channel.state).toBe('open');
  expect(told).toEqual(['open']);
});

test.each<[ChannelEvent[], ChannelState[]]>([
  [[], ['closed']],
  [['opened'], ['closed']],
  [
    ['opened', 'mounted'],
    ['error', 'closed'],
  ],
  [
    ['opened', 'mounted', 'started'],
    ['error', 'closed'],
  ],
  [['opened', 'mounted', 'started', 'end'], ['closed']],
  [['opened', 'failed'], ['closed']],
  [['closed'], []],
])('closing a channel after %j: what still moved has failed', (events, closing) => {
  const { channel, told } = channelAfter(events);
  const before = told.length;
  channel.close();
  expect(told.slice(before)).toEqual(closing);
});

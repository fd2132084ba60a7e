import { memo } from 'react';
import type { Lane, Picture } from '../../../shared/contract/picture.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import styles from './jobs.module.css';
import { LANE_WORK } from './lane-work.ts';

type ChannelState = Lane['state'];

/** The way of a channel, in the order in which it is gone. */
export const channelWay = (kind: Picture['kind']): ChannelState[] => [
  'requested',
  'open',
  'at-beginning',
  LANE_WORK[kind] ?? 'writing',
  'at-end',
  'closed',
];

/** Where the channel is: the lane that is furthest from closed speaks for all; trouble in one speaks first. An ended job has let go of it. */
export const presentState = (
  lanes: readonly Pick<Lane, 'state'>[],
  way: readonly ChannelState[],
  ended = false,
): ChannelState => {
  if (lanes.some(({ state }) => state === 'error')) return 'error';
  if (ended) return 'closed';
  const places = lanes.map(({ state }) => way.indexOf(state)).filter((place) => place >= 0);
  const moving = places.filter((place) => place < way.length - 1);
  return way[Math.max(...(moving.length > 0 ? moving : [places.length > 0 ? way.length - 1 : 0]))] ?? 'requested';
};

/** The state machine of the channel with its present state. */
export const ChannelStates = memo(({ kind, now }: { kind: Picture['kind']; now: ChannelState }) => {
  const way = channelWay(kind);
  const reached = way.indexOf(now);
  return (
    <div>
      <ol className={styles.channel} aria-label={words.channelNow(words.channelStates[now])}>
        {way.map((state, index) => (
          <li key={state}>
            <span
              className={styles.state}
              data-reached={index <= reached ? 'yes' : 'no'}
              aria-current={state === now ? 'step' : undefined}
            >
              {words.channelStates[state]}
            </span>
          </li>
        ))}
        {now === 'error' && (
          <li>
            <span className={styles.state} data-bad="yes" aria-current="step">
              {words.channelStates.error}
            </span>
          </li>
        )}
      </ol>
    </div>
  );
});

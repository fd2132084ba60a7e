import type { RetentionPolicy } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { retentionWords as words } from '../../words/retention.ts';

/** Why nothing expires by itself now, and the way to say that one has looked. */
export const HeldBack = ({ object, heldBack }: Pick<RetentionPolicy, 'object' | 'heldBack'>) => {
  if (heldBack.length === 0) return null;
  const acknowledge = () =>
    change('retention.acknowledge', { object, sets: heldBack.map(({ set }) => set) }).then(
      () => announce(words.acknowledged(object), 'good'),
      said,
    );
  return (
    <Notice title={words.heldBack} actions={<Button onPress={() => acknowledge()}>{words.acknowledge}</Button>}>
      {heldBack.map(({ set, anomalies }) => (
        <div key={set}>{words.unusual(set, anomalies)}</div>
      ))}
      <div>{words.heldBackAbout}</div>
    </Notice>
  );
};

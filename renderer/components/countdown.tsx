import { useNow } from '../stores/clock.ts';
import { words } from '../words/words.ts';

/** How long it is until a moment, to the second. Nobody is to hear every one of them. */
export const Countdown = ({ at }: { at: string }) => {
  const left = Date.parse(at) - useNow(1000);
  return (
    <span className="num" aria-live="off">
      {words.notice.left(left)}
    </span>
  );
};

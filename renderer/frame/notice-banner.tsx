import { Button } from '../components/button.tsx';
import { Countdown } from '../components/countdown.tsx';
import { Notice } from '../components/notices.tsx';
import { change } from '../stores/calls.ts';
import { useNotices } from '../stores/notices.ts';
import { format } from '../words/format.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** Says which snapshots are about to be taken: whoever writes to those volumes is asked to pause, or calls it off. */
export const NoticeBanner = () => {
  const { announced } = useNotices();
  return announced.map(({ notice, volumes, at }) => (
    <div key={notice} className={styles.lost} role="status">
      <Notice
        title={words.notice.title(volumes.join(', '), format.clock(at))}
        actions={
          <>
            <Countdown at={at} />
            <Button
              aria-label={words.notice.callOffOne(volumes.join(', '))}
              onPress={() => change('snapshot.callOff', { notice })}
            >
              {words.notice.callOff}
            </Button>
          </>
        }
      >
        {words.notice.about}
      </Notice>
    </div>
  ));
};

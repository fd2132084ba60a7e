import { Notice } from '../components/notices.tsx';
import { useNotices } from '../stores/notices.ts';
import { format } from '../words/format.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** Says which snapshots are about to be taken: whoever writes to those volumes is asked to pause. */
export const NoticeBanner = () => {
  const { announced } = useNotices();
  return announced.map(({ notice, volumes, at }) => (
    <div key={notice} className={styles.lost} role="status">
      <Notice title={words.notice.title(volumes.join(', '), format.clock(at))}>{words.notice.about}</Notice>
    </div>
  ));
};

import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { NoticeView } from '../../../shared/contract/notices.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Acts } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { noticesWords as words } from '../../words/notices.ts';
import { BrowserPopUps } from './browser-pop-ups.tsx';
import { NoticeDialog } from './notice-dialog.tsx';
import styles from './notices.module.css';

const NoticeActs = ({ notice }: { notice: NoticeView }) => {
  const { name } = notice;
  const [changing, setChanging] = useState(false);
  const [testing, setTesting] = useState(false);
  const [removing, setRemoving] = useState(false);
  const test = async () => {
    setTesting(true);
    try {
      await change('notice.test', { notice: name });
      announce(words.tested(name), 'good');
    } catch (thrown) {
      said(thrown);
    } finally {
      setTesting(false);
    }
  };
  const remove = () =>
    change('notice.remove', { notice: name }).then(() => announce(words.removed(name), 'good'), said);
  return (
    <Acts wrap>
      <Button aria-label={words.testOf(name)} busy={testing} onPress={() => test()}>
        {testing ? words.testing : words.test}
      </Button>
      {/* A console of before does not tell where it goes, nor change it. */}
      {notice.target !== null && (
        <Button look="icon" aria-label={words.changeOf(name)} onPress={() => setChanging(true)}>
          <Pencil aria-hidden />
        </Button>
      )}
      <Button look="icon" aria-label={words.removeOf(name)} onPress={() => setRemoving(true)}>
        <Trash2 aria-hidden />
      </Button>
      {changing && <NoticeDialog notice={notice} close={() => setChanging(false)} />}
      {removing && (
        <Consent
          title={words.removeTitle(name)}
          consent={words.removeConsent}
          keep={words.removeKeep}
          close={() => setRemoving(false)}
          onConsent={() => void remove()}
        >
          {words.removeAbout}
        </Consent>
      )}
    </Acts>
  );
};

const Last = ({ notice, now }: { notice: NoticeView; now: number }) => {
  const { last, waiting, nextTry, givenUp } = notice;
  return (
    <td>
      {last === null ? (
        <span className="faint">{words.never}</span>
      ) : (
        <>
          <span className="num">{format.when(last.at, now)}</span>{' '}
          <Pill tone={last.sent ? 'good' : 'bad'}>{last.sent ? words.sent : words.failed}</Pill>
        </>
      )}
      {last !== null && last.error !== null && <span className={`second ${styles.why}`}>{last.error}</span>}
      {waiting > 0 && (
        <span className="second">{words.waiting(waiting, nextTry === null ? null : format.when(nextTry, now))}</span>
      )}
      {givenUp > 0 && <span className={`second ${styles.why}`}>{words.givenUp(givenUp)}</span>}
    </td>
  );
};

/** Where notices go, and how the last one came out. */
export const NoticeTable = ({ notices }: { notices: readonly NoticeView[] }) => {
  const now = useNow();
  return (
    <table className={styles.list}>
      <thead>
        <tr>
          <th scope="col">{words.columns.name}</th>
          <th scope="col">{words.columns.to}</th>
          <th scope="col">{words.columns.last}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {notices.map((notice) => (
          <tr key={notice.id}>
            <td>
              <b>{notice.name}</b>
              <span className="second">
                {notice.format === null ? words.kinds[notice.kind] : words.formats[notice.format]}
              </span>
            </td>
            <td className={styles.where}>
              {notice.where}
              {notice.kind === 'desktop' && <BrowserPopUps />}
            </td>
            <Last notice={notice} now={now} />
            <td>
              <NoticeActs notice={notice} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

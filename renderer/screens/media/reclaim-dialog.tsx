import { useState } from 'react';
import type { ReclaimOfTape } from '../../../shared/contract/tapes.ts';
import { RECLAIM_BELOW } from '../../../shared/model/reclaim.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Fold } from '../../components/fold.tsx';
import { Meter } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { useQuery } from '../../stores/calls.ts';
import { go, href } from '../../stores/route.ts';
import { startJob } from '../../stores/start-job.ts';
import { useSubmission } from '../../stores/submission.ts';
import { reclaimWords as words } from '../../words/reclaim.ts';
import styles from './reclaim-dialog.module.css';

const SHARES = [10, 20, RECLAIM_BELOW, 50, 75, 100];

/** Shows what would move and which tapes become free, and has it done. */
export const ReclaimDialog = ({ vault, close }: { vault: string; close: () => void }) => {
  const [below, setBelow] = useState(RECLAIM_BELOW);
  const { data: plan, error, reload } = useQuery('tape.reclaimPlan', { vault, below });
  const form = useSubmission();
  const going = plan?.tapes.filter(({ reclaim }) => reclaim) ?? [];
  // Of a tape that nothing was written to there is nothing to say.
  const staying = plan?.tapes.filter(({ reclaim, obstacle }) => !reclaim && obstacle !== 'empty') ?? [];
  return (
    <DialogForm
      title={words.title}
      close={close}
      wide
      action={words.start(going.length)}
      working={(form.working || going.length === 0) && words.start(going.length)}
      error={form.error}
      submit={() =>
        form.submit(going.length > 0, async () => {
          const tapes = going.map(({ tape }) => tape);
          go(href('jobs', await startJob('tape.reclaim', { vault, tapes, below })));
        })
      }
    >
      <p className="quiet">{words.about}</p>
      <Select
        label={words.below}
        value={String(below)}
        onChange={(value) => setBelow(Number(value))}
        options={SHARES.map((share) => ({ value: String(share), title: words.belowOption(share) }))}
      />
      {error && <ErrorCard error={error} retry={reload} />}
      {!plan && !error && <Loading>{words.looking}</Loading>}
      {plan && <p role="status">{going.length === 0 ? words.none : words.sum(plan)}</p>}
      {going.length > 0 && (
        <ul className={styles.tapes}>
          {going.map((tape) => (
            <Going key={tape.tape} tape={tape} />
          ))}
        </ul>
      )}
      {staying.length > 0 && (
        <Fold title={words.stay(staying.length)}>
          <ul className={styles.tapes}>
            {staying.map((tape) => (
              <li key={tape.tape} className={styles.staying}>
                <span className="num">{tape.barcode}</span>
                <span className="num">{words.share(tape)}</span>
                <span className={styles.why}>{words.why(tape)}</span>
              </li>
            ))}
          </ul>
        </Fold>
      )}
    </DialogForm>
  );
};

const Going = ({ tape }: { tape: ReclaimOfTape }) => (
  <li className={styles.going}>
    <span className="num">{tape.barcode}</span>
    <Meter value={tape.bytesLive} of={tape.bytesWritten} label={words.kept(tape)} tone="set-1" />
    <span className="num">{words.share(tape)}</span>
    <span className={styles.why}>
      {words.kept(tape)}; {words.what(tape)}
    </span>
  </li>
);

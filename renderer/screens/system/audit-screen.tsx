import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { PageHead, Stack } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { format } from '../../words/format.ts';
import { AUDIT_OUTCOMES, systemWords } from '../../words/system.ts';
import { ActDetails } from './act-details.tsx';
import { AuditVerify } from './audit-verify.tsx';
import { LogCard } from './log-card.tsx';
import styles from './system.module.css';

const words = systemWords.audit;
const PAGE = 200;

const Line = ({ entry, now }: { entry: AuditEntry; now: number }) => {
  const { sequence, at, act, object, vault, outcome, error, context } = entry;
  const { text, tone } = AUDIT_OUTCOMES[outcome];
  return (
    <tr>
      <td className="num faint">{sequence}</td>
      <td className={styles.nowrap} title={format.date(at)}>
        {format.when(at, now)}
      </td>
      <td>
        {words.actName(act)}
        <span className="second">{object ?? vault}</span>
      </td>
      <td className={styles.details}>
        <ActDetails context={context} />
      </td>
      <td>
        <Pill tone={tone}>{text}</Pill> {error && <span className="num faint">{error}</span>}
      </td>
    </tr>
  );
};

/** Acts that can cost data or loosen what keeps it safe, newest first, and whether the log of them is whole. */
export const AuditScreen = () => {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, reload } = useQuery('audit.list', { limit });
  const now = useNow();
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      {error && <ErrorCard error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <Stack>
          <AuditVerify />
          <LogCard
            words={words}
            icon={Fingerprint}
            page={data}
            columns={[null, words.when, words.act, words.details, words.outcome]}
            onMore={() => setLimit((before) => Math.min(10_000, before * 2))}
          >
            {data.entries.map((entry) => (
              <Line key={entry.sequence} entry={entry} now={now} />
            ))}
          </LogCard>
        </Stack>
      )}
    </>
  );
};

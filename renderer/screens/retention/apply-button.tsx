import { useState } from 'react';
import type { PlannedSet } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { retentionWords as words } from '../../words/retention.ts';
import styles from './retention.module.css';

/** Named in the question; more than these are counted. */
const NAMED = 12;

/** Carries the plan out, once what is lost was named and agreed to. */
export const ApplyButton = ({ object, going }: { object: string; going: readonly PlannedSet[] }) => {
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const apply = async () => {
    setWorking(true);
    try {
      const { expired } = await change('retention.apply', { object, sets: going.map(({ id }) => id) });
      announce(words.applied(expired.length), 'good');
    } catch (thrown) {
      said(thrown);
    } finally {
      setWorking(false);
    }
  };
  return (
    <>
      <Button look="danger" isDisabled={going.length === 0} busy={working} onPress={() => setAsking(true)}>
        {words.apply(going.length)}
      </Button>
      {asking && (
        <Consent
          title={words.applyTitle(going.length, object)}
          consent={words.applyConsent}
          keep={words.applyKeep}
          close={() => setAsking(false)}
          onConsent={() => void apply()}
        >
          {words.applyAbout}
          <ul className={styles.lost}>
            {going.slice(0, NAMED).map(({ id, level, state, createdAt, bytesStored }) => (
              <li key={id} className="num">
                {id.slice(0, 8)}, {words.levelOf({ level, state })}, {format.date(createdAt)},{' '}
                {format.bytes(bytesStored)}
              </li>
            ))}
            {going.length > NAMED && <li>{words.more(going.length - NAMED)}</li>}
          </ul>
        </Consent>
      )}
    </>
  );
};

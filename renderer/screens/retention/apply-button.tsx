import { useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { PlannedSet } from '../../../shared/contract/retention.ts';
import { Button } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Tick } from '../../components/field.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { retentionWords as words } from '../../words/retention.ts';
import styles from './retention.module.css';

/** Named in the question; more than these are counted. */
const NAMED = 12;

interface ApplyProps {
  readonly object: string;
  readonly going: readonly PlannedSet[];
  readonly holds: OutputOf<'retention.plan'>['holds'];
}

/** Carries the plan out, once what is lost was named and agreed to. */
export const ApplyButton = ({ object, ...now }: ApplyProps) => {
  // What was read is what is agreed to, whatever expires or is found meanwhile.
  const [asked, setAsked] = useState<Pick<ApplyProps, 'going' | 'holds'> | null>(null);
  const { going, holds } = asked ?? now;
  const [although, setAlthough] = useState(false);
  const [working, setWorking] = useState(false);
  const apply = async () => {
    setWorking(true);
    try {
      const sets = going.map(({ id }) => id);
      const agreed = holds.map(({ kind, set }) => ({ kind, set }));
      const { expired } = await change('retention.apply', {
        object,
        sets,
        ...(agreed.length > 0 ? { although: agreed } : {}),
      });
      announce(words.applied(expired.length), 'good');
    } catch (thrown) {
      said(thrown);
    } finally {
      setWorking(false);
    }
  };
  const ask = () => {
    setAlthough(false);
    setAsked(now);
  };
  return (
    <>
      <Button look="danger" isDisabled={now.going.length === 0} busy={working} onPress={ask}>
        {words.apply(now.going.length)}
      </Button>
      {asked && (
        <Consent
          title={words.applyTitle(going.length, object)}
          consent={words.applyConsent}
          disabled={holds.length > 0 && !although}
          keep={words.applyKeep}
          close={() => setAsked(null)}
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
          {holds.length > 0 && (
            <>
              {words.applyHeld}
              <ul className={styles.lost}>
                {holds.map(({ kind, set, about }) => (
                  <li key={`${kind} ${set}`}>{about}</li>
                ))}
              </ul>
              <Tick checked={although} onChange={setAlthough}>
                {words.applyAlthough}
              </Tick>
            </>
          )}
        </Consent>
      )}
    </>
  );
};

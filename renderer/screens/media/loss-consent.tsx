import { useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { placeNow } from '../../../shared/model/tape-place.ts';
import { Button } from '../../components/button.tsx';
import { Consent, Dialog } from '../../components/dialog.tsx';
import { Tick } from '../../components/field.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import { LEVEL_WORDS } from '../../words/restore.ts';
import { words as common } from '../../words/words.ts';
import styles from './library.module.css';

type Losses = OutputOf<'tape.losses'>;

const NAMED = 12;

export type LossAct = 'erase' | 'retire' | 'forget';

interface LossConsentProps {
  readonly act: LossAct;
  readonly tape: TapeView;
  readonly vault: string;
  readonly close: () => void;
}

/** Erases a tape, takes it out of use, or forgets one that is not here, once what goes with it was named and agreed to. */
export const LossConsent = ({ act, tape, vault, close }: LossConsentProps) => {
  const one = { tape: tape.id, vault };
  const { data, error, reload } = useQuery('tape.losses', one);
  const [losses, setLosses] = useState<Losses | null>(null);
  const [although, setAlthough] = useState(false);
  // What was read is what is agreed to: what is written to the tape meanwhile must not slip in.
  if (losses === null && data !== null) setLosses(data);
  if (losses === null)
    return (
      <Dialog
        title={words.actTitle[act](tape.barcode)}
        close={close}
        actions={<Button onPress={close}>{common.cancel}</Button>}
      >
        {error ? <ErrorCard error={error} retry={reload} /> : <Loading>{words.lookingForLosses}</Loading>}
      </Dialog>
    );
  const unknown = act === 'erase' && losses.front?.known === false;
  const whatever = words.eraseWhatever(placeNow(tape));
  const held = act === 'erase' && losses.holds.length > 0;
  const carryOut = async () => {
    const { sets, unlisted, asOf, front } = losses;
    const althoughHeld = held ? { althoughHeld: true } : {};
    const damaged = front === null ? {} : { damagedFront: front.known ? ('known' as const) : ('unknown' as const) };
    const agreed = { ...one, sets: sets.map(({ id }) => id), unlisted, asOf };
    if (act === 'retire') await change('tape.retire', one);
    else if (act === 'forget') await change('tape.forget', agreed);
    else await change('tape.erase', { ...agreed, ...damaged, ...althoughHeld });
    announce(words.acted[act](tape.barcode), 'good');
  };
  return (
    <Consent
      title={unknown ? `${whatever}?` : words.actTitle[act](tape.barcode)}
      consent={unknown ? whatever : words.actConsent[act]}
      disabled={held && !although}
      keep={act === 'forget' ? words.keepKnown : words.keepTape}
      close={close}
      onConsent={() => void carryOut().catch(said)}
    >
      {act === 'erase' && losses.front !== null && (
        <Notice title={words.frontDamaged(losses.front.known)} tone="bad">
          {words.frontAbout[losses.front.known ? 'known' : 'unknown']} {printable(losses.front.damage)}
        </Notice>
      )}
      <What act={act} losses={losses} />
      {held && (
        <>
          <p>{words.eraseHeld}</p>
          <ul className={styles.lost}>
            {losses.holds.map(({ object, set, about }) => (
              <li key={set}>
                {object}: {printable(about)}
              </li>
            ))}
          </ul>
          <Tick checked={although} onChange={setAlthough}>
            {words.eraseAlthough}
          </Tick>
        </>
      )}
    </Consent>
  );
};

const What = ({ act, losses }: { act: LossConsentProps['act']; losses: Losses }) => {
  const lost = losses.sets.filter(({ onCopies }) => !onCopies);
  const copied = losses.sets.filter(({ onCopies }) => onCopies);
  const { elements, unlisted, copies } = losses;
  if (losses.sets.length === 0 && unlisted === 0) return <p>{words.nothingKept(act, losses.front === null)}</p>;
  return (
    <>
      {lost.length > 0 && (
        <>
          <p>{words.setsLost[act](lost.length)}</p>
          <Sets sets={lost} />
        </>
      )}
      {act !== 'retire' && elements.length > 0 && (
        <>
          <p>{words.elementsLost(elements.length)}</p>
          <ul className={styles.lost}>
            {elements.slice(0, NAMED).map((path) => (
              <li key={path} className="num">
                {printable(path)}
              </li>
            ))}
            {elements.length > NAMED && <li>{words.moreLost(elements.length - NAMED)}</li>}
          </ul>
        </>
      )}
      {unlisted > 0 && <p>{words.unlistedLost(unlisted)}</p>}
      {copied.length > 0 && (
        <>
          <p>{words.onCopies(copied.length)}</p>
          <Sets sets={copied} />
          <p>{words.copiesHold(copies.length)}</p>
          <ul className={styles.lost}>
            {copies.slice(0, NAMED).map(({ tape, barcode, verifiedAt }) => (
              <li key={tape}>{words.copyRead(barcode, verifiedAt)}</li>
            ))}
            {copies.length > NAMED && <li>{words.moreLost(copies.length - NAMED)}</li>}
          </ul>
        </>
      )}
    </>
  );
};

const Sets = ({ sets }: { sets: Losses['sets'] }) => (
  <ul className={styles.lost}>
    {sets.slice(0, NAMED).map(({ id, object, level, createdAt }) => (
      <li key={id}>
        {object}, {LEVEL_WORDS[level as keyof typeof LEVEL_WORDS] ?? level}, {format.date(createdAt)}{' '}
        <span className="num">{id.slice(0, 8)}</span>
      </li>
    ))}
    {sets.length > NAMED && <li>{words.moreLost(sets.length - NAMED)}</li>}
  </ul>
);

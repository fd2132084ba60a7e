import { Button } from 'react-aria-components/Button';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { Card } from '../../components/layout.tsx';
import { Meter } from '../../components/marks.tsx';
import { go, href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { TAPE_STATES, mediaWords as words } from '../../words/media.ts';
import styles from './media.module.css';

const SLOTS_SHOWN = 200;

const Tape = ({ tape, on }: { tape: TapeView; on: boolean }) => (
  <Button className={styles.tape} data-on={on ? 'yes' : 'no'} onPress={() => go(href('media', tape.id))}>
    <span className={styles.tapeTop}>
      <span className="num">{tape.id}</span>
      <span className="faint">{TAPE_STATES[tape.state]?.text ?? tape.state}</span>
    </span>
    <Meter
      value={tape.bytesUsed}
      of={tape.bytesCapacity}
      label={words.used(format.bytes(tape.bytesUsed), format.bytes(tape.bytesCapacity))}
      tone={tape.state === 'full' ? 'set-3' : 'set-1'}
    />
  </Button>
);

const Place = ({ name, tape, on }: { name: string; tape: TapeView | undefined; on: boolean }) => (
  <div className={styles.place} title={name}>
    {tape ? <Tape tape={tape} on={on} /> : <span className={styles.vacant}>{words.emptyPlace}</span>}
  </div>
);

interface LibraryProps {
  readonly tapes: readonly TapeView[];
  readonly drives: number;
  readonly slots: number;
  readonly picked: string | null;
}

/** Where every tape is: in a drive, in a slot, or away. */
export const Library = ({ tapes, drives, slots, picked }: LibraryProps) => {
  const inDrive = new Map(tapes.flatMap((tape) => (tape.drive === null ? [] : [[tape.drive, tape] as const])));
  const inSlot = new Map(
    tapes.flatMap((tape) => (tape.slot === null || tape.drive !== null ? [] : [[tape.slot, tape] as const])),
  );
  const away = tapes.filter(({ drive, slot }) => drive === null && slot === null);
  const first = Math.min(1, ...inDrive.keys(), ...inSlot.keys());
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + first);
  return (
    <Card title={words.library}>
      <h3 className={styles.group}>{words.drives}</h3>
      <div className={styles.places}>
        {numbers(drives).map((drive) => {
          const tape = inDrive.get(drive);
          return <Place key={drive} name={words.driveName(drive)} tape={tape} on={tape?.id === picked} />;
        })}
      </div>
      <h3 className={styles.group}>{words.slots}</h3>
      <div className={styles.places}>
        {numbers(Math.min(slots, SLOTS_SHOWN)).map((slot) => {
          const tape = inSlot.get(slot);
          return <Place key={slot} name={words.slotName(slot)} tape={tape} on={tape?.id === picked} />;
        })}
      </div>
      {away.length > 0 && (
        <>
          <h3 className={styles.group}>{words.outside}</h3>
          <div className={styles.places}>
            {away.map((tape) => (
              <Place key={tape.id} name={tape.note} tape={tape} on={tape.id === picked} />
            ))}
          </div>
        </>
      )}
    </Card>
  );
};

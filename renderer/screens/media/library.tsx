import { Copy, Lock, TriangleAlert } from 'lucide-react';
import { type DragEvent, Fragment, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { RobotView } from '../../../shared/contract/robot.ts';
import type { DriveHead, LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { Fold } from '../../components/fold.tsx';
import { Card, Facts } from '../../components/layout.tsx';
import { Meter } from '../../components/marks.tsx';
import { type LibraryPlace, layLibrary, placeBeside } from '../../pictures/library-layout.ts';
import { isFocusLost } from '../../stores/focus.ts';
import { nameIn, type TapeName } from '../../stores/tape-names.ts';
import { cleaningWords } from '../../words/cleaning.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import { reclaimWords } from '../../words/reclaim.ts';
import { robotWords } from '../../words/robot.ts';
import { CleaningTapes } from './cleaning.tsx';
import styles from './library.module.css';
import { canMove, eject, load, takeIn, unload } from './library-acts.ts';
import { RobotHistory, RobotQueue } from './robot.tsx';
import { TapesInWords } from './tapes-in-words.tsx';

const SLOTS_SHOWN = 200;
const DRAGGED = 'application/x-coldframe-tape';

interface LibraryProps {
  readonly library: LibraryView & { readonly robot: RobotView };
  readonly picked: string | null;
  /** Volume ids of tapes that something asks for. */
  readonly wanted: readonly string[];
  /** Where something moves now. */
  readonly heads: readonly DriveHead[];
  readonly pick: (tape: string) => void;
}

/** Where every tape is: in a drive, in a slot, or away. Tapes are dragged to drives and back, or sent there by a key. */
export const Library = ({ library, picked, wanted, heads, pick }: LibraryProps) => {
  const { vault, drives, tapes } = library;
  const layout = layLibrary(library);
  const picture = useRef<HTMLDivElement>(null);
  /** The tape that a key sent somewhere: it keeps the focus where it then lies, unless something else was chosen meanwhile. */
  const sent = useRef<string | null>(null);
  useEffect(() => {
    const button = picture.current?.querySelector<HTMLButtonElement>(`button[data-tape="${sent.current}"]`);
    if (sent.current !== null && button && isFocusLost()) button.focus();
  });
  const [dragged, setDragged] = useState<string | null>(null);
  const shownSlots = layout.slots.slice(0, SLOTS_SHOWN);
  const holding = [...layout.drives, ...shownSlots, ...layout.importExport, ...layout.outside].filter(
    ({ tape }) => tape !== null,
  );
  // One stop for the tabulator, as a grid has; arrows go on from there.
  const entry = holding.find(({ tape }) => tape?.id === picked)?.key ?? holding[0]?.key;
  const { moving, waiting } = library.robot;
  const busy = drives.filter(({ inUse }) => inUse).length;
  const robotText = moving === null ? words.robot(busy) : robotWords.busy(moving, waiting.length);

  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const buttons = [...(picture.current?.querySelectorAll<HTMLButtonElement>('button[data-tape]') ?? [])];
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const tape = tapes.find(({ id }) => id === buttons[here]?.dataset.tape);
    if (!tape || event.ctrlKey || event.altKey || event.metaKey) return;
    const ends = endsOf(buttons, here);
    const boxes = buttons.map((button) => button.getBoundingClientRect());
    const next = placeBeside(event.key, boxes[here] as DOMRect, boxes);
    const drive = /^[0-9]$/.test(event.key) ? Number(event.key) : null;
    if (next !== null) buttons[next]?.focus();
    else if (event.key === 'Home') ends.first?.focus();
    else if (event.key === 'End') ends.last?.focus();
    else if (drive !== null) {
      sent.current = tape.id;
      move(tape, drive);
    } else if (event.key === 'x') {
      sent.current = tape.id;
      passOutside(tape);
    } else return;
    event.preventDefault();
  };
  const move = (tape: TapeView, drive: number): void => {
    if (drive === 0 && tape.importExport !== null) passOutside(tape);
    if (!canMove(tape, drives)) return;
    if (drive === 0 && tape.drive !== null) void unload(vault, tape, tape.drive);
    else if (drives.some(({ number }) => number === drive)) void load(vault, tape, drive);
  };
  const passOutside = (tape: TapeView): void => {
    if (tape.importExport !== null) void takeIn(vault, tape);
    else if (canMove(tape, drives)) void eject(vault, tape);
  };
  const dropOn = (drive: number | 'importExport') => ({
    onDragOver: (event: DragEvent) => {
      if (dragged !== null && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      const tape = tapes.find(({ id }) => id === event.dataTransfer.getData(DRAGGED));
      setDragged(null);
      if (drive !== 'importExport' && tape) move(tape, drive);
      else if (tape?.importExport === null) passOutside(tape);
    },
  });
  const name = nameIn(tapes);
  const headOf = (tape: TapeView | null): number =>
    heads.find((head) => head.tape === tape?.id && head.doing === 'writing')?.position ?? 0;
  const drawn = (place: LibraryPlace) => (
    <Place
      key={place.key}
      place={place}
      name={name}
      on={place.tape !== null && place.tape.id === picked}
      wanted={place.tape !== null && wanted.includes(place.tape.id)}
      entry={place.key === entry}
      movable={place.tape !== null && (canMove(place.tape, drives) || place.kind === 'importExport')}
      pick={pick}
      drag={setDragged}
      written={headOf(place.tape)}
    />
  );
  const held = tapes.find(({ id }) => id === dragged);
  const isInside = held !== undefined && held.importExport === null;
  const target = (drive: LibraryPlace): boolean => isInside && !drive.inUse && drive.tape?.id !== dragged;
  const goesBack = held !== undefined && (held.drive !== null || held.importExport !== null);
  return (
    <Card title={words.library} aside={<span role="status">{robotText}</span>}>
      <RobotQueue robot={library.robot} />
      <div
        ref={picture}
        className={styles.picture}
        role="group"
        aria-label={words.library}
        onKeyDown={onKey}
        onBlur={({ relatedTarget }) => {
          if (relatedTarget !== null && !picture.current?.contains(relatedTarget)) sent.current = null;
        }}
        onFocus={({ target }) => {
          if ((target as HTMLElement).dataset.tape !== sent.current) sent.current = null;
        }}
      >
        <h3 className={styles.group}>{words.drives}</h3>
        <div className={styles.drives} data-group>
          {layout.drives.map((drive) => (
            <div key={drive.key} className={styles.bay} data-target={target(drive)} {...dropOn(drive.number)}>
              <span className={styles.bayName}>
                <span>{words.driveName(drive.number)}</span>
                {drive.inUse && (
                  <span className={styles.working}>
                    {words.atWork(heads.find((head) => head.drive === drive.number))}
                  </span>
                )}
                {!drive.inUse && drive.wantsCleaning && <span className={styles.wants}>{cleaningWords.wants}</span>}
              </span>
              {drawn(drive)}
            </div>
          ))}
        </div>
        <h3 className={styles.group}>{words.slots}</h3>
        <div className={styles.slots} data-group data-target={goesBack} {...dropOn(0)}>
          {shownSlots.map(drawn)}
        </div>
        {layout.slots.length > SLOTS_SHOWN && (
          <p className={styles.hint}>{words.moreSlots(layout.slots.length - SLOTS_SHOWN)}</p>
        )}
        <CleaningTapes library={library} />
        {layout.importExport.length > 0 && (
          <>
            <h3 className={styles.group}>{words.importExportSlots}</h3>
            <div className={styles.importExport} data-group data-target={isInside} {...dropOn('importExport')}>
              {layout.importExport.map(drawn)}
            </div>
          </>
        )}
        {layout.outside.length > 0 && (
          <>
            <h3 className={styles.group}>{words.outside}</h3>
            <div className={styles.slots} data-group>
              {layout.outside.map(drawn)}
            </div>
          </>
        )}
      </div>
      <p className={styles.hint}>{words.keys(drives.length)}</p>
      <div className={styles.words}>
        <Fold title={words.stateKey}>
          <Facts>
            {words.states.map(([state, about]) => (
              <Fragment key={state}>
                <dt>{state}</dt>
                <dd>{about}</dd>
              </Fragment>
            ))}
          </Facts>
        </Fold>
        <Fold title={words.inWords}>
          <TapesInWords library={library} />
        </Fold>
        <Fold title={robotWords.history}>
          <RobotHistory vault={vault} />
        </Fold>
      </div>
    </Card>
  );
};

/** The first and the last tape of those that stand together with one: in drives, in slots, or away. */
const endsOf = (buttons: readonly HTMLButtonElement[], here: number) => {
  const group = buttons[here]?.closest('[data-group]');
  const together = buttons.filter((button) => group?.contains(button));
  return { first: together[0], last: together.at(-1) };
};

interface PlaceProps {
  readonly place: LibraryPlace;
  readonly name: TapeName;
  readonly on: boolean;
  readonly wanted: boolean;
  readonly entry: boolean;
  readonly movable: boolean;
  readonly pick: (tape: string) => void;
  readonly drag: (tape: string | null) => void;
  /** Up to where something writes on the tape now; 0 while nothing does. */
  readonly written: number;
}

const Place = ({ place, name, on, wanted, entry, movable, pick, drag, written }: PlaceProps) => {
  const { kind, number, tape, lent, stranger } = place;
  if (tape === null)
    return (
      <div className={styles.vacant} data-kind={kind}>
        {kind !== 'drive' && <span className={styles.number}>{number}</span>}
        <span>{lent ? words.lent(lent.tape.barcode, lent.to, lent.number) : (stranger ?? words.emptyPlace)}</span>
      </div>
    );
  const shown = words.shownState(tape);
  const used = Math.max(tape.bytesUsed, written);
  const harmed = tape.damagedChunks > 0;
  const text = harmed ? `${shown.text} · ${words.harmed(tape.damagedChunks)}` : shown.text;
  const tone = harmed ? 'bad' : shown.tone;
  return (
    <button
      type="button"
      className={styles.tape}
      data-tape={tape.id}
      data-on={on}
      data-wanted={wanted}
      data-tone={tone}
      data-movable={movable}
      aria-pressed={on}
      tabIndex={entry ? 0 : -1}
      draggable={movable}
      onClick={() => pick(tape.id)}
      // Keys act on the tape that has the focus: its panel is the one that is open.
      onFocus={() => on || pick(tape.id)}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, tape.id);
        event.dataTransfer.effectAllowed = 'move';
        drag(tape.id);
      }}
      onDragEnd={() => drag(null)}
    >
      <span className={styles.top}>
        <span className="num">
          {tape.barcode}
          <span className="hidden">
            {words.tapeInPlace(tape, kind, number, name)}
            {wanted && `, ${words.wanted}`}
          </span>
        </span>
        <span className={styles.marks}>
          {tape.copyOf !== null && <Copy aria-hidden />}
          {tape.writeProtected && <Lock aria-hidden />}
          {(tone === 'bad' || tone === 'warn') && <TriangleAlert aria-hidden />}
        </span>
      </span>
      <Meter
        value={used}
        of={tape.bytesCapacity}
        label={words.used(format.bytes(used), format.bytes(tape.bytesCapacity))}
        tone={tape.pool === 'vaulted' ? 'set-3' : 'set-1'}
      />
      <span className={styles.state}>
        <span title={reclaimWords.aboutAndKept(words.stateAbout(tape), tape)}>{text}</span>
        {(kind === 'slot' || kind === 'importExport') && (
          <span className={styles.number} aria-hidden>
            {number}
          </span>
        )}
      </span>
    </button>
  );
};

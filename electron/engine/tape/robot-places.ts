import type { LibraryState, TapeRecord } from './library-state.ts';
import type { RobotMove, RobotPlace } from './robot-log.ts';
import type { Element } from './scsi/element-status.ts';

/** Where a tape of a library lies, as far as that knows. */
export const robotPlaceOf = ({ drives, slots }: LibraryState, volume: TapeRecord['volume']): RobotPlace => {
  const drive = drives.find(({ tape, inside }) => (tape ?? inside) === volume);
  if (drive !== undefined) return { kind: 'drive', number: drive.number };
  return slotOf({ slots }, volume);
};

/** The slot of a tape, which is its own while it is in a drive. */
export const slotOf = ({ slots }: Pick<LibraryState, 'slots'>, volume: TapeRecord['volume']): RobotPlace => {
  const slot = slots.find(({ tape }) => tape === volume);
  return slot === undefined ? { kind: 'rack', number: 0 } : { kind: 'slot', number: slot.number };
};

/** What lies in the drives of a changer after moves that the library has not taken note of yet. Pure. */
export const withRobotMoves = (state: LibraryState, log: readonly RobotMove[]): LibraryState => {
  const fresh = log.slice(log.findIndex(({ id }) => id === state.robotSeen) + 1);
  if (fresh.length === 0) return state;
  const inside = new Map(state.drives.map((drive) => [drive.number, drive.inside ?? null]));
  for (const { from, to, barcode, outcome } of fresh) {
    if (outcome === 'failed') continue;
    const volume = state.tapes.find((tape) => tape.barcode === barcode)?.volume ?? null;
    for (const [number, tape] of inside)
      if (tape === volume || (from.kind === 'drive' && from.number === number)) inside.set(number, null);
    // Of one that a kill interrupted nobody knows where it is; whoever wants it has the changer look.
    if (to.kind === 'drive') inside.set(to.number, outcome === 'done' ? volume : null);
  }
  const open = fresh.findIndex(({ tookMs }) => tookMs === null);
  const seen = open === -1 ? fresh.at(-1) : fresh[open - 1];
  return {
    ...state,
    ...(seen === undefined ? {} : { robotSeen: seen.id }),
    drives: state.drives.map((drive) => ({ ...drive, inside: inside.get(drive.number) ?? null })),
  };
};

/** What lies in the drives of a changer by what that says itself; `held`: the drives that jobs use. What a job that was killed left noted of others is forgotten. Pure. */
export const withElementsInside = (
  state: LibraryState,
  elements: readonly Element[],
  log: readonly RobotMove[],
  held: ReadonlySet<number>,
): LibraryState => {
  const seen = log.at(-1)?.id;
  return {
    ...state,
    ...(seen === undefined ? {} : { robotSeen: seen }),
    drives: state.drives.map((drive) => {
      const element = state.settings.changer?.drives[drive.number - 1]?.element;
      const barcode = elements.find(({ type, address }) => type === 'drive' && address === element)?.barcode ?? null;
      const inside = state.tapes.find((tape) => tape.barcode === barcode)?.volume ?? null;
      return { ...drive, tape: held.has(drive.number) ? drive.tape : null, inside };
    }),
  };
};

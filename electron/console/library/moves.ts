import type { RobotPlaceView, TapeMoveView } from '../../../shared/contract/robot.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { isInImportExport, liesInImportExport } from '../../engine/tape/import-export.ts';
import type { Library } from '../../engine/tape/library.ts';
import type { LibraryState, TapeRecord } from '../../engine/tape/library-state.ts';
import { robotPlaceOf, slotOf } from '../../engine/tape/robot-places.ts';
import type { OperatorMove, OperatorMoved } from '../../engine/tape/scsi/move-for-operator.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import type { JobControl, UseCases } from '../use-cases.ts';
import { withLibrary, withVaultBeside } from '../vault-session.ts';
import { errandTo, moveWithRobot } from './carry-tape.ts';

type Changer = NonNullable<LibraryState['settings']['changer']>;

/** What an operator has the robot do. Of virtual tapes that is done at once; a changer has it in its turn, and drive and tape are kept from jobs until it is done. */
export const moves: Pick<UseCases, 'loadTape' | 'unloadDrive' | 'moveTape'> = {
  loadTape: async (dir, name, drive, job) => {
    const { changer } = inspectVault(dir).settings;
    if (changer !== undefined)
      return await inChanger(dir, changer, job, (library) => loading(library, changer, name, drive));
    return await withLibrary(dir, (library) => {
      const record = demandThere(dir, library, name);
      const from = robotPlaceOf(library.state, record.volume);
      library.load(drive, record.volume);
      return moveOf(record, from, { kind: 'drive', number: drive });
    });
  },
  unloadDrive: async (dir, drive, job) => {
    const { changer } = inspectVault(dir).settings;
    if (changer !== undefined)
      return await inChanger(dir, changer, job, (library) => unloading(library, changer, drive));
    return await withLibrary(dir, (library) => {
      const volume = library.state.drives.find(({ number }) => number === drive)?.tape ?? null;
      library.unload(drive);
      if (volume === null) return null;
      return moveOf(library.tape(volume), { kind: 'drive', number: drive }, slotOf(library.state, volume));
    });
  },
  moveTape: async (dir, name, slot, job) => {
    const { changer } = inspectVault(dir).settings;
    if (changer !== undefined) return await inChanger(dir, changer, job, (library) => shifting(library, name, slot));
    return await withLibrary(dir, (library) => {
      const record = demandThere(dir, library, name);
      const from = robotPlaceOf(library.state, record.volume);
      library.moveToSlot(record.volume, slot);
      return moveOf(record, from, { kind: 'slot', number: slot });
    });
  },
};

/** What a robot is to do, with what is kept from jobs meanwhile, and what its answer means. */
interface Errand<Result> {
  readonly wanted: OperatorMove;
  readonly release: () => void;
  readonly done: (moved: OperatorMoved) => Result;
}

const loading = (library: Library, changer: Changer, name: string, drive: number): Errand<TapeMoveView> => {
  const record = library.tape(name);
  const release = library.beginMove(record.volume, drive);
  const from = robotPlaceOf(library.state, record.volume);
  return {
    wanted: { to: 'drive', element: changer.drives[drive - 1]?.element ?? 0, barcode: record.barcode },
    release,
    done: ({ moved, elements }) => {
      library.noteMoved(elements, record.volume, moved ? drive : null);
      return { ...moveOf(record, from, { kind: 'drive', number: drive }), moved };
    },
  };
};

const unloading = (library: Library, changer: Changer, drive: number): Errand<TapeMoveView | null> => ({
  wanted: { to: 'home', element: changer.drives[drive - 1]?.element ?? 0 },
  release: library.beginMove(null, drive),
  done: ({ moved, barcode, slot, elements }) => {
    const volume = library.state.tapes.find((tape) => tape.barcode === barcode)?.volume ?? null;
    library.noteMoved(elements, volume, null);
    if (!moved) return null;
    const to = { kind: 'slot', number: slot ?? 0 } as const;
    return { tape: volume ?? '', barcode: barcode ?? '', from: { kind: 'drive', number: drive }, to, moved };
  },
});

const shifting = (library: Library, name: string, slot: number): Errand<TapeMoveView> => {
  const record = library.tape(name);
  library.demandSlot(record.volume, slot);
  const from = robotPlaceOf(library.state, record.volume);
  return {
    wanted: { to: 'slot', slot, barcode: record.barcode },
    release: library.beginMove(record.volume, from.kind === 'drive' ? from.number : null),
    done: ({ moved, elements }) => {
      library.noteMoved(elements, record.volume, null);
      return { ...moveOf(record, from, { kind: 'slot', number: slot }), moved };
    },
  };
};

/** Once the robot has begun it is carried through: a tape on its way has to be put down somewhere. */
const inChanger = async <Result>(
  dir: string,
  changer: Changer,
  job: Pick<JobControl, 'signal'> | undefined,
  begin: (library: Library) => Errand<Result>,
): Promise<Result> =>
  await withVaultBeside(dir, async ({ library }) => {
    job?.signal.throwIfAborted();
    const { wanted, release, done } = begin(library);
    try {
      const barcode = wanted.to === 'home' ? '' : wanted.barcode;
      const place = { changer: changer.address, drives: changer.drives, barcode, errand: errandTo(dir) };
      return done(await moveWithRobot({ ...place, way: 'move', wanted }));
    } finally {
      release();
    }
  });

const moveOf = ({ volume, barcode }: TapeRecord, from: RobotPlaceView, to: RobotPlaceView): TapeMoveView => ({
  tape: volume,
  barcode,
  from,
  to,
  moved: from.kind !== to.kind || from.number !== to.number,
});

const demandThere = (dir: string, library: Library, name: string): TapeRecord => {
  library.takeReturned();
  const record = library.tape(name);
  if (isInImportExport(dir, record.barcode)) throw liesInImportExport(record.barcode);
  if (record.state === 'missing') throw notThere(record);
  return record;
};

const notThere = ({ barcode, note }: TapeRecord): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `Tape ${barcode} is not in its place${note === '' ? '' : `: ${note.replace(/\.$/, '')}`}.`,
    guidance: 'Put it back and take an inventory of the library: coldframe library inventory DIR',
    context: { tape: barcode },
  });

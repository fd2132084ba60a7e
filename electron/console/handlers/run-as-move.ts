import type { RobotView } from '../../../shared/contract/robot.ts';
import type { LibraryView } from '../../../shared/contract/tapes.ts';
import type { JobControl } from '../use-cases.ts';
import { vaultAt, writable } from './lookups.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import { runAsJob } from './run-as-job.ts';

/** What jobs that move tapes for an operator are about, by their ids: the tape as it was named; empty: whatever is in a drive. */
const wanted = new Map<string, string>();

interface Moved<Move> {
  readonly vault: string;
  readonly move: Move;
}

/** Has a tape moved as a job. Throws VAULT_READ_ONLY, and as the work does. */
export const runAsMove = async <Move>(
  parts: ConsoleParts,
  context: CallContext,
  input: { readonly vault: string },
  tape: string,
  work: (dir: string, job: JobControl) => Promise<Move>,
): Promise<Moved<Move>> => {
  const { dir } = await writable(parts, vaultAt(parts, input.vault));
  let id: string | null = null;
  try {
    const request = {
      kind: 'move' as const,
      object: null,
      vault: dir,
      input,
      run: async (job: JobControl) => {
        job.report({ ...NOTHING, phase: 'moving' });
        return { vault: dir, move: await work(dir, job) };
      },
      warned: () => false,
    };
    return await runAsJob(parts, context, request, (started) => {
      id = started;
      wanted.set(started, tape);
    });
  } finally {
    if (id !== null) wanted.delete(id);
  }
};

const NOTHING = { elementsDone: 0, elementsTotal: null, bytesRead: 0, bytesStored: 0, bytesTotal: null };

/** What came of a move, with the library as it is since: the job keeps the former alone. */
export const withLibraryOf = async <Move>(
  parts: ConsoleParts,
  { vault, move }: Moved<Move>,
): Promise<LibraryView & { move: Move }> => ({ ...(await parts.useCases.showLibrary(vault)), move });

/** What a robot does and what waits for it, with the moves that wait for others of this console. */
export const withQueuedMoves = ({ board }: ConsoleParts, vault: string, robot: RobotView): RobotView => {
  const queued = board.usersOf(vault).filter(({ kind, state }) => kind === 'move' && state === 'queued');
  const waiting = queued.map(({ id, kind, object, createdAt }) => ({
    barcode: wanted.get(id) ?? '',
    for: [{ job: id, kind, object }],
    since: createdAt,
    elsewhere: false,
  }));
  return { ...robot, waiting: [...robot.waiting, ...waiting] };
};

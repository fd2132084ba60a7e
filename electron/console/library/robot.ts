import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { RobotMoveView, RobotView } from '../../../shared/contract/robot.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { type RobotMove, readRobotLog } from '../../engine/tape/robot-log.ts';
import type { QueuedForRobot } from '../../engine/tape/scsi/robot-queue.ts';
import { robotQueueOf } from '../../engine/tape/scsi/robot-turn.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import type { UseCases } from '../use-cases.ts';

const MOST = 100;

/** What the robot of a vault does, and what waits for it. A virtual one is done at once. */
export const showRobot: UseCases['showRobot'] = async (dir) => robotOf(dir);

const robotOf = (dir: string): RobotView => {
  const { changer } = inspectVault(dir).settings;
  const queue = changer === undefined ? [] : robotQueueOf(changer.address);
  const wanted = ({ vault, barcode, for: jobs, since }: QueuedForRobot): RobotView['waiting'][number] => ({
    barcode,
    for: jobs,
    since: new Date(since).toISOString(),
    elsewhere: vault !== null && vault !== dir,
  });
  const moving = queue.find((each) => each.moving);
  return {
    moving: moving === undefined ? null : wanted(moving),
    waiting: queue.filter((each) => !each.moving).map(wanted),
  };
};

/** What the robot of a vault moved, newest first. */
export const showRobotLog: UseCases['showRobotLog'] = async (
  dir,
  { tape, limit = MOST },
): Promise<OutputOf<'library.log'>> => {
  const state = inspectVault(dir);
  const log = readRobotLog(dir);
  const isMoving = log.at(-1)?.tookMs === null && robotOf(dir).moving?.elsewhere === false;
  const wanted = log
    .map((move, at) => viewOf(state, move, isMoving && at === log.length - 1))
    .filter((move) => tape === undefined || move.tape === tape || move.barcode === tape)
    .reverse();
  return { vault: dir, moves: wanted.slice(0, limit), total: wanted.length };
};

const viewOf = ({ tapes }: LibraryState, move: RobotMove, isMoving: boolean): RobotMoveView => {
  const { id, at, barcode, from, to, outcome, message, tookMs } = move;
  return {
    id,
    at: new Date(at).toISOString(),
    tape: tapes.find((tape) => tape.barcode === barcode)?.volume ?? null,
    barcode,
    from,
    to,
    for: move.for,
    outcome: isMoving ? 'moving' : outcome,
    message,
    tookMs,
  };
};

import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import { copyTapeTo } from './copy-tape.ts';
import { eraseTape as erase } from './erase-tape.ts';
import { exportTapeTo } from './export-tape.ts';
import { forgetTape as forget } from './forget-tape.ts';
import { lossesOf } from './losses.ts';

export { setAllocation } from './allocation.ts';
export { cleanDrive, cleaningTapes } from './clean-drive.ts';
export { gatherTapes, vaultOfTapes } from './gather-tapes.ts';
export { ejectTape, takeInTape } from './import-export.ts';
export { importTape } from './import-tape.ts';
export { operator } from './operator.ts';
export { showRobot, showRobotLog } from './robot.ts';

export const tapeLosses: UseCases['tapeLosses'] = async (session, tape) => await lossesOf(openedOf(session), tape);
export const copyTape: UseCases['copyTape'] = async (session, request, job) =>
  await copyTapeTo(openedOf(session), request, job);
export const eraseTape: UseCases['eraseTape'] = async (session, request, job) =>
  await erase(openedOf(session), request, job);
export const exportTape: UseCases['exportTape'] = async (session, request, job) =>
  await exportTapeTo(openedOf(session), request, job);
export const forgetTape: UseCases['forgetTape'] = async (session, request) => await forget(openedOf(session), request);

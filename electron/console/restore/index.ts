import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import * as restore from './run-restore.ts';
import * as test from './run-restore-test.ts';
import * as verify from './run-verify.ts';

export const planRestore: UseCases['planRestore'] = async (session, request, job) =>
  await restore.planRestore(openedOf(session), request, job);

export const runRestore: UseCases['runRestore'] = async (session, request, job) =>
  await restore.runRestore(openedOf(session), request, job);

export const restorePart: UseCases['restorePart'] = async (session, request, job, rest) =>
  await restore.restorePart(openedOf(session), request, job, rest);

export { joinedParts } from './restore-rest.ts';

export const runRestoreTest: UseCases['runRestoreTest'] = async (session, request, job) =>
  await test.runRestoreTest(openedOf(session), request, job);

export const runVerify: UseCases['runVerify'] = async (session, sets, job, part) =>
  await verify.runVerify(openedOf(session), sets, job, part);

import { asColdframeError } from '../../../../shared/errors.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { releaseMemory } from '../../../platform/linux/release-memory.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import { compareSample } from '../restore-test/compare-sample.ts';
import { drawSample } from '../restore-test/draw-sample.ts';
import { readRanges } from '../restore-test/read-ranges.ts';
import { namesInChunks, planVerify, wholeTapes } from '../verify/verify-plan.ts';
import { planFromCatalog } from './plan-from-catalog.ts';
import type { PlanTask, PlanThreadAnswer } from './plan-thread.ts';

const carryOut = (task: PlanTask): unknown => {
  switch (task.kind) {
    case 'restore':
      return planFromCatalog(task.order);
    case 'verify':
      return planVerify(task.order);
    case 'names':
      return namesInChunks(task.order);
    case 'wholeTapes':
      return wholeTapes(task.order);
    case 'sample':
      return drawSample(task.order);
    case 'ranges':
      return readRanges(task.order);
    case 'compare':
      return compareSample(task.order);
  }
};

const answer = (task: PlanTask): PlanThreadAnswer => {
  try {
    return { kind: 'planned', result: carryOut(task) };
  } catch (thrown) {
    return { kind: 'failed', error: asColdframeError(thrown).toData() };
  }
};

onWork<null>(async (_, port) => {
  let failed = false;
  await onRequest(port, (task: PlanTask) => {
    const done = answer(task);
    failed ||= done.kind === 'failed';
    releaseMemory();
    port.postMessage(done);
  });
  return failed ? 'spent' : 'clean';
});

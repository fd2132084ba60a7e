import { expect, test } from 'vitest';
import { PROCEDURES } from './contract.ts';
import { comingRun, scheduleView } from './schedules.ts';

test('what consoles of before did not tell is taken as not so, and not as a wrong answer', () => {
  const moment = PROCEDURES.timeline.output.shape.sets.element.shape;
  const { shape: object } = PROCEDURES.overview.output.shape.objects.element;
  const { shape: policy } = PROCEDURES['retention.show'].output;
  const { shape: plan } = PROCEDURES['retention.plan'].output;
  const { shape: served } = PROCEDURES['volume.serve'].output;
  const { shape: schedule } = scheduleView;
  const missing = {
    damaged: moment.damaged.parse(undefined),
    damagedBelow: moment.damagedBelow.parse(undefined),
    lastGoodBelow: object.lastGood.unwrap().shape.damagedBelow.parse(undefined),
    times: policy.times.parse(undefined),
    holds: plan.holds.parse(undefined),
    warnings: served.warnings.parse(undefined),
    nextDue: schedule.nextDue.parse(undefined),
    doubts: schedule.doubts.parse(undefined),
    due: comingRun.shape.due.parse(undefined),
  };
  expect(missing).toEqual({
    damaged: false,
    damagedBelow: null,
    lastGoodBelow: null,
    times: [],
    holds: [],
    warnings: [],
    nextDue: [],
    doubts: [],
    due: undefined,
  });
});

import { expect, test } from 'vitest';
import { countTests } from './count.mjs';

const loaded = { status: 'passed', assertionResults: [{}] };
const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [loaded] };

test('passed, failed and skipped tests are counted, and a test still to be written is skipped', () => {
  expect(countTests({ ...report, numFailedTests: 2 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test('a run without a report is a failure', () => {
  expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a file that did not load is a failure', () => {
  const unloaded = { status: 'failed', assertionResults: [] };
  expect(countTests({ ...report, testResults: [loaded, unloaded] }, 1)).toMatchObject({ failed: 1 });
});

test('a run that failed beside its tests is a failure', () => {
  expect(countTests(report, 1)).toMatchObject({ passed: 3, failed: 1 });
});

test('a run that found no test at all is a failure', () => {
  expect(countTests({ ...report, numPassedTests: 0, testResults: [] }, 0)).toMatchObject({ failed: 1 });
});

/** Adds up a report; a file that did not load, an empty run, or one that failed for another reason is a failure too. */
export function countTests(report, status) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + unloaded.length;
  const isBad = status !== 0 || report.testResults.length === 0;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && isBad ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

import { restore } from './restoring.ts';
import { sampleSet } from './sample-set.ts';

/** Restores the sample set once, in a process that a test may kill: folder and destination are the arguments. */
const [folder, to] = process.argv.slice(2);
if (folder === undefined || to === undefined) throw new Error('restore-once FOLDER DESTINATION');
const { plan, restored, warnings } = await restore({ set: sampleSet(folder), folder, to });
process.stdout.write(
  JSON.stringify({ conflicts: plan.conflicts.total, restored: restored + plan.alreadyDone, warnings }),
);

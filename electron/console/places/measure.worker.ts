import type { MessagePort } from 'node:worker_threads';
import { byteStringFromText, byteStringOf } from '../../../shared/byte-string.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { walk } from '../../engine/selection/walk.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { Measure } from './measure.ts';
import type { MeasureAnswer, MeasureSetup } from './measure-protocol.ts';

const SAMPLE_MS = 250;
/** Elements between two looks at the clock. */
const STRIDE = 512;

const run = ({ selection, ownFolders, control: shared }: MeasureSetup, port: MessagePort): void => {
  const answer = (message: MeasureAnswer): void => port.postMessage(message);
  const control = new RunControl(shared);
  let sampledAt = performance.now();
  let passed = 0;
  const look = (): void => {
    control.check();
    const now = performance.now();
    if (now - sampledAt < SAMPLE_MS) return;
    sampledAt = now;
    answer({ kind: 'sample', sample: measure.sample(false) });
  };
  const roots = selection.roots.map(({ pathBase64 }) => byteStringOf(Buffer.from(pathBase64, 'base64')));
  const measure = new Measure(roots, () => {
    passed += 1;
    if (passed % STRIDE === 0) look();
  });
  const stopped = (): boolean => {
    look();
    return false;
  };
  walk({ selection, own: ownFolders.map(byteStringFromText), stopped }, measure);
  answer({ kind: 'sample', sample: measure.sample(true) });
};

onWork<MeasureSetup>(async (setup, port) => {
  try {
    run(setup, port);
    return 'clean';
  } catch (thrown) {
    port.postMessage({ kind: 'failed', error: asColdframeError(thrown).toData() } satisfies MeasureAnswer);
    return 'spent';
  }
});

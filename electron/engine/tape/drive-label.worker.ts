import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { DriveLabelAnswer, DriveLabelRequest } from './drive-label-protocol.ts';
import { workOnLabel } from './work-on-label.ts';

giveWay();
onWork<null>(async (_, port) => {
  const answer = (message: DriveLabelAnswer): void => port.postMessage(message);
  await onRequest(port, (request: DriveLabelRequest) => {
    try {
      workOnLabel(request);
      answer({ kind: 'done' });
    } catch (thrown) {
      answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    }
  });
  return 'clean';
});

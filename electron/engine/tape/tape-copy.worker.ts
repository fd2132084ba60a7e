import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { copyTape } from './copy-tape.ts';
import type { TapeCopyAnswer, TapeCopyRequest } from './tape-copy-protocol.ts';

giveWay();
onWork<null>(async (_, port) => {
  const answer = (message: TapeCopyAnswer): void => port.postMessage(message);
  await onRequest(port, (request: TapeCopyRequest) => {
    try {
      answer({ kind: 'copied', ...copyTape(request, answer) });
    } catch (thrown) {
      answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    }
  });
  return 'clean';
});

import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { eraseInDrive } from './erase-in-drive.ts';
import type { TapeEraseAnswer, TapeEraseRequest } from './tape-erase-protocol.ts';

giveWay();
onWork<null>(async (_, port) => {
  const answer = (message: TapeEraseAnswer): void => port.postMessage(message);
  await onRequest(port, (request: TapeEraseRequest) => {
    try {
      eraseInDrive(request);
      answer({ kind: 'done' });
    } catch (thrown) {
      answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    }
  });
  return 'clean';
});

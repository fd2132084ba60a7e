import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type { TapeTransferAnswer, TapeTransferRequest } from './tape-transfer-protocol.ts';
import { transferTape } from './transfer-tape.ts';

giveWay();
onWork<null>(async (_, port) => {
  const answer = (message: TapeTransferAnswer): void => port.postMessage(message);
  await onRequest(port, (request: TapeTransferRequest) => {
    try {
      const found = transferTape(request, answer);
      answer(found === null ? { kind: 'different' } : { kind: 'transferred', ...found });
    } catch (thrown) {
      answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    }
  });
  return 'clean';
});

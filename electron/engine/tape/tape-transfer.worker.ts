import { asColdframeError } from '../../../shared/errors.ts';
import { giveWay } from '../../platform/give-way.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import type {
  TapeTransferAnswer,
  TapeTransferRequest,
  TapeWindAnswer,
  TapeWindRequest,
} from './tape-transfer-protocol.ts';
import { transferTape } from './transfer-tape.ts';
import { windTape } from './wind-tape.ts';

giveWay();
onWork<null>(async (_, port) => {
  const answer = (message: TapeTransferAnswer | TapeWindAnswer): void => port.postMessage(message);
  await onRequest(port, (request: TapeTransferRequest | TapeWindRequest) => {
    try {
      if ('onto' in request) {
        answer(windTape(request, answer));
        return;
      }
      const found = transferTape(request, answer);
      answer(found === null ? { kind: 'different' } : { kind: 'transferred', ...found });
    } catch (thrown) {
      answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    }
  });
  return 'clean';
});

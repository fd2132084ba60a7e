import type { ErrorData } from '../../../shared/errors.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { NbdDevice, type NbdSource } from '../../engine/nbd/client/nbd-device.ts';
import { onWork } from '../../platform/job-thread-work.ts';

/** What is seen of an export by connecting to it. */
export interface ExportLook {
  readonly size: number;
  readonly readOnly: boolean;
  readonly multiple: boolean;
}

export type LookAnswer =
  | { readonly kind: 'seen'; readonly look: ExportLook }
  | { readonly kind: 'failed'; readonly error: ErrorData };

onWork<NbdSource>(async (source, port) => {
  const answer = (message: LookAnswer): void => port.postMessage(message);
  try {
    const device = NbdDevice.open(source);
    const { size, readOnly, multiple } = device;
    device.close();
    answer({ kind: 'seen', look: { size, readOnly, multiple } });
    return 'clean';
  } catch (thrown) {
    answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    return 'spent';
  }
});

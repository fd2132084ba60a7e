import { asColdframeError } from '../../../shared/errors.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { type ChangerGlanceAnswer, type ChangerGlances, glanceAtTapes } from './changer-glance.ts';
import { openToRead } from './open-medium.ts';

onWork<ChangerGlances>(async (wanted, port) => {
  const answer = (message: ChangerGlanceAnswer): void => port.postMessage(message);
  try {
    glanceAtTapes(wanted, (device) => openToRead({ path: '', device: { ...device, label: null } }), answer);
    answer({ kind: 'ended' });
    return 'clean';
  } catch (thrown) {
    answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    return 'spent';
  }
});

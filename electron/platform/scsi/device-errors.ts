import { ColdframeError } from '../../../shared/errors.ts';

/** A device could not be reached, or was lost: nothing is known of what it did with the last command. */
export const deviceUnreachable = (device: string, what: string): ColdframeError =>
  new ColdframeError('DEVICE_UNREACHABLE', {
    message: `The device ${device} cannot be reached: ${what}.`,
    guidance:
      'Check that it is switched on, that its address is right, and that this machine may use it. What was reported as written stays on tape; run the job again.',
    context: { device },
  });

/** What is needed to reach devices of this kind is not on this machine. */
export const deviceSupportMissing = (device: string, what: string, guidance: string): ColdframeError =>
  new ColdframeError('DEVICE_SUPPORT_MISSING', {
    message: `The device ${device} cannot be used: ${what}.`,
    guidance,
    context: { device },
  });

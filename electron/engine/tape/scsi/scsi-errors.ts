import { ColdframeError } from '../../../../shared/errors.ts';
import { tapeDamaged, tapeFull } from '../tape-errors.ts';
import type { Sense } from './sense.ts';

export const NO_MEDIUM = 0x3a;

const hex = (code: number): string =>
  `${(code >> 8).toString(16).padStart(2, '0')}/${(code & 0xff).toString(16).padStart(2, '0')}`;

/** Sense data as an error that says what the device was doing. */
export const senseError = (device: string, doing: string, sense: Sense): ColdframeError => {
  const what = `${sense.key} ${hex(sense.code)} while ${doing}${sense.deferred ? ', about an earlier command' : ''}`;
  if (sense.deferred) return deviceFailed(device, what);
  switch (sense.key) {
    case 'medium-error':
      return tapeDamaged(device, `the drive reported ${what}`);
    case 'blank-check':
      return tapeDamaged(device, `nothing is written there (${what})`);
    case 'data-protect':
      return new ColdframeError('TAPE_PROTECTED', {
        message: `The tape in ${device} is write protected.`,
        guidance: 'Remove the write protection of the tape, or use another one.',
        context: { device },
      });
    case 'volume-overflow':
      return tapeFull(device, 0, 0);
    case 'unit-attention':
      return driveReset(device, what);
    case 'not-ready':
      if (sense.code >> 8 === NO_MEDIUM)
        return new ColdframeError('NO_SUCH_TAPE', {
          message: `There is no tape in the drive ${device}.`,
          guidance: 'See that the changer put it there, then run it again.',
          context: { device },
        });
      return deviceFailed(device, what);
    default:
      return deviceFailed(device, what);
  }
};

/** The device said that something went wrong with itself, or refused a command. */
export const deviceFailed = (device: string, what: string): ColdframeError =>
  new ColdframeError('DEVICE_FAILED', {
    message: `The device ${device} reported an error: ${what}.`,
    guidance:
      'Look at its display or its own console; a drive may want cleaning. What was flushed before stays on tape.',
    context: { device },
  });

/** Where the tape stands is no longer known. */
export const driveReset = (device: string, what: string): ColdframeError =>
  new ColdframeError('DRIVE_RESET', {
    message: `The drive ${device} was reset, or its tape was changed, while it was in use: ${what}.`,
    guidance: 'See that nobody else uses the drive, then run the job again. Only what was flushed before counts.',
    context: { device },
  });

/** Another initiator holds the device. */
export const deviceReserved = (device: string): ColdframeError =>
  new ColdframeError('TAPE_IN_USE', {
    message: `The device ${device} is reserved by another machine.`,
    guidance: 'Wait until the other machine has let go of it, or end what uses it there.',
    context: { device },
  });

export const deviceUnsuitable = (device: string, what: string): ColdframeError =>
  new ColdframeError('DEVICE_UNSUITABLE', {
    message: `The device ${device} cannot be used: ${what}.`,
    guidance: 'Check the address: a library has one for its changer and one for each drive.',
    context: { device },
  });

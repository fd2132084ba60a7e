import { describe, test } from 'vitest';
import { mediumContract } from '../testing/medium-contract.ts';
import { Drive } from './drive.ts';
import { openTransport } from './open-scsi-tape.ts';
import { ScsiDevice } from './scsi-device.ts';
import { ScsiTape } from './scsi-tape.ts';

const address = process.env.COLDFRAME_TAPE_DRIVE;

/** Overwrites the tape in the drive that is named: docs/TAPE-DEVICES.md. */
if (address === undefined)
  describe.skip('a drive of this machine (needs COLDFRAME_TAPE_DRIVE)', () => test('is named', () => undefined));
else
  mediumContract(`the tape in ${address}`, (capacity) => {
    const tape = new ScsiTape(address, new Drive(new ScsiDevice(openTransport(address))), { capacity, mode: 'append' });
    tape.writeFileMarks(1);
    tape.locate({ block: 0, offset: 0 });
    tape.eraseRest();
    return tape;
  });

import { failpoint } from '../../../platform/failpoints.ts';
import { parseDeviceAddress } from '../../../platform/scsi/address.ts';
import { openIscsi } from '../../../platform/scsi/iscsi.ts';
import { openKernelDevice } from '../../../platform/scsi/kernel-device.ts';
import type { ScsiTransport } from '../../../platform/scsi/transport.ts';
import { bringTape, type UnloadDrive } from './bring-tape.ts';
import { ScsiChanger, type TapeChanger } from './changer.ts';
import { awaitCleaning, type Cleaning, putBack } from './clean-drive.ts';
import { unload } from './commands.ts';
import { Drive } from './drive.ts';
import { LoggedChanger, type RobotErrand } from './logged-changer.ts';
import { inRobotTurn } from './robot-turn.ts';
import { ScsiDevice } from './scsi-device.ts';
import { deviceUnsuitable } from './scsi-errors.ts';
import { ScsiTape } from './scsi-tape.ts';

/** Where a tape is to be used: plain data, so that it can be sent to a worker. */
export interface DrivePlace {
  /** Addresses as of `parseDeviceAddress`; never with a secret in them. */
  readonly changer: string;
  /** All drives of the vault, so that a tape can come out of any. */
  readonly drives: readonly { readonly address: string; readonly element: number }[];
  /** Index of the one to use. */
  readonly drive: number;
  readonly barcode: string;
  /** Left out where there is no vault yet to note moves in. */
  readonly errand?: RobotErrand;
}

const UNLOAD_MS = 900_000;
const NOTICE_MS = 60_000;
/** A drive may let go of a cleaning tape by itself alone. */
const CLEANING_TAPE_INSTALLED = 0x3003;

/** Opens a device by its address. Errors: DEVICE_UNSUITABLE when it is none, DEVICE_UNREACHABLE, DEVICE_SUPPORT_MISSING. */
export const openTransport = (address: string): ScsiTransport => {
  const parsed = parseDeviceAddress(address);
  if (parsed === null)
    throw deviceUnsuitable(address, 'its address is neither iscsi://HOST[:PORT]/TARGET/LUN nor a device file');
  return parsed.kind === 'iscsi' ? openIscsi(parsed) : openKernelDevice(parsed);
};

/** Opens a changer; close it when done. */
export const openChanger = (address: string): ScsiChanger => opened(address, (device) => new ScsiChanger(device));

/**
 * Has the robot put the tape into its drive, and opens it there. Blocks its thread, for minutes where a real robot moves.
 * Errors: as of `bringTape` and `Drive`.
 */
export const openScsiTape = (place: DrivePlace, options: { capacity: number; mode: 'read' | 'append' }): ScsiTape => {
  const target = targetOf(place);
  const moved = withRobot(place, place.barcode, (changer, empty) =>
    bringTape(changer, target.element, place.barcode, empty),
  );
  return opened(target.address, (device) => {
    const drive = new Drive(device, moved ? NOTICE_MS : 0);
    return new ScsiTape(`${place.barcode} in ${target.address}`, drive, options);
  });
};

/** Has the robot of a changer in turn, to move the tape with a barcode. Blocks its thread. */
export const withRobot = <Result>(
  { changer: address, drives, errand }: Pick<DrivePlace, 'changer' | 'drives' | 'errand'>,
  barcode: string,
  work: (changer: TapeChanger, unload: UnloadDrive) => Result,
): Result =>
  inRobotTurn(address, { vault: errand?.vault ?? null, barcode, for: [...(errand?.for ?? [])] }, () => {
    const changer = openChanger(address);
    const elements = drives.map(({ element }) => element);
    try {
      return work(errand === undefined ? changer : new LoggedChanger(changer, errand, elements), (from) => {
        const drive = drives.find((one) => one.element === from);
        // One that is none of ours is its owner's to empty.
        if (!drive) throw deviceUnsuitable(address, `the tape ${barcode} is in a drive of another vault`);
        unloadDrive(drive.address);
      });
    } finally {
      changer.close();
    }
  });

/**
 * Has the robot put a cleaning tape into a drive, waits until the drive has done with it, and has it put back to its slot, whatever came of
 * it. Others have the robot meanwhile. After a kill the tape lies in the drive until something else is put there, or it is cleaned again.
 */
export const cleanDrive = (place: DrivePlace): Cleaning => {
  const { barcode } = place;
  const target = targetOf(place);
  withRobot(place, barcode, (changer, unload) => bringTape(changer, target.element, barcode, unload));
  failpoint('clean:in-drive');
  try {
    const device = opened(target.address, (one) => one);
    try {
      return awaitCleaning(device);
    } finally {
      device.close();
    }
  } finally {
    withRobot(place, barcode, (changer, unload) => putBack(changer, target.element, barcode, unload));
  }
};

const targetOf = ({ drives, drive }: DrivePlace): DrivePlace['drives'][number] => {
  const target = drives[drive];
  if (!target) throw new RangeError(`there is no drive ${drive}`);
  return target;
};

const unloadDrive = (address: string): void => {
  const device = opened(address, (one) => one);
  try {
    device.demandType('tape');
    // An empty drive has nothing to let go of, and the robot will say so.
    device.run(
      { cdb: unload(), timeoutMs: UNLOAD_MS },
      {
        doing: 'unloading',
        anyState: true,
        expects: ({ key, code }) => key === 'not-ready' || code === CLEANING_TAPE_INSTALLED,
      },
    );
  } finally {
    device.close();
  }
};

/** Uses a device; closes it when that fails. */
const opened = <T>(address: string, use: (device: ScsiDevice) => T): T => {
  const device = new ScsiDevice(openTransport(address));
  try {
    return use(device);
  } catch (error) {
    device.close();
    throw error;
  }
};

import { closeSync, constants, openSync } from 'node:fs';
import { errnoName, errnoOf } from '../errno.ts';
import { libc } from '../linux/libc.ts';
import { allocate, lazily } from '../linux/memory.ts';
import type { KernelAddress } from './address.ts';
import { deviceSupportMissing, deviceUnreachable } from './device-errors.ts';
import { MAX_TRANSFER_BYTES, type ScsiCommand, type ScsiReply, type ScsiTransport } from './transport.ts';

/** `<scsi/sg.h>`: `struct sg_io_hdr` on 64-bit systems. */
const SG_IO = 0x2285;
const HEADER_BYTES = 88;
const DIRECTION = { none: -1, out: -2, in: -3 } as const;
const SENSE_BYTES = 252;

const memory = lazily(() => ({
  header: allocate(HEADER_BYTES),
  cdb: allocate(16),
  sense: allocate(SENSE_BYTES),
  data: allocate(MAX_TRANSFER_BYTES),
}));

/**
 * A device of the kernel, by SG_IO, which `/dev/sgN` and `/dev/nstN` both take. An open `/dev/nstN` keeps other programs
 * of this machine off the drive. Experimental: nothing of it has been run on hardware.
 */
class KernelDevice implements ScsiTransport {
  readonly name: string;
  readonly #file: number;
  #closed = false;

  constructor(name: string, file: number) {
    this.name = name;
    this.#file = file;
  }

  execute({ cdb, out, inBytes = 0, timeoutMs }: ScsiCommand): ScsiReply {
    const { header, cdb: command, sense, data } = memory();
    const outBytes = out?.reduce((sum, part) => sum + part.length, 0) ?? 0;
    if (Math.max(outBytes, inBytes) > MAX_TRANSFER_BYTES) throw new RangeError('a transfer is larger than its memory');
    data.bytes.fill(0, 0, inBytes);
    let at = 0;
    for (const part of out ?? []) {
      data.bytes.set(part, at);
      at += part.length;
    }
    command.bytes.set(cdb);
    const { bytes } = header;
    bytes.fill(0);
    bytes.writeInt32LE('S'.charCodeAt(0), 0);
    bytes.writeInt32LE(outBytes > 0 ? DIRECTION.out : inBytes > 0 ? DIRECTION.in : DIRECTION.none, 4);
    bytes.writeUInt8(cdb.length, 8);
    bytes.writeUInt8(SENSE_BYTES, 9);
    bytes.writeUInt32LE(outBytes + inBytes, 12);
    bytes.writeBigUInt64LE(BigInt(data.address), 16);
    bytes.writeBigUInt64LE(BigInt(command.address), 24);
    bytes.writeBigUInt64LE(BigInt(sense.address), 32);
    bytes.writeUInt32LE(timeoutMs, 40);
    if (libc().ioctl(this.#file, SG_IO, header.address) < 0)
      throw deviceUnreachable(this.name, `the system reported ${errnoName(libc().errno())}`);
    const [host, driver] = [bytes.readUInt16LE(68), bytes.readUInt16LE(70) & 0x0f];
    const senseBytes = bytes.readUInt8(65);
    // 8: sense data are there (DRIVER_SENSE), which is an answer.
    if (host !== 0 || (driver !== 0 && driver !== 8))
      throw deviceUnreachable(this.name, `the bus reported status ${host} and its driver ${driver}`);
    const residual = Math.min(inBytes + outBytes, Math.max(0, bytes.readInt32LE(72)));
    return {
      status: bytes.readUInt8(64),
      sense: Uint8Array.from(sense.bytes.subarray(0, senseBytes)),
      data: data.bytes.subarray(0, inBytes),
      received: Math.max(0, inBytes - residual),
      sent: Math.max(0, outBytes - residual),
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}

/** Opens a device file. Errors: DEVICE_UNREACHABLE, DEVICE_SUPPORT_MISSING on other systems than Linux. */
export const openKernelDevice = ({ path }: KernelAddress): ScsiTransport => {
  if (process.platform !== 'linux')
    throw deviceSupportMissing(
      path,
      'it is a device of Linux',
      'Use the drive from a machine with Linux, or by iSCSI.',
    );
  try {
    return new KernelDevice(path, openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  } catch (error) {
    throw deviceUnreachable(path, `the system reported ${errnoOf(error) ?? 'EIO'} when it was opened`);
  }
};

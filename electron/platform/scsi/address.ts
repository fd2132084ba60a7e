/** A logical unit behind an iSCSI portal. */
export interface IscsiAddress {
  readonly kind: 'iscsi';
  /** `HOST:PORT`, an IPv6 host in brackets. */
  readonly portal: string;
  readonly target: string;
  readonly lun: number;
}

/** A device file of the kernel: `/dev/sgN`, or `/dev/nstN` of a drive. */
export interface KernelAddress {
  readonly kind: 'kernel';
  readonly path: string;
}

export type DeviceAddress = IscsiAddress | KernelAddress;

const ISCSI = /^iscsi:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/([A-Za-z0-9.:_-]{1,223})\/(\d{1,5})$/;
const KERNEL = /^\/dev\/(?:sg\d+|nst\d+[alm]?|tape\/[A-Za-z0-9./:_-]+)$/;

/** Reads `iscsi://HOST[:PORT]/TARGET/LUN` or the path of a device file; null when it is neither. Port 3260 unless given. */
export const parseDeviceAddress = (text: string): DeviceAddress | null => {
  if (KERNEL.test(text) && !text.includes('..')) return { kind: 'kernel', path: text };
  const [, host, port = '3260', target, lun] = ISCSI.exec(text) ?? [];
  if (host === undefined || target === undefined || Number(port) < 1 || Number(port) > 65_535) return null;
  // Larger numbers need another way of addressing, which no library was seen to use.
  return Number(lun) > 255 ? null : { kind: 'iscsi', portal: `${host}:${Number(port)}`, target, lun: Number(lun) };
};

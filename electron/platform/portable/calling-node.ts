import type { BigIntStats } from 'node:fs';
import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import { errnoOf, ioError } from '../errno.ts';
import { type FileStat, foldInode, typeOfMode } from '../file-stat.ts';
import { type SystemPath, toSystemPath } from './system-path.ts';

const BILLION = 1_000_000_000n;

/** Calls Node and turns its errors into ours. */
export function calling<T>(call: string, path: ByteString, body: (path: SystemPath) => T): T {
  try {
    return body(toSystemPath(path));
  } catch (error) {
    const errno = errnoOf(error) ?? 'EIO';
    // One number on Linux, two on macOS: nobody above tells them apart.
    throw ioError(call, errno === 'ENOTSUP' ? 'EOPNOTSUPP' : errno, displayText(path), error);
  }
}

/** Takes Node's answer apart; bigints keep the nanoseconds. */
export function fillStat(into: FileStat, from: BigIntStats): FileStat {
  const mode = Number(from.mode);
  into.type = typeOfMode(mode);
  into.mode = mode & 0o7777;
  into.uid = Number(from.uid);
  into.gid = Number(from.gid);
  into.links = Number(from.nlink);
  into.size = Number(from.size);
  into.allocated = Number(from.blocks) * 512;
  into.inode = foldInode(Number(from.ino & 0xffffffffn), Number((from.ino >> 32n) & 0xffffffffn));
  into.device = Number(from.dev);
  into.mount = 0;
  into.modifiedSeconds = seconds(from.mtimeNs);
  into.modifiedNanos = Number(from.mtimeNs - BigInt(into.modifiedSeconds) * BILLION);
  into.changedSeconds = seconds(from.ctimeNs);
  into.changedNanos = Number(from.ctimeNs - BigInt(into.changedSeconds) * BILLION);
  into.deviceMajor = Number((from.rdev >> 8n) & 0xfffn);
  into.deviceMinor = Number((from.rdev & 0xffn) | ((from.rdev >> 12n) & 0xfff00n));
  return into;
}

/** Whole seconds, rounded towards the past, so that nanoseconds are never negative. */
const seconds = (nanos: bigint): number => Number(nanos / BILLION - (nanos % BILLION < 0n ? 1n : 0n));

import { type ByteString, byteStringOf, bytesOf, displayText } from '../../../shared/byte-string.ts';

/** A path as this system's Node functions take it: raw bytes on POSIX, a string with a drive on Windows. */
export type SystemPath = Buffer | string;

/** `/C:/Users/ann` becomes `C:\Users\ann` on Windows, whose names are UTF-8 in ours; on POSIX the bytes are the path. */
export const toSystemPath = (path: ByteString, platform: NodeJS.Platform = process.platform): SystemPath =>
  platform === 'win32' ? toWindows(displayText(path)) : Buffer.from(bytesOf(path));

/** Two leading slashes are a share (`//server/share`); a bare drive needs its root, or it means the current folder. */
function toWindows(path: string): string {
  const local = path.startsWith('//') ? path : path.slice(1);
  const rooted = /^[A-Za-z]:$/.test(local) ? `${local}/` : local;
  return rooted.replaceAll('/', '\\');
}

/** The way back: an absolute path of this system as ours, `/`-separated with a leading slash. */
export function fromSystemPath(path: Uint8Array, platform: NodeJS.Platform = process.platform): ByteString {
  const bytes = byteStringOf(path);
  if (platform !== 'win32') return bytes;
  const slashed = bytes.replaceAll('\\', '/').replace(/(?<=:)\/$/, '');
  return (slashed.startsWith('//') ? slashed : `/${slashed}`) as ByteString;
}

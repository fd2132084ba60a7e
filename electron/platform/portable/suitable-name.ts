import { type ByteString, displayText, isUtf8 } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';

/** Devices of DOS that Windows finds in every folder, with any ending. Source: "Naming Files, Paths, and Namespaces". */
const DEVICE = /^(?:con|prn|aux|nul|com[1-9\xb9\xb2\xb3]|lpt[1-9\xb9\xb2\xb3])(?:[ .].*)?$/i;
const FORBIDDEN = '<>:"/\\|?*';

/**
 * Why a system cannot hold a name, or null. Windows would take some of these names and make something else of them:
 * another stream of a file, a device, a name without its last dot. Other systems refuse by themselves what they cannot hold.
 */
export const whyUnsuitable = (name: ByteString, platform: NodeJS.Platform): string | null => {
  if (platform !== 'win32') return null;
  const text = displayText(name);
  if (!isUtf8(name)) return 'it is not UTF-8';
  const found = Array.from(text).find((character) => character < ' ' || FORBIDDEN.includes(character));
  if (found !== undefined) return `it has the character ${JSON.stringify(found)}`;
  if (/[. ]$/.test(text)) return 'it ends in a dot or a space';
  return DEVICE.test(text) ? 'it is the name of a device' : null;
};

/** A name that this system cannot hold: what bears it is left out, by name. */
export const unsuitable = (path: ByteString, why: string): ColdframeError =>
  new ColdframeError('IO', {
    message: `This system cannot hold the name of ${displayText(path)}: ${why} (EINVAL).`,
    guidance: 'Restore it on a system like the one it was backed up on.',
    context: { call: 'name', errno: 'EINVAL', path: displayText(path) },
  });

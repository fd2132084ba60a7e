import type { WarningView } from '../../shared/contract/values.ts';
import { printable } from '../../shared/model/printable.ts';
import { counted } from './sizes.ts';

const SHOWN = 20;

/** A set or tape that the message names itself is not named twice. */
const isNamed = (path: string, message: string): boolean =>
  path === '' || (!path.startsWith('/') && message.includes(path));

/** Ids as people see and type them elsewhere. */
const shortIds = (text: string): string => text.replace(/(?<=\b[Ss]et )([0-9a-f]{8})[0-9a-f]{24}\b/g, '$1');

/** Warnings for people: the first of them, and how many more there are. */
export const warningLines = (warnings: readonly WarningView[]): string[] => {
  const lines = warnings
    .slice(0, SHOWN)
    .map(({ path, message }) => printable(`Warning: ${isNamed(path, message) ? '' : `${path}: `}${message}`))
    .map(shortIds);
  const more = warnings.length - lines.length;
  return more > 0 ? [...lines, `… and ${counted(more, 'more warning')}; --json lists them all.`] : lines;
};

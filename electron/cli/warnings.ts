import type { WarningView } from '../../shared/contract/values.ts';
import { counted } from './sizes.ts';
import { printable } from './terminal/table.ts';

const SHOWN = 20;

/** Warnings for people: the first of them, and how many more there are. */
export const warningLines = (warnings: readonly WarningView[]): string[] => {
  const lines = warnings
    .slice(0, SHOWN)
    .map(({ path, message }) => printable(`Warning: ${path === '' ? '' : `${path}: `}${message}`));
  const more = warnings.length - lines.length;
  return more > 0 ? [...lines, `… and ${counted(more, 'more warning')}; --json lists them all.`] : lines;
};

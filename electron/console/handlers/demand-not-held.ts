import { ColdframeError } from '../../../shared/errors.ts';
import type { ConsoleParts } from './parts.ts';

/** Refuses what would lose sets that somebody holds, or keeps until a time that has not come: no consent covers that. */
export const demandNotHeld = ({ store }: Pick<ConsoleParts, 'store'>, sets: readonly string[]): void => {
  const now = Date.now();
  const wanted = new Set(sets);
  const { retention } = store;
  const held = retention
    .allMarks()
    .filter(({ set }) => wanted.has(set))
    .filter(({ hold, until }) => hold !== null || (until !== null && retention.staysUntil(until, now) > now))
    .map(({ set }) => set);
  if (held.length === 0) return;
  const names = held.map((set) => set.slice(0, 8)).join(', ');
  throw new ColdframeError('TAPE_NEEDED', {
    message: `${held.length === 1 ? `Block set ${names} is` : `Block sets ${names} are`} held or kept by somebody, and would be lost. Nothing was changed.`,
    guidance: 'Copy the tape first, or let go of what is held with: coldframe retention release SET',
    context: { sets: held.join(' ') },
  });
};

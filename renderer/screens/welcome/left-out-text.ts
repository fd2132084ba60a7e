import type { MeasureSample } from '../../../shared/contract/places.ts';
import { format } from '../../words/format.ts';
import { welcomeWords as words } from '../../words/welcome.ts';
import { leftOutParts, leftOutUnsized } from '../protect/effect-parts.ts';

/** What of a folder is kept, and what is not, in a sentence or two. */
export const leftOutText = ({
  leftOut,
  bytes,
  unreadable,
}: Pick<MeasureSample, 'leftOut' | 'bytes' | 'unreadable'>): string =>
  words.leftOutHere(
    [
      ...leftOutParts(leftOut).map((part) => `${part.name} ${format.bytes(part.bytes)}`),
      ...leftOutUnsized(leftOut).map(({ name, elements }) => words.leftOutUnsized(name, elements)),
    ],
    format.bytes(bytes),
    unreadable.elements,
  );

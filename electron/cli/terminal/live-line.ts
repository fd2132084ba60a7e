import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import { printable } from '../../../shared/model/printable.ts';
import { counted, formatCount, formatRemaining, formatSize } from '../sizes.ts';
import { cells, shortened } from './width.ts';

export type Sample = Extract<ConsoleEvent, { event: 'progress' }>;

/** One line on a terminal that is written over and over while a job runs. */
export class LiveLine {
  readonly #stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>;
  #shown = false;

  constructor(stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>) {
    this.#stream = stream;
  }

  show(sample: Sample): void {
    // One cell is left free: a terminal goes to the next line when its last is written to.
    const line = progressText(sample, (this.#stream.columns || 80) - 1);
    this.#stream.write(`\r\u001b[K${line}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
    this.#shown = false;
  }
}

/** What a sample says in one line: the least telling parts are left out where there is no room. */
export const progressText = (sample: Sample, room: number = Number.POSITIVE_INFINITY): string => {
  const { phase, state, bytesRead, bytesTotal, bytesStored, elementsDone, elementsTotal, rate, etaMs } = sample;
  const moves = state === 'running';
  const share = bytesTotal ? `${Math.min(100, Math.floor((bytesRead * 100) / bytesTotal))}%` : null;
  const size = bytesTotal ? `${formatSize(bytesRead)} of ${formatSize(bytesTotal)}` : formatSize(bytesRead);
  const elements = elementsTotal
    ? `${formatCount(elementsDone)} of ${counted(elementsTotal, 'element')}`
    : counted(elementsDone, 'element');
  // In the order in which they are shown, each with its rank: the highest goes first.
  const parts: readonly (readonly [number, string | null])[] = [
    [0, state === 'paused' ? 'paused' : printable(phase)],
    [1, share],
    [3, bytesRead > 0 ? size : null],
    [2, moves && rate > 0 ? `${formatSize(rate)}/s` : null],
    [5, elementsDone > 0 || elementsTotal ? elements : null],
    [6, bytesStored > 0 ? `${formatSize(bytesStored)} stored` : null],
    [4, moves && etaMs !== null ? `${formatRemaining(etaMs)} left` : null],
  ];
  let kept = parts.filter(([, text]) => text !== null);
  const line = () => kept.map(([, text]) => text).join('  ');
  while (kept.length > 1 && cells(line()) > room) {
    const last = Math.max(...kept.map(([rank]) => rank));
    kept = kept.filter(([rank]) => rank !== last);
  }
  return shortened(line(), Math.max(1, room));
};

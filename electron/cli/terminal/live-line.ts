import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import { formatCount, formatSize, formatSpan } from '../sizes.ts';

type Sample = Extract<ConsoleEvent, { event: 'progress' }>;

/** One line on a terminal that is written over and over while a job runs. */
export class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(sample: Sample): void {
    const line = progressText(sample).slice(0, Math.max(20, (this.#stream.columns || 80) - 1));
    this.#stream.write(`\r\u001b[K${line}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
    this.#shown = false;
  }
}

/** What a sample says in one line; the remaining time is left out while it cannot be told honestly. */
export const progressText = (sample: Sample): string => {
  const { phase, state, bytesRead, bytesTotal, bytesStored, elementsDone, elementsTotal, rate, etaMs } = sample;
  const share = bytesTotal ? `${Math.min(100, Math.floor((bytesRead * 100) / bytesTotal))}%` : null;
  const parts = [
    state === 'paused' ? 'paused' : phase,
    share,
    bytesRead > 0 ? `${formatSize(bytesRead)}${bytesTotal === null ? '' : ` of ${formatSize(bytesTotal)}`}` : null,
    bytesStored > 0 ? `${formatSize(bytesStored)} stored` : null,
    `${formatCount(elementsDone)}${elementsTotal === null ? '' : ` of ${formatCount(elementsTotal)}`} elements`,
    rate > 0 ? `${formatSize(rate)}/s` : null,
    etaMs === null ? null : `${formatSpan(etaMs)} left`,
  ];
  return parts.filter((part) => part !== null).join('  ');
};

import { InvalidArgumentError } from 'commander';
import { formatCount, formatSize } from '../../shared/model/plain-format.ts';
import { typedSize } from '../../shared/model/typed-size.ts';

export { formatCount, formatSize, formatSpan } from '../../shared/model/plain-format.ts';

/** A size as people type it: `64KiB`, `8GiB`, `10MB`, `1.5GiB`, or plain bytes. */
export const parseSize = (text: string): number => {
  const bytes = typedSize(text);
  if (bytes !== null) return bytes;
  throw new InvalidArgumentError('A size is a number with B, KB, MB, GB, TB or KiB, MiB, GiB, TiB, such as 8GiB.');
};

/** A time span as an option takes it: whole milliseconds. */
export const wholeMs = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('A time span is a whole number of milliseconds.');
};

/** A time span in whole seconds, as milliseconds. */
export const wholeSeconds = (text: string): number => {
  const value = 1000 * Number(text);
  if (/^\d+$/.test(text) && value <= LONGEST_MS) return value;
  throw new InvalidArgumentError('A time span is a whole number of seconds, a day at most.');
};

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time span as people type it, as milliseconds: `90s`, `15m`, `1h`, `1h30m`, `2d`. */
export const typedSpan = (text: string): number => {
  const parts = [...text.matchAll(/(\d{1,6})([smhd])/g)];
  const ms = parts.reduce((sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ''] ?? 0), 0);
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) return ms;
  throw new InvalidArgumentError('A time span is a number with s, m, h or d, such as 15m or 1h30m.');
};

const LONGEST_MS = 86_400_000;

/** A count with its noun: `1 element`, `1 155 elements`. */
export const counted = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** How fast so much was read, as ` at 120 MiB/s`; nothing of what took no time that counts. */
export const atRate = (bytes: number, ms: number): string =>
  ms < 100 || bytes === 0 ? '' : ` at ${formatSize(Math.round((bytes * 1000) / ms))}/s`;

/** A time that is left, no finer than it can be known: `10 s`, `40 s`, `3 min`, `2 h 10 min`. */
export const formatRemaining = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 55) return `${Math.max(1, Math.ceil(seconds / 5)) * 5} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const tens = Math.ceil(minutes / 10);
  return tens % 6 === 0 ? `${tens / 6} h` : `${Math.floor(tens / 6)} h ${(tens % 6) * 10} min`;
};

/** A time of the contract as people read it: `2026-01-31 13:45:07 UTC`. */
export const formatTime = (iso: string | null): string =>
  iso === null ? '-' : `${iso.slice(0, 19).replace('T', ' ')} UTC`;

/** A whole number within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It has to be a whole number from ${least} to ${most}.`);
  };
